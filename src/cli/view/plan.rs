//! A plan in a table: the same thing for the same reason in a row of years is one line.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::definition::years_in_words;
use crate::job::{Plan, Stage, Task, What, Why};

/// The columns of [`planned`].
pub(in crate::cli) const PLANNED: [&str; 5] = ["stage", "what", "years", "action", "why"];

/// What there is to do and what is done, after the files that nothing reads, what is awaited and what is left out.
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
    let awaited = plan.build.awaited().map(|awaited| {
        let why = awaited.to_string();
        [
            Stage::Pull.name().into(),
            awaited.source.into(),
            years_in_words(&awaited.years).into(),
            "await".into(),
            why.into(),
        ]
    });
    let left_out = plan
        .left_out()
        .into_iter()
        .map(|(stage, what, why)| [stage.name().into(), what.into(), "".into(), "leave out".into(), why.into()]);
    unread.chain(awaited).chain(left_out).chain(grouped(plan, tasks)).collect()
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
        [
            stage.name().into(),
            name.into(),
            years_in_words(&years.into_iter().collect::<Vec<_>>()).into(),
            action.into(),
            why.into(),
        ]
    };
    groups.into_iter().map(row).collect()
}
