//! A plan in a table: the same thing for the same reason in a row of years is one line.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::job::{Plan, Stage, Task, What, Why};

/// The columns of [`planned`].
pub(in crate::cli) const PLANNED: [&str; 5] = ["stage", "what", "years", "action", "why"];

/// What there is to do and what is done, after the files that nothing reads.
pub(in crate::cli) fn planned(plan: &Plan<'_>, tasks: &[(Task<'_>, Option<Why>)]) -> Vec<[Value; 5]> {
    let unread = plan.build.unread.iter().map(|unread| {
        [
            Stage::Pull.name().into(),
            unread.file.clone().into(),
            "".into(),
            "leave".into(),
            unread.why.to_string().into(),
        ]
    });
    unread.chain(grouped(plan, tasks)).collect()
}

/// What is told in one line: a stage, a thing, and why it is to do.
type Line<'a> = (Stage, &'a str, Option<&'a Why>);

fn grouped(plan: &Plan<'_>, tasks: &[(Task<'_>, Option<Why>)]) -> Vec<[Value; 5]> {
    let mut groups: Vec<(Line<'_>, BTreeSet<i16>)> = Vec::new();
    let mut places: BTreeMap<Line<'_>, usize> = BTreeMap::new();
    for (task, why) in tasks {
        let (name, year) = match task.what {
            What::Extract(staged) => (staged.extract.source.as_str(), staged.extract.year),
            What::Step(step) => (step.model.as_str(), step.calendar_year()),
            What::Version(_) => (plan.build.compiled.dataset.name.as_str(), None),
        };
        let group = (task.what.stage(), name, why.as_ref());
        let place = *places.entry(group).or_insert_with(|| {
            groups.push((group, BTreeSet::new()));
            groups.len() - 1
        });
        groups[place].1.extend(year);
    }
    let row = |((stage, name, why), years): (Line<'_>, BTreeSet<i16>)| {
        let action = if why.is_some() { "run" } else { "skip" };
        let why = why.map_or_else(|| "is there".to_owned(), ToString::to_string);
        [stage.name().into(), name.into(), in_words(&years).into(), action.into(), why.into()]
    };
    groups.into_iter().map(row).collect()
}

/// Years as ranges: `2014-2017, 2019`.
fn in_words(years: &BTreeSet<i16>) -> String {
    let mut ranges: Vec<(i16, i16)> = Vec::new();
    for year in years {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *year => *last = *year,
            _ => ranges.push((*year, *year)),
        }
    }
    let words = ranges.into_iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    words.collect::<Vec<_>>().join(", ")
}
