//! Whether quotes enclose whole cells.
//!
//! The csv crate takes what stands behind a closing quote for the end of the cell: `"1"2` is 12 to it. And a quote with a blank
//! before it opens none: delimiters and line ends behind it end its cell.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::lines::Bounded;

/// Why a record with text behind a closing quote is none.
pub(super) const BEHIND: &str = "text stands behind the quote that closes a cell";

/// Why a record with blanks before an opening quote is none.
const BEFORE: &str = "blanks stand before the quote that opens a cell";

/// What is read of a cell.
#[derive(Debug, Clone, Copy)]
enum At {
    Start,
    /// Blanks and nothing else.
    Padding,
    /// Letters, none of them in quotes.
    Letters,
    Quoted,
    /// What a quote encloses that has blanks before it: the reader takes it for letters, and its line ends for ends of records.
    Astray,
    /// A quote that closes the cell, unless another follows.
    Closed,
    /// Blanks behind that quote.
    Blanks,
}

/// A text of which it is noted where something stands behind a closing quote, or blanks before an opening one.
pub(super) struct Quotes<R> {
    inner: Bounded<R>,
    delimiter: u8,
    /// Nothing is noted where the text has no quotes.
    quote: Option<u8>,
    at: At,
    /// Line ends so far.
    line_ends: u64,
    /// What is wrong, each with the line ends before it.
    faults: VecDeque<(u64, &'static str)>,
}

impl<R: Read> Quotes<R> {
    pub(super) fn new(inner: Bounded<R>, delimiter: u8, quote: Option<u8>) -> Self {
        Self { inner, delimiter, quote, at: At::Start, line_ends: 0, faults: VecDeque::new() }
    }

    /// Says that the next record begins in a line.
    pub(super) fn begin_record(&mut self, line: u64) {
        self.inner.begin_record(line);
    }

    /// What is wrong first with the quotes of what was not asked of before, up to a number of line ends.
    pub(super) fn fault(&mut self, line_ends: u64) -> Option<&'static str> {
        let mut first = None;
        while let Some((_, fault)) = self.faults.pop_front_if(|(line, _)| *line < line_ends) {
            first = first.or(Some(fault));
        }
        first
    }

    fn look(&mut self, quote: u8, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let looked_at = match self.at {
                At::Start | At::Padding | At::Letters | At::Quoted | At::Astray => self.look_for_quote(quote, bytes),
                At::Closed | At::Blanks => self.look_behind_quote(quote, bytes[0]),
            };
            let (looked_at, rest) = bytes.split_at(looked_at);
            self.line_ends += line_ends(looked_at);
            bytes = rest;
        }
    }

    /// Looks at what comes up to the next quote, and at the quote. Inside of one nothing else matters, and outside only whether the
    /// cell has begun, and with what.
    fn look_for_quote(&mut self, quote: u8, bytes: &[u8]) -> usize {
        let next = bytes.iter().position(|byte| *byte == quote).unwrap_or(bytes.len());
        match self.at {
            At::Quoted => {}
            At::Astray => {
                let lines = self.line_ends + 1..=self.line_ends + line_ends(&bytes[..next]);
                self.faults.extend(lines.map(|line| (line, BEFORE)));
            }
            _ => self.at = self.behind(&bytes[..next]),
        }
        if next == bytes.len() {
            return next;
        }
        self.at = match self.at {
            At::Start => At::Quoted,
            At::Padding => {
                self.faults.push_back((self.line_ends + line_ends(&bytes[..next]), BEFORE));
                At::Astray
            }
            At::Astray => At::Closed,
            At::Quoted => At::Closed,
            other => other,
        };
        next + 1
    }

    /// What is read of the last cell once more letters are, none of them in quotes.
    fn behind(&self, letters: &[u8]) -> At {
        let (before, of_cell) = match letters.iter().rposition(|byte| self.ends_cell(*byte)) {
            Some(end) => (At::Start, &letters[end + 1..]),
            None => (self.at, letters),
        };
        match before {
            _ if of_cell.is_empty() => before,
            At::Start | At::Padding if of_cell.iter().copied().all(is_of_blanks) => At::Padding,
            _ => At::Letters,
        }
    }

    /// Looks at a byte behind a closing quote.
    fn look_behind_quote(&mut self, quote: u8, byte: u8) -> usize {
        self.at = match self.at {
            At::Closed if byte == quote => At::Quoted,
            _ if self.ends_cell(byte) => At::Start,
            _ if byte.is_ascii_whitespace() => At::Blanks,
            _ => {
                self.faults.push_back((self.line_ends, BEHIND));
                At::Letters
            }
        };
        1
    }

    fn ends_cell(&self, byte: u8) -> bool {
        byte == self.delimiter || byte == b'\n'
    }
}

/// Whether a byte is of a blank. Those beyond ASCII, as the one that does not break, are told by their bytes, which hardly any other
/// letters have.
fn is_of_blanks(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(byte, 0x0B | 0xC2 | 0xE1..=0xE3 | 0x80..=0x8A | 0x9A | 0x9F | 0xA0 | 0xA8 | 0xA9 | 0xAF)
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
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
