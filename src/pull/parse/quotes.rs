//! Whether quotes enclose whole cells, and line ends end records.
//!
//! The csv crate takes what stands behind a closing quote for the end of the cell: `"1"2` is 12 to it. And a quote with a blank
//! before it opens none: delimiters and line ends behind it end its cell. CR that no LF follows is a letter to it.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Read};

use csv::StringRecord;

use super::lines::Bounded;
use super::lone_cr::LONE_CR;

/// What is wrong with the quotes or the line end of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordFault {
    Behind,
    Before,
    LoneCr,
}

impl fmt::Display for RecordFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Behind => "text stands behind the quote that closes a cell",
            Self::Before => "blanks stand before the quote that opens a cell",
            Self::LoneCr => LONE_CR,
        })
    }
}

/// What is read of a cell.
#[derive(Debug, Clone, Copy)]
enum At {
    Start,
    /// Blanks and nothing else.
    Padding,
    /// Letters, none of them in quotes.
    Letters,
    /// What a quote encloses.
    Quoted(Opening),
    /// A quote that closes the cell, unless another follows.
    Closed(Opening),
    /// Blanks behind that quote.
    Blanks,
}

/// Where a quote opens a cell.
#[derive(Debug, Clone, Copy)]
enum Opening {
    AtStart,
    /// The reader takes what the quote encloses for letters, and its line ends for ends of records.
    BehindBlanks,
}

/// A text of which it is noted where something stands behind a closing quote, blanks before an opening one, or CR alone outside of
/// quotes.
pub(super) struct Quotes<R> {
    inner: Bounded<R>,
    delimiter: u8,
    /// Of a text without quotes only CR is noted.
    quote: Option<u8>,
    at: At,
    /// What is read of a letter behind a closing quote.
    letter: Vec<u8>,
    /// Whether the last byte outside of quotes is CR.
    is_behind_cr: bool,
    /// Line ends so far.
    line_ends: u64,
    /// What is wrong, each with the line ends before it.
    faults: VecDeque<(u64, RecordFault)>,
}

impl<R: Read> Quotes<R> {
    pub(super) fn new(inner: Bounded<R>, delimiter: u8, quote: Option<u8>) -> Self {
        Self {
            inner,
            delimiter,
            quote,
            at: At::Start,
            letter: Vec::new(),
            is_behind_cr: false,
            line_ends: 0,
            faults: VecDeque::new(),
        }
    }

    /// Says that the next record begins in a line.
    pub(super) fn begin_record(&mut self, line: u64) {
        self.inner.begin_record(line);
    }

    /// What is wrong first with what was not asked of before, up to a number of line ends.
    pub(super) fn fault(&mut self, line_ends: u64) -> Option<RecordFault> {
        let mut first = None;
        while let Some((_, fault)) = self.faults.pop_front_if(|(line, _)| *line < line_ends) {
            first = first.or(Some(fault));
        }
        first
    }

