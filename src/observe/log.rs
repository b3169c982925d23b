//! Logs: text for people, JSON lines for collectors.

use std::io::{self, IsTerminal};

use clap::ValueEnum;
use tracing::{debug, info, warn};
use tracing_subscriber::EnvFilter;

use super::event::{Event, Warning};
use super::observers::Observer;

/// Files or extracts that a warning names.
const NAMED: usize = 10;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A line on stderr for each event that a collector counts or a person has to know of.
#[derive(Debug, Clone, Copy)]
pub struct Log;

impl Log {
    /// Starts logging to stderr. `MAALTAL_LOG` chooses levels, as in `maaltal=debug`; warnings are the
    /// default for text, since progress and errors speak for themselves, and info for JSON.
    pub fn start(format: LogFormat) {
        let default = match format {
            LogFormat::Text => "warn",
            LogFormat::Json => "warn,maaltal=info",
        };
        let filter = EnvFilter::try_from_env("MAALTAL_LOG").unwrap_or_else(|_| EnvFilter::new(default));
        let colours = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(colours);
        // A second start in one process, as in tests, keeps the first.
        let _ = match format {
            LogFormat::Text => lines.with_target(false).try_init(),
            LogFormat::Json => lines.json().try_init(),
        };
    }
}

/// Where the lines come from, as `MAALTAL_LOG` chooses by it and collectors filter by it.
mod target {
    pub(super) const DERIVE: &str = "maaltal::derive::run";
    pub(super) const FIND: &str = "maaltal::pull::find::unread";
    pub(super) const JOB: &str = "maaltal::job::run";
    pub(super) const PUBLISH: &str = "maaltal::publish::commit";
    pub(super) const PULL: &str = "maaltal::pull::run";
}

impl Observer for Log {
    fn observe(&self, event: &Event) {
        match event {
            Event::Staged { source, file, rejected, took: _ } => {
                info!(target: target::PULL, source, file, rejected, "staged");
            }
            Event::Derived { model, year, rows, took } => {
                let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
                debug!(target: target::DERIVE, model, year, rows, ms, "derived");
            }
            Event::Published { dataset, version, key } => {
                info!(target: target::PUBLISH, dataset, %version, %key, "published");
            }
            Event::Warned(warning) => warn(warning),
            Event::Begun { .. } | Event::Ended { .. } | Event::Failed { .. } | Event::TableWritten { .. } => {}
        }
    }
}

/// The first of many in lines, and how many more there are.
fn few<T>(all: &[T], line: impl Fn(&T) -> String) -> String {
    let mut lines: Vec<String> = all.iter().take(NAMED).map(line).collect();
    if all.len() > NAMED {
        lines.push(format!("  and {} more, see `maaltal plan`", all.len() - NAMED));
    }
    lines.join("\n")
}

fn warn(warning: &Warning) {
    match warning {
        Warning::NotRead(files) => {
            let lines = few(files, |(file, why)| format!("  {file}: {why}"));
            warn!(target: target::FIND, files = files.len(), "not read among the extracts:\n{lines}");
        }
        Warning::Awaited(extracts) => {
            let lines = few(extracts, |(source, what)| format!("  {source} {what}"));
            warn!(target: target::FIND, extracts = extracts.len(), "awaited, and what needs them with them:\n{lines}");
        }
        Warning::NotStaged(files) => {
            let lines = few(files, |file| format!("  {file}"));
            warn!(target: target::FIND, files = files.len(), "not staged, so no row of them is counted; `maaltal pull` reads them, or says why not:\n{lines}");
        }
        Warning::ColumnLeftOut { source, file, column } => {
            warn!(target: target::PULL, source, file, column, "left out a column that the contract does not know");
        }
        Warning::OtherRecordTypes { source, file, types } => {
            let types: Vec<String> = types.iter().map(|(name, count)| format!("{name} ({count})")).collect();
            let types = types.join(", ");
            warn!(target: target::PULL, source, file, types, "passed over records of types that the contract does not know");
        }
        Warning::SameRows { source, files } => {
            let lines: Vec<String> = files.iter().map(|file| format!("  {file}")).collect();
            let lines = lines.join("\n");
            warn!(target: target::PULL, source, files = files.len(), "extracts have the same rows:\n{lines}");
        }
        Warning::Moved { file, year, before, then } => {
            warn!(target: target::FIND, "{file} serves {year}, and its bytes served {then} as {before} in the published version");
        }
        Warning::AuditFound { audit, offences, words, remedy } => {
            warn!(target: target::JOB, audit, offences, remedy, "{}", words.join("\n"));
        }
        Warning::NotCompared { version, audits, tables } => {
            let lines = few(tables, |(table, why)| format!("  {table}: {why}"));
            let audits = audits.join(", ");
            warn!(target: target::JOB, audits, "can't compare with version {version}, which has another schema:\n{lines}");
        }
        Warning::NotSigned { version, by } => {
            let by = by.as_deref().map_or_else(|| "without a key".to_owned(), |by| format!("under the key {by}"));
            warn!(target: target::PUBLISH, "version {version} was published {by}, and stays so; the next one is signed");
        }
        Warning::SignedNoMore { version, before } => {
            warn!(target: target::PUBLISH, "version {version} is not signed, and version {before} is: no signing key is set");
        }
        Warning::Held { version, restores, since, reason } => {
            let why = reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
            warn!(
                target: target::JOB,
                version,
                restores,
                since,
                reason = reason.as_deref().unwrap_or_default(),
                "nothing is published: version {version} restores version {restores} and is held since {since}{why}; \
                 a newer content waits, and `maaltal release` lets the next run publish it"
            );
        }
        Warning::LatestNotWritten { error } => {
            warn!(target: target::PUBLISH, %error, "latest.json could not be written; the versions are not affected");
        }
        Warning::RecordPutBack { version } => {
            warn!(target: target::PUBLISH, "the record of version {version} was gone, and was put back from latest.json");
        }
    }
}
