//! A file's content, encrypted as it is written.

use std::fmt;
use std::io::{self, Write};

use object_store::path::Path;

use super::cipher::{FileCipher, PIECE, Place};
use super::key::EncryptionKey;

/// Writes to `to` what it is given, encrypted.
pub(in crate::store) struct Encrypting<W> {
    to: W,
    cipher: FileCipher,
    /// The number of the piece that is waiting.
    number: u64,
    /// A piece that is not written before more comes: which one is the last shows at the end alone.
    waiting: Vec<u8>,
}

impl<W> fmt::Debug for Encrypting<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encrypting").field("number", &self.number).finish_non_exhaustive()
    }
}

impl<W: Write> Encrypting<W> {
    /// Begins the file that will have its place at `path`.
    pub(in crate::store) fn new(key: &EncryptionKey, path: &Path, mut to: W) -> io::Result<Self> {
        let cipher = FileCipher::to_write(key, path);
        to.write_all(cipher.header().bytes())?;
        Ok(Self { to, cipher, number: 0, waiting: Vec::new() })
    }

    /// Ends the file.
    pub(in crate::store) fn finish(mut self) -> io::Result<W> {
        self.write_waiting(Place::Last)?;
        Ok(self.to)
    }

    fn write_waiting(&mut self, place: Place) -> io::Result<()> {
        self.cipher.encrypt(self.number, place, &mut self.waiting);
        self.to.write_all(&self.waiting)?;
        self.waiting.clear();
        self.number += 1;
        Ok(())
    }
}

impl<W: Write> Write for Encrypting<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        if self.waiting.len() == PIECE as usize && !buffer.is_empty() {
            self.write_waiting(Place::BeforeOthers)?;
        }
        let length = buffer.len().min(PIECE as usize - self.waiting.len());
        self.waiting.extend_from_slice(&buffer[..length]);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
