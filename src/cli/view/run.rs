//! What stages did, in tables.

use serde_json::Value;

use crate::definition::{Contract, Format};
use crate::job::{Done, Outcome, PulledSource};
use crate::publish::Published;

/// The columns of [`done`].
pub(in crate::cli) const DONE: [&str; 5] = ["pipeline", "stage", "result", "done", "skipped"];

/// One row a stage.
pub(in crate::cli) fn done(pipeline: &str, done: &Done) -> [Value; 5] {
    let result = match &done.outcome {
        Outcome::Staged { rejected: 0 } => "staged".to_owned(),
        Outcome::Staged { rejected } => format!("staged, {rejected} rows rejected: see `maaltal rejects`"),
        Outcome::Derived => "derived".to_owned(),
        Outcome::UpToDate(version) => format!("up to date: version {version}"),
        Outcome::MadeAgain(version) => format!("made version {version} again"),
        Outcome::Held(version) => format!("nothing published: version {version} is held"),
        Outcome::Published(Published::New(commit)) => {
            format!("published version {} as {}", commit.version, commit.folder)
        }
        Outcome::Published(Published::SameAlready(commit)) => {
            format!("version {} was published by another run", commit.version)
        }
    };
    [pipeline.into(), done.outcome.stage().name().into(), result.into(), done.made.into(), done.skipped.into()]
}

/// The columns of [`pulled`].
pub(in crate::cli) const PULLED: [&str; 9] =
    ["source", "extracts", "read", "accepted", "rejected", "control", "by rule", "control total", "seconds"];

/// One row a source: what became of its rows, and the time that staging took just now.
pub(in crate::cli) fn pulled(source: &PulledSource<'_>) -> [Value; 9] {
    let PulledSource { contract, account, took } = source;
    let rules = account.rules.iter().map(|(rule, rows)| format!("{rule} {rows}"));
    let seconds = took.map(|took| format!("{:.2}", took.as_secs_f64()));
    [
        contract.name.clone().into(),
        account.extracts.into(),
        account.read.into(),
        account.accepted.into(),
        account.rejected.into(),
        account.control.into(),
        rules.collect::<Vec<_>>().join(", ").into(),
        control_total(contract).into(),
        seconds.map_or_else(|| "staged before".into(), Value::from),
    ]
}

/// What an accepted extract's own totals were checked against.
fn control_total(contract: &Contract) -> &'static str {
    let has_totals = contract.tables.iter().any(|table| !table.totals.is_empty());
    match contract.deliveries.first().map(|delivery| &delivery.format) {
        Some(Format::Csv { trailer: Some(_), .. } | Format::Xml { trailer: Some(_), .. }) => "trailer",
        Some(Format::Fixed { end: Some(end), .. }) if end.count.is_some() => "end record",
        _ if has_totals => "total rows",
        _ => "",
    }
}
