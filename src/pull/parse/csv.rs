//! Delimited text, most of it with a header row and, in some deliveries, a trailer that counts the rows.

use std::io::Read;

use csv::{ErrorKind, ReaderBuilder, StringRecord, Terminator};

use super::layout::Layout;
use super::lines::Bounded;
use super::{Record, Sink, Stop, Unsplit, check_count, stop_of};
use crate::definition::{Contract, Header};
use crate::pull::Refusal;

/// The format's name in messages.
const NAME: &str = "CSV";

/// How the text is delimited.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect<'a> {
    pub(super) delimiter: u8,
    pub(super) quote: Option<u8>,
    pub(super) header: Header,
    pub(super) trailer: Option<&'a str>,
}

pub(super) fn parse(
    text: impl Read,
    dialect: Dialect<'_>,
    contract: &Contract,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    let Dialect { delimiter, quote, header, trailer } = dialect;
    // With CRLF as the terminator the csv crate counts a record's line from the line before: a bare
    // LF keeps the count right, and the CR goes with the padding.
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(quote.is_some())
        .quote(quote.unwrap_or(b'"'))
        .terminator(Terminator::Any(b'\n'))
        .has_headers(false)
        .flexible(true)
        .from_reader(Bounded::new(text, NAME));
    let mut record = StringRecord::new();
    if header != Header::None && read(&mut reader, &mut record)?.is_none() {
        return Err(Refusal::Empty.into());
    }
    let names: Vec<&str> = record.iter().map(str::trim).collect();
    let layout = Layout::of(&names, &contract.tables[0], header)?;
    sink.unknown_columns(&layout.unknown)?;
    let mut ended = false;
    while let Some(row) = read(&mut reader, &mut record)? {
        if ended {
            let what = format!("row {row} stands after the trailer");
            return Err(Refusal::Truncated { what }.into());
        }
        if trailer.is_some() && record.get(0) == trailer {
            let declared = record.get(1).unwrap_or_default().trim();
            let counted = sink.records();
            check_count("trailer", declared, counted, row)?;
            sink.control();
            ended = true;
        } else if record.len() != layout.width {
            let delimiter = char::from(delimiter).to_string();
            let whole = record.iter().map(str::trim).collect::<Vec<_>>().join(&delimiter);
            let expected = if header == Header::None { "contract" } else { "header" };
            let reason = format!("{} columns where the {expected} has {}", record.len(), layout.width);
            sink.unsplit(row, Unsplit::Width, &reason, &whole)?;
        } else {
            let cells: Vec<_> = layout.places.iter().map(|place| place.and_then(|at| record.get(at))).collect();
            sink.record(&Record { table: 0, row, cells: &cells })?;
        }
    }
    match trailer {
        Some(word) if !ended => Err(Refusal::Truncated { what: format!("the trailer `{word}` is missing") }.into()),
        _ if sink.records() == 0 => Err(Refusal::Empty.into()),
        _ => Ok(()),
    }
}

/// Reads the next record that is no blank line; its line, if there is one.
fn read<R: Read>(reader: &mut csv::Reader<Bounded<R>>, record: &mut StringRecord) -> Result<Option<u64>, Stop> {
    loop {
        let before = reader.position().line();
        reader.get_mut().begin_record(before);
        let found = reader.read_record(record).map_err(|error| match error.kind() {
            ErrorKind::Io(source) => stop_of(source),
            _ => {
                let row = error.position().map_or(0, csv::Position::line);
                Refusal::Malformed { format: NAME, row, reason: error.to_string() }.into()
            }
        })?;
        if !found {
            return Ok(None);
        }
        // The last line has an end, whatever the file: a record that took no more lines than stand in its texts was
        // ended by the file, inside a quote.
        let inside = record.as_slice().matches('\n').count() as u64;
        let lines = reader.position().line() - before;
        if lines <= inside {
            let what = format!("the quote that row {before} opens is not closed");
            return Err(Refusal::Truncated { what }.into());
        }
        if record.len() != 1 || record.get(0).is_some_and(|only| !only.trim().is_empty()) {
            // The crate passes over blank lines without a word.
            return Ok(Some(before + lines - inside - 1));
        }
    }
}
