//! A plan in a table: the same thing for the same reason in a row of years is one line.

use serde_json::Value;

use crate::definition::years_in_words;
use crate::job::{Plan, Stage, Task, What, Why};
use crate::publish::by_years;

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
    let lines = tasks.iter().map(|(task, why)| {
        let (name, year) = match task.what {
            What::Extract(staged) => (staged.extract.source.as_str(), staged.extract.year),
            What::Step(step) => (step.model.as_str(), step.calendar_year()),
            What::Version(_) => (plan.build.compiled.dataset.name.as_str(), None),
        };
        ((task.what.stage(), name, why.as_ref()), year)
    });
    let row = |((stage, name, why), years): (Line<'_>, Vec<i16>)| {
        let action = match why {
            None => "skip",
            Some(Why::Held(_)) => "hold",
            Some(_) => "run",
        };
        let why = why.map_or_else(|| "is there".to_owned(), ToString::to_string);
        [stage.name().into(), name.into(), years_in_words(&years).into(), action.into(), why.into()]
    };
    by_years(lines).into_iter().map(row).collect()
}
