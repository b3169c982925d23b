//! Lines of text, one at a time and none without a bound.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::rc::Rc;

use super::block::BLOCK_BYTES;
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
        let inner = BufReader::with_capacity(64 * 1024, text);
        Self { inner, buffer: Vec::new(), row: 0, format }
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

/// A text that tells whether its last line has an end: readers give it one, or leave it away.
pub(super) struct Ending<R> {
    inner: R,
    last_line: LastLine,
}

impl<R: Read> Ending<R> {
    /// The text, and what is known of its last line once it is read.
    pub(super) fn new(inner: R) -> (Self, LastLine) {
        let last_line = LastLine(Rc::new(Cell::new(true)));
        (Self { inner, last_line: last_line.clone() }, last_line)
    }
}

/// What is known of the last line of a text.
#[derive(Clone)]
pub(super) struct LastLine(Rc<Cell<bool>>);

impl LastLine {
    /// Whether it has an end.
    pub(super) fn has_end(&self) -> bool {
        self.0.get()
    }
}

impl<R: Read> Read for Ending<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        if let Some(last) = buffer[..length].last() {
            self.last_line.0.set(*last == b'\n');
        }
        Ok(length)
    }
}

/// Whole lines that a reader hands out at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineBlock {
    /// The number of the first line, from 1.
    pub(super) first_line: u64,
    /// Line ends in it.
    pub(super) lines: usize,
}

impl LineBlock {
    /// Leaves out the first `lines` lines of the block, which is `text`.
    pub(super) fn leave_out(&mut self, lines: u64, text: &mut Vec<u8>) {
        for _ in 0..lines {
            let length = text.iter().position(|byte| *byte == b'\n').map_or(text.len(), |end| end + 1);
            text.drain(..length);
            self.first_line += 1;
            self.lines -= 1;
        }
    }
}

/// A text in blocks of whole lines, each of which has an end.
pub(super) struct LineBlocks<R> {
    inner: R,
    /// What was read of the line after the last block.
    left: Vec<u8>,
    /// Why no more can be read: told when the lines before it are handed out.
    failed: Option<io::Error>,
    line: u64,
    at_end: bool,
    format: &'static str,
}

impl<R: Read> LineBlocks<R> {
    pub(super) fn new(inner: R, format: &'static str) -> Self {
        Self { inner, left: Vec::new(), failed: None, line: 1, at_end: false, format }
    }

    /// Puts the next block into `text`; `None` at the end.
    pub(super) fn next(&mut self, text: &mut Vec<u8>) -> Result<Option<LineBlock>, Stop> {
        if let Some(error) = self.failed.take() {
            return Err(stop_of(&error));
        }
        let mut length = self.left.len();
        let mut wanted = BLOCK_BYTES.max(length);
        // What stands in it is written over, and not filled with zeros first.
        text.resize(wanted, 0);
        text[..length].copy_from_slice(&self.left);
        let whole = loop {
            while length < wanted && !self.at_end && self.failed.is_none() {
                match self.inner.read(&mut text[length..wanted]) {
                    Ok(0) => self.at_end = true,
                    Ok(read) => length += read,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => self.failed = Some(error),
                }
            }
            match (text[..length].iter().rposition(|byte| *byte == b'\n'), &self.failed) {
                _ if self.at_end => break length,
                (Some(last), _) => break last + 1,
                (None, Some(error)) => return Err(stop_of(error)),
                (None, None) if length as u64 >= LONGEST => return Err(too_long(self.format, self.line).into()),
                (None, None) => wanted += BLOCK_BYTES,
            }
            text.resize(wanted, 0);
        };
        self.left.clear();
        self.left.extend_from_slice(&text[whole..length]);
        text.truncate(whole);
        if text.last().is_some_and(|last| *last != b'\n') {
            text.push(b'\n');
        }
        let block = LineBlock { first_line: self.line, lines: usize::try_from(newlines(text)).unwrap_or(usize::MAX) };
        self.line += block.lines as u64;
        Ok((!text.is_empty()).then_some(block))
    }

    /// What is not handed out yet.
    pub(super) fn rest(self) -> impl Read {
        Cursor::new(self.left).chain(Failed(self.failed)).chain(self.inner)
    }
}

/// Nothing to read, and why, if it is not the end.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
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
