//! Lines of text, one at a time and none without a bound.

use std::io::{BufRead, BufReader, Read};

use super::{Stop, stop_of};
use crate::pull::Refusal;

/// Bytes of the longest line: more than any register's, and a bound on what a file without line ends takes.
const LONGEST: u64 = 4 * 1024 * 1024;

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
                let reason = format!("the line is longer than {LONGEST} bytes");
                return Err(Refusal::Malformed { format: self.format, row: self.row, reason }.into());
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
