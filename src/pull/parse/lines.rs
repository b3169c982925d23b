//! Lines of text, one at a time and none without a bound.

use std::io::{self, BufRead, BufReader, Read};

use super::sink::{Stop, stop_of};
use crate::pull::read::undecodable;
use crate::pull::refusal::Refusal;

/// Bytes of the longest record: more than any register's, and a bound on what a file without line ends takes.
pub(super) const LONGEST: u64 = 4 * 1024 * 1024;

/// The lines of a text, without their ends; blank ones are passed over.
pub(super) struct Lines<R> {
    inner: BufReader<R>,
    buffer: Vec<u8>,
    row: u64,
    format: &'static str,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(text: R, format: &'static str) -> Self {
        Self { inner: BufReader::with_capacity(64 * 1024, text), buffer: Vec::new(), row: 0, format }
    }

    /// The next line with its number, from 1.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &str)>, Stop> {
        loop {
            self.buffer.clear();
            let mut bounded = (&mut self.inner).take(LONGEST);
            if bounded.read_until(b'\n', &mut self.buffer).map_err(|error| stop_of(&error))? == 0 {
                return Ok(None);
            }
            self.row += 1;
            if self.buffer.len() as u64 == LONGEST {
                return Err(too_long(self.format, self.row).into());
            }
            while self.buffer.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                self.buffer.pop();
            }
            if !self.buffer.iter().all(u8::is_ascii_whitespace) {
                break;
            }
        }
        let row = self.row;
        // The transcoder lets nothing but UTF-8 through.
        std::str::from_utf8(&self.buffer)
            .map(|line| Some((row, line)))
            .map_err(|error| Refusal::Malformed { format: self.format, row, reason: error.to_string() }.into())
    }
}

/// A text that ends with an error where a record is too long, for a reader that splits records itself; and its last line
/// has an end.
pub(super) struct Bounded<R> {
    inner: R,
    format: &'static str,
    /// The line that the record begins in, from 1, and its length so far.
    record: (u64, u64),
    ends_line: bool,
}

impl<R: Read> Bounded<R> {
    pub(super) fn new(inner: R, format: &'static str) -> Self {
        Self { inner, format, record: (1, 0), ends_line: true }
    }

    /// Says that the next record begins in a line.
    pub(super) fn begin_record(&mut self, line: u64) {
        self.record = (line, 0);
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut length = self.inner.read(buffer)?;
        if length == 0 && !self.ends_line && !buffer.is_empty() {
            buffer[0] = b'\n';
            length = 1;
        }
        if let Some(last) = buffer[..length].last() {
            self.ends_line = *last == b'\n';
        }
        self.record.1 += length as u64;
        if self.record.1 >= LONGEST {
            return Err(undecodable(too_long(self.format, self.record.0)));
        }
        Ok(length)
    }
}

pub(super) fn too_long(format: &'static str, row: u64) -> Refusal {
    Refusal::Malformed { format, row, reason: format!("the record is longer than {LONGEST} bytes") }
}

/// XML that ends with an error where an element, a text or a comment is too long, and counts its lines.
pub(super) struct Events<R> {
    inner: R,
    format: &'static str,
    line: u64,
    /// Bytes since the last element, text or comment.
    length: u64,
}

impl<R: BufRead> Events<R> {
    pub(super) fn new(inner: R, format: &'static str) -> Self {
        Self { inner, format, line: 1, length: 0 }
    }

    /// Says that the next element, text or comment begins.
    pub(super) fn begin(&mut self) {
        self.length = 0;
    }

    /// The line that was read last, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }
}

impl<R: BufRead> Read for Events<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.line += newlines(&buffer[..length]);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Events<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.length >= LONGEST {
            return Err(undecodable(too_long(self.format, self.line)));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        if let Ok(buffer) = self.inner.fill_buf() {
            self.line += newlines(&buffer[..amount.min(buffer.len())]);
        }
        self.length += amount as u64;
        self.inner.consume(amount);
    }
}

pub(super) fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}
