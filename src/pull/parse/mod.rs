//! Parsers: one file format each, all of them streaming records to the same checks.
//!
//! Invariant: a parser knows names and positions, never types or rules.

mod cell;
mod csv;
mod excel;
mod fixed;
mod jsonl;
mod layout;
mod lines;
mod parquet;
mod sas;
mod toml;
mod workbook;
mod xml;

use std::io::{self, Read};

pub(super) use cell::{Cell, text_of as cell_text};
pub(super) use workbook::ERRORS as SHEET_ERRORS;

use super::decode::{Fault, fault_of, text_of};
use super::locate::Extract;
use super::mask::mask_numbers;
use super::{PullError, Refusal, temporary_failed};
use crate::definition::{Contract, Delivery, Encoding, Format};

/// A record as the parser found it: values in the order of the contract's columns.
pub(super) struct Record<'a> {
    /// The table, by its place in the contract.
    pub(super) table: usize,
    /// The line in the file, from 1.
    pub(super) row: u64,
    /// The values; `None` where the record has none.
    pub(super) cells: &'a [Option<Cell<'a>>],
}

/// Why a record could not be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsplit {
    /// Too many columns or letters, or too few.
    Width,
    /// Its type is none of the contract's.
    RecordType,
    /// It is not of the format.
    Malformed,
}

/// What a parser hands its findings to.
pub(super) trait Sink {
    /// Columns that the file has and the contract does not, in the order of their texts, which
    /// follow those of the contract's columns. Called before the first record.
    fn unknown_columns(&mut self, names: &[String]) -> Result<(), Stop>;

    /// A record.
    fn record(&mut self, record: &Record<'_>) -> Result<(), Stop>;

    /// A record that could not be split into the contract's columns.
    fn unsplit(&mut self, row: u64, why: Unsplit, reason: &str, text: &str) -> Result<(), Stop> {
        self.unsplit_of(0, row, why, reason, text)
    }

    /// The same, where the table is known that it would be of, by its place in the contract.
    fn unsplit_of(&mut self, table: usize, row: u64, why: Unsplit, reason: &str, text: &str) -> Result<(), Stop>;

    /// A line that is no record: a start or a trailer.
    fn control(&mut self);

    /// The number of records so far.
    fn records(&self) -> u64;
}

/// Why a parser stops before the end.
#[derive(Debug)]
pub(super) enum Stop {
    /// The extract is refused.
    Refused(Refusal),
    /// Something else went wrong.
    Failed(PullError),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<PullError> for Stop {
    fn from(error: PullError) -> Self {
        Self::Failed(error)
    }
}

/// Parses the bytes of an extract under its contract.
pub(super) fn parse(
    bytes: impl Read + Send,
    extract: &Extract,
    delivery: &Delivery,
    contract: &Contract,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    let file = extract.file.as_str();
    let text = |bytes, encoding| text_of(bytes, file, encoding).map_err(|error| stop_of(&error));
    let parsed = match &delivery.format {
        Format::Csv { encoding, delimiter, quote, header, trailer } => {
            let dialect =
                csv::Dialect { delimiter: *delimiter, quote: *quote, header: *header, trailer: trailer.as_deref() };
            csv::parse(text(bytes, *encoding)?, dialect, contract, sink)
        }
        Format::Fixed { encoding, .. } => {
            fixed::parse(text(bytes, *encoding)?, delivery, extract.extract_date, contract, sink)
        }
        Format::Xml { encoding, root, extract_date, trailer } => {
            let frame = xml::Frame {
                root,
                extract_date: extract_date.as_ref().zip(extract.extract_date),
                dates: delivery.text.dates,
                trailer: trailer.as_ref(),
            };
            xml::parse(text(bytes, *encoding)?, &frame, contract, sink)
        }
        Format::Excel { header_row } => excel::parse(bytes, file, (*header_row, &delivery.text), contract, sink),
        Format::JsonLines => jsonl::parse(text(bytes, Encoding::Utf8)?, &delivery.text, contract, sink),
        Format::Sas => sas::parse(bytes, file, &delivery.text, contract, sink),
        Format::Parquet => parquet::parse(bytes, file, &delivery.text, contract, sink),
        Format::Toml => toml::parse(text(bytes, Encoding::Utf8)?, contract, sink),
    };
    parsed.map_err(|stop| match stop {
        Stop::Failed(PullError::Unreadable { reason, .. }) => {
            Stop::Failed(PullError::Unreadable { what: file.to_owned(), reason })
        }
        other => other,
    })
}

/// The count that a line which ends a file gives, held against the records.
fn check_count(line: &str, declared: &str, counted: u64, row: u64) -> Result<(), Refusal> {
    match declared.parse::<u64>() {
        _ if declared.is_empty() => Err(Refusal::Truncated { what: format!("the {line} has no count") }),
        Ok(number) if number == counted => Ok(()),
        _ => Err(Refusal::ControlTotal { declared: mask_numbers(declared), counted, row }),
    }
}

/// Whose fault a reader's error is.
fn stop_of(error: &io::Error) -> Stop {
    match fault_of(error) {
        Fault::Extract(refusal) => Stop::Refused(refusal),
        Fault::Source(reason) => Stop::Failed(PullError::Unreadable { what: String::new(), reason }),
        Fault::Disk(error) => Stop::Failed(temporary_failed(error)),
    }
}
