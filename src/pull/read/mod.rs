//! Read: from an object's bytes to text, or to a file on disk. In order: fetch → inflate → transcode or spool.

mod fault;
mod fetch;
mod inflate;
mod spool;
mod transcode;

use std::fs::File;
use std::io::{self, Read};

use tempfile::NamedTempFile;

pub(crate) use fault::{Fault, fault_of, undecodable};
pub(crate) use fetch::ObjectReader;
pub(crate) use inflate::Decompressing;
pub(crate) use spool::Spooling;

use crate::definition::Encoding;

/// The name of the threads that extracts are read on.
pub const PULL_THREAD: &str = "pull";

/// The text of a file: decompressed where its name says so, transcoded to UTF-8, its byte order mark gone.
pub(crate) fn text_of<'a>(
    bytes: impl Read + Send + 'a,
    file: &str,
    encoding: Encoding,
) -> io::Result<impl Read + Send + 'a> {
    Ok(transcode::text(inflate::decompressed(bytes, file)?, encoding))
}

/// The file in memory's stead: for formats that are not read from front to back. It has no name, and
/// is gone when it is closed.
pub(crate) fn on_disk(bytes: impl Read + Send, file: &str) -> io::Result<File> {
    spool::spooled(&mut inflate::decompressed(bytes, file)?)
}

/// The same with a name, for a reader that opens files itself.
pub(crate) fn on_disk_at(bytes: impl Read + Send, file: &str) -> io::Result<NamedTempFile> {
    let mut disk = NamedTempFile::new().map_err(fault::unspooled)?;
    spool::spool(&mut inflate::decompressed(bytes, file)?, &mut disk)?;
    Ok(disk)
}
