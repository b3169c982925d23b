//! What a parser hands over, and what it hands it to.

use std::io;

use super::cell::Cell;
use super::part::Unsplit;
use super::split::Delimited;
use crate::definition::{Contract, Kind, Scalar, read_scalar};
use crate::pull::error::{PullError, temporary_failed};
use crate::pull::mask::mask_numbers;
use crate::pull::read::{Fault, fault_of};
use crate::pull::refusal::Refusal;

/// Unknown columns of an extract that are told: a file of objects may have as many names as members.
pub(crate) const MOST_STRANGERS: usize = 100;

/// A record as the parser found it: values in the order of the contract's columns.
pub(crate) struct Record<'a> {
    /// The table, by its place in the contract.
    pub(crate) table: usize,
    /// The line in the file, from 1.
    pub(crate) row: u64,
    /// The values; `None` where the record has none.
    pub(crate) cells: &'a [Option<Cell<'a>>],
}

/// What a parser hands its findings to.
pub(crate) trait Sink {
    /// Columns that the file has and the contract does not, in the order of their texts, which
    /// follow those of the contract's columns. Called before the first record.
    fn unknown_columns(&mut self, names: &[String]) -> Result<(), Stop>;

    /// A record.
    fn record(&mut self, record: &Record<'_>) -> Result<(), Stop>;

    /// Whole lines of the first table, to be split where they are checked, in exchange for other memory.
    fn lines(&mut self, lines: Delimited, text: &mut Vec<u8>) -> Result<(), Stop>;

    /// A record that could not be split into the contract's columns.
    fn unsplit(&mut self, row: u64, why: Unsplit, reason: &str, text: &str) -> Result<(), Stop> {
        self.unsplit_of(0, row, why, reason, text)
    }

    /// The same, where the table is known that it would be of, by its place in the contract.
    fn unsplit_of(&mut self, table: usize, row: u64, why: Unsplit, reason: &str, text: &str) -> Result<(), Stop>;

    /// A line that is no record: a start or a trailer.
    fn control(&mut self);

    /// A record of a type that the contract does not know.
    fn other_type(&mut self, row: u64, record_type: &str) -> Result<(), Stop>;

    /// The number of records so far, but those in whole lines.
    fn records(&self) -> u64;
}

/// Why a parser stops before the end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The extract is refused.
    Refused(Refusal),
    /// The extract can't be fetched, and why.
    Unfetched(String),
    /// The temporary folder or the store failed.
    Failed(PullError),
    /// The sink wants no more, and knows why.
    Enough,
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

/// The count that a line which ends a file gives, held against the records.
pub(super) fn check_count(
    line: &str,
    declared: &str,
    contract: &Contract,
    counted: u64,
    row: u64,
) -> Result<(), Refusal> {
    match count_of(declared, contract) {
        _ if declared.is_empty() => Err(Refusal::Truncated { what: format!("the {line} has no count") }),
        Some(number) if number == counted => Ok(()),
        _ => Err(Refusal::ControlTotal { declared: mask_numbers(declared), counted, row }),
    }
}

/// The count in a text, which may have the marks of the contract's numbers: whichever of its forms has them, the digits are the
/// same.
pub(super) fn count_of(declared: &str, contract: &Contract) -> Option<u64> {
    let mut formats = contract.deliveries.iter().map(|delivery| &delivery.text);
    formats.find_map(|format| match read_scalar(declared, &Kind::Integer, format)? {
        Scalar::Integer(count) => u64::try_from(count).ok(),
        _ => None,
    })
}

/// Whose fault a reader's error is.
pub(super) fn stop_of(error: &io::Error) -> Stop {
    match fault_of(error) {
        Fault::Extract(refusal) => Stop::Refused(refusal),
        Fault::Source(reason) => Stop::Unfetched(reason),
        Fault::Disk(error) => Stop::Failed(temporary_failed(error)),
    }
}
