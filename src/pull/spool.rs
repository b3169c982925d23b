//! Bytes that go by a temporary file, for formats that are not read from front to back.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

use tempfile::NamedTempFile;

use super::Refusal;
use super::decode::{decompressed, undecodable};

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

/// The file in memory's stead: for formats that are not read from front to back. It has no name, and
/// is gone when it is closed.
pub(super) fn on_disk(bytes: impl Read + Send, file: &str) -> io::Result<File> {
    spooled(&mut decompressed(bytes, file)?)
}

/// The same with a name, for a reader that opens files itself.
pub(super) fn on_disk_at(bytes: impl Read + Send, file: &str) -> io::Result<NamedTempFile> {
    let mut disk = NamedTempFile::new().map_err(unspooled)?;
    spool(&mut decompressed(bytes, file)?, &mut disk)?;
    Ok(disk)
}

pub(super) fn spooled(bytes: &mut impl Read) -> io::Result<File> {
    let mut disk = tempfile::tempfile().map_err(unspooled)?;
    spool(bytes, &mut disk)?;
    disk.rewind().map_err(unspooled)?;
    Ok(disk)
}

fn spool(bytes: &mut impl Read, disk: &mut impl Write) -> io::Result<()> {
    match io::copy(bytes, &mut Spooling(disk))? {
        0 => Err(undecodable(Refusal::Empty)),
        _ => Ok(()),
    }
}

/// Tells a disk that can't be written from bytes that can't be read.
pub(super) struct Spooling<W>(pub(super) W);

impl<W: Seek> Seek for Spooling<W> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.0.seek(to).map_err(unspooled)
    }
}

impl<W: Write> Write for Spooling<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(unspooled)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(unspooled)
    }
}
