//! Bytes that go by a temporary file, for formats that are not read from front to back.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

use super::fault::{undecodable, unspooled};
use crate::pull::refusal::Refusal;

pub(super) fn spooled(bytes: &mut impl Read) -> io::Result<File> {
    let mut disk = tempfile::tempfile().map_err(unspooled)?;
    spool(bytes, &mut disk)?;
    disk.rewind().map_err(unspooled)?;
    Ok(disk)
}

pub(super) fn spool(bytes: &mut impl Read, disk: &mut impl Write) -> io::Result<()> {
    match io::copy(bytes, &mut Spooling(disk))? {
        0 => Err(undecodable(Refusal::Empty)),
        _ => Ok(()),
    }
}

/// Tells a disk that can't be written from bytes that can't be read.
pub(crate) struct Spooling<W>(pub(crate) W);

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
