//! Whether quotes enclose whole cells.
//!
//! The csv crate takes what stands behind a closing quote for the end of the cell: `"1"2` is 12 to it.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::lines::Bounded;

/// What is read of a cell.
#[derive(Debug, Clone, Copy)]
enum At {
    Start,
    /// Letters, none of them in quotes.
    Letters,
    Quoted,
    /// A quote that closes the cell, unless another follows.
    Closed,
    /// Blanks behind that quote.
    Blanks,
}

/// A text of which it is noted where something stands behind a closing quote.
pub(super) struct Quotes<R> {
    inner: Bounded<R>,
    delimiter: u8,
    /// Nothing is noted where the text has no quotes.
    quote: Option<u8>,
    at: At,
    /// Line ends so far.
    line_ends: u64,
    /// Where it does: the lines before it.
    faults: VecDeque<u64>,
}

impl<R: Read> Quotes<R> {
    pub(super) fn new(inner: Bounded<R>, delimiter: u8, quote: Option<u8>) -> Self {
        Self { inner, delimiter, quote, at: At::Start, line_ends: 0, faults: VecDeque::new() }
    }

    /// Says that the next record begins in a line.
    pub(super) fn begin_record(&mut self, line: u64) {
        self.inner.begin_record(line);
    }

    /// Whether something stands behind a closing quote in what was not asked of before, up to a number of line ends.
    pub(super) fn has_fault(&mut self, line_ends: u64) -> bool {
        let before = self.faults.len();
        while self.faults.pop_front_if(|line| *line < line_ends).is_some() {}
        self.faults.len() < before
    }

    fn look(&mut self, quote: u8, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let looked_at = match self.at {
                At::Start | At::Letters | At::Quoted => self.look_for_quote(quote, bytes),
                At::Closed | At::Blanks => self.look_behind_quote(quote, bytes[0]),
            };
            let (looked_at, rest) = bytes.split_at(looked_at);
            self.line_ends += looked_at.iter().filter(|byte| **byte == b'\n').count() as u64;
            bytes = rest;
        }
    }

    /// Looks at what comes up to the next quote, and at the quote. Inside of one nothing else matters, and outside only whether a
    /// cell begins.
    fn look_for_quote(&mut self, quote: u8, bytes: &[u8]) -> usize {
        let next = bytes.iter().position(|byte| *byte == quote).unwrap_or(bytes.len());
        if let (At::Start | At::Letters, Some(last)) = (self.at, bytes[..next].last()) {
            self.at = if self.ends_cell(*last) { At::Start } else { At::Letters };
        }
        if next == bytes.len() {
            return next;
        }
        self.at = match self.at {
            At::Start => At::Quoted,
            At::Quoted => At::Closed,
            other => other,
        };
        next + 1
    }

    /// Looks at a byte behind a closing quote.
    fn look_behind_quote(&mut self, quote: u8, byte: u8) -> usize {
        self.at = match self.at {
            At::Closed if byte == quote => At::Quoted,
            _ if self.ends_cell(byte) => At::Start,
            _ if byte.is_ascii_whitespace() => At::Blanks,
            _ => {
                self.faults.push_back(self.line_ends);
                At::Letters
            }
        };
        1
    }

    fn ends_cell(&self, byte: u8) -> bool {
        byte == self.delimiter || byte == b'\n'
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        if let Some(quote) = self.quote {
            self.look(quote, &buffer[..length]);
        }
        Ok(length)
    }
}
