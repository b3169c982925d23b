//! Whose fault it is that a reader fails: the extract's, the store's that it is fetched from, or the disk's.
//!
//! `Read` has one type of error, so the fault travels in it and is taken out again by [`fault_of`].

use std::io;

use crate::pull::refusal::Refusal;

/// The temporary folder could not be written: no fault of the extract, nor of where it lies.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unspooled(pub(super) io::Error);

pub(super) fn unspooled(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::Interrupted => error,
        kind => io::Error::new(kind, Unspooled(error)),
    }
}

/// The object store failed while an extract was read: no fault of the extract.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unfetched(pub(super) String);

/// The extract refused itself while it was decoded.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Undecodable(Refusal);

/// A refusal on its way through a reader.
pub(crate) fn undecodable(refusal: Refusal) -> io::Error {
    io::Error::other(Undecodable(refusal))
}

/// Whose fault an error of a reader made here is.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The extract's.
    Extract(Refusal),
    /// The store's that it is fetched from.
    Source(String),
    /// The temporary folder's.
    Disk(io::Error),
}

/// What an error of a reader made here means.
pub(crate) fn fault_of(error: &io::Error) -> Fault {
    let inner = error.get_ref();
    if let Some(Undecodable(refusal)) = inner.and_then(|inner| inner.downcast_ref()) {
        return Fault::Extract(refusal.clone());
    }
    match inner.and_then(|inner| inner.downcast_ref()) {
        Some(Unspooled(inner)) => Fault::Disk(io::Error::new(inner.kind(), inner.to_string())),
        None => Fault::Source(error.to_string()),
    }
}

pub(super) fn malformed(format: &'static str, reason: String) -> Refusal {
    Refusal::Malformed { format, row: 0, reason }
}
