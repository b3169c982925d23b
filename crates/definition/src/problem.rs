//! How an error speaks to a person, and what it tells the scheduler.

use std::error::Error;

/// The process's exit codes: a promise to cron and Kubernetes, listed in the book.
///
/// Success (done, or already up to date) is 0; a usage error is 2, as clap has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// The command line asks for something that does not exist.
    Usage = 2,
    /// A definition (pipeline, contract, SQL) is wrong.
    Definition = 3,
    /// A source is missing or can't be read.
    Source = 4,
    /// A source breaks its contract beyond its limit.
    Contract = 5,
    /// An audit failed and nothing was published.
    Audit = 6,
    /// The store can't be reached or written.
    Store = 7,
    /// Another run published first.
    Race = 8,
    /// A bug in maaltal.
    Bug = 70,
    /// Stopped by Ctrl-C: 128 and the signal's number, as shells have it.
    Interrupted = 130,
    /// Stopped by SIGTERM.
    Terminated = 143,
}

impl Exit {
    pub fn code(self) -> u8 {
        self as u8
    }
}

/// An error that a person can act on: its `Display` is the primary line.
pub trait Explain: Error {
    fn exit(&self) -> Exit;

    /// The error that this one passes on: it gives the details and the hint that this one has none of its own for.
    fn cause(&self) -> Option<&dyn Explain> {
        None
    }

    /// Where and what: file, line, column, value. One line each.
    fn details(&self) -> Vec<String> {
        Vec::new()
    }

    /// What to do about it, as a full sentence.
    fn hint(&self) -> Option<String> {
        None
    }
}

/// The details to tell of an error: its own, or else those of its cause.
pub fn details(error: &dyn Explain) -> Vec<String> {
    let own = error.details();
    match Explain::cause(error) {
        Some(cause) if own.is_empty() => details(cause),
        _ => own,
    }
}

/// The hint to tell of an error: its own, or else that of its cause.
pub fn hint(error: &dyn Explain) -> Option<String> {
    error.hint().or_else(|| hint(Explain::cause(error)?))
}

/// The name in `known` closest to `name`, if any is close enough to be meant.
pub fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // The wrong case is the likeliest slip of all.
    let name = name.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&name, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