    fn look(&mut self, quote: u8, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let looked_at = match self.at {
                At::Start | At::Padding | At::Letters | At::Quoted(_) => self.look_for_quote(quote, bytes),
                At::Closed(_) | At::Blanks => self.look_behind_quote(quote, bytes[0]),
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
            At::Quoted(Opening::AtStart) => {}
            At::Quoted(Opening::BehindBlanks) => {
                let lines = self.line_ends + 1..=self.line_ends + line_ends(&bytes[..next]);
                self.faults.extend(lines.map(|line| (line, RecordFault::Before)));
            }
            _ => {
                // Before the quote is noted, which may stand in a later line.
                self.look_for_cr(&bytes[..bytes.len().min(next + 1)]);
                self.at = self.behind(&bytes[..next]);
            }
        }
        if next == bytes.len() {
            return next;
        }
        self.at = match self.at {
            At::Start => At::Quoted(Opening::AtStart),
            At::Padding => {
                self.faults.push_back((self.line_ends + line_ends(&bytes[..next]), RecordFault::Before));
                At::Quoted(Opening::BehindBlanks)
            }
            At::Quoted(opening) => At::Closed(opening),
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

    /// Notes every CR that no LF follows. Several before one are a line end that was converted twice.
    fn look_for_cr(&mut self, bytes: &[u8]) {
        if !self.is_behind_cr && !bytes.contains(&b'\r') {
            return;
        }
        let mut line = self.line_ends;
        for byte in bytes {
            let fault = (line, RecordFault::LoneCr);
            if self.is_behind_cr && !matches!(byte, b'\r' | b'\n') && self.faults.back() != Some(&fault) {
                self.faults.push_back(fault);
            }
            self.is_behind_cr = *byte == b'\r';
            line += u64::from(*byte == b'\n');
        }
    }

    /// Looks at a byte behind a closing quote.
    fn look_behind_quote(&mut self, quote: u8, byte: u8) -> usize {
        self.look_for_cr(&[byte]);
        self.at = match self.at {
            At::Closed(opening) if byte == quote => At::Quoted(opening),
            _ if self.ends_cell(byte) => At::Start,
            _ => self.behind_quote(byte),
        };
        1
    }

    /// What is read of a cell once a byte is that stands behind its closing quote and does not end it.
    fn behind_quote(&mut self, byte: u8) -> At {
        self.letter.push(byte);
        // A letter beyond ASCII, as the blank that does not break, is several bytes.
        let Ok(letter) = std::str::from_utf8(&self.letter) else { return At::Blanks };
        let is_blank = letter.trim().is_empty();
        self.letter.clear();
        if is_blank {
            return At::Blanks;
        }
        self.faults.push_back((self.line_ends, RecordFault::Behind));
        At::Letters
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

/// The lines that look like rows and stand in a cell of a record: a quote that stands alone takes in all up to the next one.
///
/// As many delimiters as a row has tell a row. Such a cell begins and ends within rows besides: its first line has the delimiters
/// that the row lacks before the quote, and its last those that stand before the cell. A comma stands in prose, and so does any
/// delimiter by itself: there a line has to begin with a code, as the record does. Where the records begin with none, those lines
/// tell rows that most others are like.
pub(super) fn rows_within(record: &StringRecord, delimiter: u8) -> Option<usize> {
    let between = record.len().checked_sub(1).filter(|between| *between > 0)?;
    let delimiter = char::from(delimiter);
    let has = |line: &str, count: usize| line.matches(delimiter).count() == count;
    let is_coded = |line: &&str| line.split(delimiter).next().is_some_and(is_code);
    let has_codes = record.get(0).and_then(|cell| cell.split('\n').next()).is_some_and(|line| is_coded(&line));
    let is_of_prose = between == 1 || delimiter == ',';
    record.iter().enumerate().find_map(|(place, cell)| {
        let (first, rest) = cell.split_once('\n')?;
        let (within, last) = rest.rsplit_once('\n').unwrap_or(("", rest));
        let (regular, others): (Vec<&str>, Vec<&str>) = within.split('\n').partition(|line| has(line, between));
        let are_most = regular.len() >= others.iter().filter(|line| !line.trim().is_empty()).count();
        let is_within_rows = has(first, between - place)
            && has(last, place)
            && match is_of_prose {
                _ if has_codes && is_coded(&last) => true,
                false => are_most || !has_codes,
                true => are_most && !has_codes && (between > 1 || !regular.is_empty()),
            };
        let whole = match is_of_prose {
            true if has_codes => regular.into_iter().filter(is_coded).count(),
            true if !is_within_rows => 0,
            _ => regular.len(),
        };
        Some(whole + usize::from(is_within_rows)).filter(|rows| *rows > 0)
    })
}

/// Whether a text is one that numbers rows or names them, as prose is not: it has a digit and no blank.
fn is_code(text: &str) -> bool {
    let text = text.trim();
    text.contains(char::is_numeric) && !text.contains(char::is_whitespace)
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        let bytes = &buffer[..length];
        match self.quote {
            Some(quote) => self.look(quote, bytes),
            None => {
                self.look_for_cr(bytes);
                self.line_ends += line_ends(bytes);
            }
        }
        Ok(length)
    }
}
