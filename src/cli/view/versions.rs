//! Published versions in a table, and what each has otherwise than the one before it.

use serde_json::Value;

use super::Answer;
use crate::definition::years_in_words;
use crate::job::Stage;
use crate::publish::{Change, PublishedVersion};
use crate::store::{Commit, Reason, Released, Restored};

/// Changes that are told in one cell.
const FEW: usize = 3;

/// A line a version.
pub(in crate::cli) fn versions(versions: &[(PublishedVersion, Option<Released>)]) -> Answer {
    let last = versions.last().map(|(version, _)| version.commit.version);
    let row = |(PublishedVersion { commit, manifest }, released): &(PublishedVersion, Option<Released>)| {
        let warnings = manifest.audits.values().filter(|audit| audit.offences > 0).count();
        [
            commit.version.to_string().into(),
            commit.folder.clone().into(),
            commit.committed_at.clone().into(),
            format!("{}-{}", manifest.years.0, manifest.years.1).into(),
            manifest.tables.values().map(|table| table.entry.rows).sum::<u64>().into(),
            warnings.into(),
            if manifest.synthetic { "synthetic".into() } else { "real".into() },
            in_short(&commit.changes).into(),
            held(commit, released.as_ref(), Some(commit.version) == last).into(),
        ]
    };
    let columns = ["version", "folder", "committed at", "years", "rows", "warnings", "data", "changes", "held"];
    Answer::rows(columns, versions.iter().map(row).collect())
}

/// Whether a version that restores an earlier one is held, and why it was made. Only the latest can be: nothing comes after one
/// that is held, unless it is taken back itself.
fn held(commit: &Commit, released: Option<&Released>, is_latest: bool) -> String {
    let Some(Restored { reason, .. }) = &commit.restores else { return String::new() };
    let state = match released {
        Some(released) => format!("released {}", released.released_at),
        None if is_latest => "held".to_owned(),
        None => "taken back itself".to_owned(),
    };
    reason.iter().fold(state, |state, reason| format!("{state}: {reason}"))
}

/// A line a change.
pub(in crate::cli) fn changes(versions: &[(PublishedVersion, Option<Released>)]) -> Answer {
    let lines = versions.iter().flat_map(|(version, _)| version.commit.changes.iter().map(move |it| (version, it)));
    let row = |(version, reason): (&PublishedVersion, &Reason)| -> [Value; 5] {
        [
            version.commit.version.to_string().into(),
            reason.stage.clone().into(),
            reason.what.clone().into(),
            years_in_words(&reason.years).into(),
            reason.why.clone().into(),
        ]
    };
    Answer::rows(["version", "stage", "what", "years", "why"], lines.map(row).collect())
}

/// What began it: extracts, queries and the release. What only reads something that changed is left out.
fn in_short(changes: &[Reason]) -> String {
    let follows =
        |reason: &Reason| reason.stage == Stage::Derive.name() && reason.why != Change::ChangedSql.to_string();
    let began = |reason: &&Reason| !follows(reason);
    let began: Vec<String> = changes.iter().filter(began).map(in_words).collect();
    let more = began.len().saturating_sub(FEW);
    let mut words = began.into_iter().take(FEW).collect::<Vec<_>>().join("; ");
    if more > 0 {
        words.push_str(&format!("; and {more} more"));
    }
    words
}

fn in_words(reason: &Reason) -> String {
    let years = years_in_words(&reason.years);
    let words = format!("{} {} {years}", reason.why, reason.what);
    words.trim_end().to_owned()
}
