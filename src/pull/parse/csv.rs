//! Delimited text, most of it with a header row and, in some deliveries, a trailer that counts the rows.

use std::io::{Cursor, Read};
use std::sync::Arc;

use csv::{ErrorKind, ReaderBuilder, StringRecord, Terminator};

use super::cell::Cell;
use super::layout::Layout;
use super::lines::{Bounded, Ending, LastLine, LineBlock, LineBlocks};
use super::part::Unsplit;
use super::quotes::{Quotes, RecordFault, rows_within};
use super::sink::{Record, Sink, Stop, check_count, stop_of};
use super::split::{Delimited, wrong_width};
use crate::definition::{Contract, Header, TableContract};
use crate::pull::mask::quoted;
use crate::pull::refusal::Refusal;

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

impl Dialect<'_> {
    fn has_quote(&self, text: &[u8]) -> bool {
        self.quote.is_some_and(|quote| text.contains(&quote))
    }

    /// What gives the number of columns, in messages.
    fn given_by(&self) -> &'static str {
        if self.header == Header::None { "contract" } else { "header" }
    }
}

/// The line that tells Excel the delimiter, which follows it.
const SEP: &str = "sep=";

pub(super) fn parse(
    text: impl Read,
    dialect: Dialect<'_>,
    contract: &Contract,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    let (text, last_line) = Ending::new(text);
    let mut blocks = LineBlocks::new(text, NAME);
    let mut text = Vec::new();
    let mut block = blocks.next(&mut text)?;
    if let Some(block) = &mut block
        && dialect.header == Header::None
        && begins_with_sep(&text, dialect)
    {
        block.leave_out(1, &mut text);
    }
    let before = block.map_or(0, |block| block.first_line - 1);
    if dialect.trailer.is_some() || dialect.has_quote(&text) {
        let mut records = Records::new(Cursor::new(text).chain(blocks.rest()), dialect, before);
        let layout = head(&mut records, dialect, contract, sink)?;
        rows(records, dialect, contract, &layout, &last_line, sink)?;
        return if sink.records() == 0 { Err(Refusal::NoRows.into()) } else { Ok(()) };
    }
    let mut records = Records::new(Cursor::new(&text), dialect, before);
    let layout = head(&mut records, dialect, contract, sink)?;
    let lines_of_header = records.reader.position().line() - 1;
    if let Some(block) = &mut block {
        block.leave_out(lines_of_header, &mut text);
    }
    let places: Arc<[Option<usize>]> = layout.places.clone().into();
    let mut is_empty = true;
    while let Some(LineBlock { first_line, lines }) = block {
        is_empty &= std::str::from_utf8(&text).is_ok_and(|text| text.trim().is_empty());
        if dialect.has_quote(&text) {
            // A quote may hold a delimiter or a line end.
            let records = Records::new(Cursor::new(text).chain(blocks.rest()), dialect, first_line - 1);
            return rows(records, dialect, contract, &layout, &last_line, sink);
        }
        let Dialect { delimiter, .. } = dialect;
        let last = text.strip_suffix(b"\n").unwrap_or(&text).rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        let cells = last.iter().filter(|byte| **byte == delimiter).count() + 1;
        let (width, places) = (layout.width, Arc::clone(&places));
        sink.lines(Delimited { first_line, lines, delimiter, width, places, given_by: dialect.given_by() }, &mut text)?;
        block = blocks.next(&mut text)?;
        if block.is_none() && !last_line.has_end() {
            check_last(first_line + lines as u64 - 1, cells, dialect, &layout)?;
        }
    }
    if is_empty { Err(Refusal::NoRows.into()) } else { Ok(()) }
}

/// The names of the columns in the header.
pub(super) fn header_of(text: impl Read, dialect: Dialect<'_>) -> Result<Vec<String>, Stop> {
    let mut records = Records::new(text, dialect, 0);
    header(&mut records, dialect)?;
    Ok(records.record.iter().map(|name| name.trim().to_owned()).collect())
}

/// Whether the first line of a text is Excel's own for the delimiter.
fn begins_with_sep(text: &[u8], dialect: Dialect<'_>) -> bool {
    let mut records = Records::new(Cursor::new(text), dialect, 0);
    // What can't be read is told when it is read as a row.
    matches!(records.next(), Ok(Some(1))) && is_sep(&records.record, dialect.delimiter)
}

/// Whether a record is Excel's own line for the delimiter, which some put in quotes.
fn is_sep(record: &StringRecord, delimiter: u8) -> bool {
    let delimiter = char::from(delimiter);
    let line = record.iter().collect::<Vec<_>>().join(delimiter.encode_utf8(&mut [0; 4]));
    let is_around = |letter: char| letter == '"' || (letter.is_whitespace() && letter != delimiter);
    let marks = line.trim_matches(is_around).strip_prefix(SEP);
    marks.is_some_and(|marks| !marks.is_empty() && marks.chars().all(|mark| mark == delimiter))
}

/// Goes to the header; its line.
fn header<R: Read>(records: &mut Records<R>, dialect: Dialect<'_>) -> Result<u64, Stop> {
    let Some(mut row) = records.next()? else { return Err(Refusal::Empty.into()) };
    if is_sep(&records.record, dialect.delimiter) {
        row = records.next()?.unwrap_or(row);
    }
    let reason = match records.fault {
        None => return Ok(row),
        Some(RecordFault::LoneCr) => "its lines end in CR alone: convert them to LF".to_owned(),
        Some(fault) => fault.to_string(),
    };
    Err(Refusal::Malformed { format: NAME, row, reason }.into())
}

/// Finds the columns under the header.
fn head<R: Read>(
    records: &mut Records<R>,
    dialect: Dialect<'_>,
    contract: &Contract,
    sink: &mut impl Sink,
) -> Result<Layout, Stop> {
    let header = dialect.header;
    let row = if header == Header::None { 1 } else { self::header(records, dialect)? };
    let table = &contract.tables[0];
    let layout = match layout_of(&records.record, table, header) {
        Ok(layout) => layout,
        Err(stop) => {
            let cause = wrong_dialect(&records.record, &dialect, table);
            let is_below =
                records.next().is_ok_and(|row| row.is_some()) && layout_of(&records.record, table, header).is_ok();
            let title =
                is_below.then(|| "the columns' names stand in the row below it: a title stands above".to_owned());
            let Some(reason) = cause.or(title) else { return Err(stop) };
            return Err(Refusal::Malformed { format: NAME, row, reason }.into());
        }
    };
    sink.unknown_columns(&layout.unknown).map_err(|stop| match stop {
        Stop::Refused(Refusal::UnknownColumn { column }) if column.is_empty() => nameless(&records.record, row),
        other => other,
    })?;
    Ok(layout)
}

/// That a column has no name, and none is to be left out.
fn nameless(record: &StringRecord, row: u64) -> Stop {
    let place = record.iter().position(|name| name.trim().is_empty()).unwrap_or_default() + 1;
    let cause = if place == record.len() { ": the header ends in the delimiter" } else { "" };
    let remedy = "ask the provider, or set `columns` under [policy] to quarantine";
    let reason = format!("column {place} has no name{cause}; {remedy}");
    Refusal::Malformed { format: NAME, row, reason }.into()
}

/// Refuses a file whose last line has no end and some of the columns: it was cut within the row. A note below the rows, which
/// has one cell, is a row like others.
fn check_last(row: u64, cells: usize, dialect: Dialect<'_>, layout: &Layout) -> Result<(), Stop> {
    if cells == 1 || cells >= layout.width {
        return Ok(());
    }
    let (_, width) = wrong_width(cells, "", dialect.given_by(), layout.width);
    Err(Refusal::Truncated { what: format!("row {row}, the last, has no line end, and {width}") }.into())
}

/// Hands on the rows one by one.
fn rows<R: Read>(
    mut records: Records<R>,
    dialect: Dialect<'_>,
    contract: &Contract,
    layout: &Layout,
    last_line: &LastLine,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    let Dialect { delimiter, trailer, .. } = dialect;
    let mut ended = false;
    // The record that was read last: its line, its cells, and where it ends.
    let mut last = (0, layout.width, 0);
    while let Some(row) = records.next()? {
        let record = &records.record;
        last = (row, record.len(), records.reader.position().byte());
        if ended {
            let what = format!("row {row} stands after the trailer");
            return Err(Refusal::Truncated { what }.into());
        }
        let may_end = matches!(records.fault, None | Some(RecordFault::Before)) && trailer.is_some();
        if may_end && record.get(0).map(unquoted) == trailer {
            let declared = unquoted(record.get(1).unwrap_or_default());
            let counted = sink.records();
            check_count("trailer", declared, contract, counted, row)?;
            sink.control();
            ended = true;
        } else if let Some((why, reason)) = slip(&records, dialect, layout) {
            // A quote that stands alone takes the lines in up to the next: each of them is a row that is lost. One whose cells are
            // empty is a row too, but no blank line, unless the record has no other.
            for (row, line) in lines_of(record, delimiter, row) {
                sink.unsplit(row, why, &reason, &line)?;
            }
        } else {
            let cells: Vec<_> =
                layout.places.iter().map(|place| place.and_then(|at| record.get(at)).map(Cell::of)).collect();
            sink.record(&Record { table: 0, row, cells: &cells })?;
        }
    }
    let (row, cells, end) = last;
    if !last_line.has_end() && !ended && end == records.reader.position().byte() {
        check_last(row, cells, dialect, layout)?;
    }
    match trailer {
        Some(word) if !ended => Err(Refusal::Truncated { what: format!("the trailer `{word}` is missing") }.into()),
        _ => Ok(()),
    }
}

/// Why the record that was read last is none.
fn slip<R: Read>(records: &Records<R>, dialect: Dialect<'_>, layout: &Layout) -> Option<(Unsplit, String)> {
    let (record, width) = (&records.record, layout.width);
    if let Some(fault) = records.fault {
        return Some((Unsplit::Malformed, fault.to_string()));
    }
    if record.len() != width {
        let last = record.iter().next_back().unwrap_or_default().trim();
        return Some(wrong_width(record.len(), last, dialect.given_by(), width));
    }
    let takes_in = rows_within(record, dialect.delimiter);
    takes_in.map(|rows| (Unsplit::Malformed, format!("a cell in quotes takes in {rows} lines that look like rows")))
}

/// The lines of a record that begins in a row, each with its own. None is blank, unless all are.
fn lines_of(record: &StringRecord, delimiter: u8, row: u64) -> Vec<(u64, String)> {
    let delimiter = char::from(delimiter);
    // A line end within a cell ends a line, at the cell's edge too.
    let is_padding = |letter: char| letter.is_whitespace() && letter != '\n';
    let cells: Vec<&str> = record.iter().map(|cell| cell.trim_matches(is_padding)).collect();
    let whole = cells.join(delimiter.encode_utf8(&mut [0; 4]));
    let is_blank = |line: &str| line.chars().all(|letter| letter.is_whitespace() && letter != delimiter);
    let lines = (row..).zip(whole.split('\n')).filter(|(_, line)| !is_blank(line));
    let lines: Vec<_> = lines.map(|(row, line)| (row, line.trim_end_matches('\r').to_owned())).collect();
    if lines.is_empty() { vec![(row, String::new())] } else { lines }
}

/// The records of a text, but blank lines.
struct Records<R> {
    reader: csv::Reader<Quotes<R>>,
    record: StringRecord,
    /// What is wrong with its quotes or its line end.
    fault: Option<RecordFault>,
    /// Lines of the file before the text.
    before: u64,
}

impl<R: Read> Records<R> {
    fn new(text: R, dialect: Dialect<'_>, before: u64) -> Self {
        let Dialect { delimiter, quote, .. } = dialect;
        // With CRLF as the terminator the csv crate counts a record's line from the line before: a bare
        // LF keeps the count right, and the CR goes with the padding.
        let reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .quoting(quote.is_some())
            .quote(quote.unwrap_or(b'"'))
            .terminator(Terminator::Any(b'\n'))
            .has_headers(false)
            .flexible(true)
            .from_reader(Quotes::new(Bounded::new(text, NAME), delimiter, quote));
        Self { reader, record: StringRecord::new(), fault: None, before }
    }

    /// Reads the next record; its line, if there is one.
    fn next(&mut self) -> Result<Option<u64>, Stop> {
        let Self { reader, record, fault, before: lines_before } = self;
        loop {
            let before = *lines_before + reader.position().line();
            let begin = reader.position().byte();
            reader.get_mut().begin_record(before);
            let found = reader.read_record(record).map_err(|error| match error.kind() {
                ErrorKind::Io(source) => stop_of(source),
                _ => {
                    let row = error.position().map_or(0, |position| *lines_before + position.line());
                    Refusal::Malformed { format: NAME, row, reason: error.to_string() }.into()
                }
            })?;
            let line_ends = reader.position().line() - 1;
            *fault = reader.get_mut().fault(line_ends);
            if !found {
                return Ok(None);
            }
            // The last line has an end, whatever the file: a record that took no more lines than stand in its texts was
            // ended by the file, inside a quote.
            let inside = record.as_slice().matches('\n').count() as u64;
            let lines = *lines_before + reader.position().line() - before;
            if lines <= inside {
                let what = format!("the quote that row {before} opens is not closed");
                return Err(Refusal::Truncated { what }.into());
            }
            // The crate passes over blank lines without a word, but not over one of blanks. An empty cell in quotes is more bytes than
            // its text and the line ends around it.
            let bytes = record.as_slice().len() as u64 + lines - inside;
            let is_quoted = reader.position().byte() - begin > bytes;
            if record.len() != 1 || is_quoted || !record.as_slice().trim().is_empty() {
                return Ok(Some(before + lines - inside - 1));
            }
        }
    }
}

fn layout_of(record: &StringRecord, table: &TableContract, header: Header) -> Result<Layout, Stop> {
    let names: Vec<&str> = record.iter().map(str::trim).collect();
    Layout::of(&names, table, header)
}

/// A cell without blanks and quotes around it: a trailer may have them where its contract has no quotes.
fn unquoted(cell: &str) -> &str {
    cell.trim().trim_matches('"').trim()
}

/// What a header whose columns are not found tells of how the file is written.
fn wrong_dialect(record: &StringRecord, dialect: &Dialect<'_>, table: &TableContract) -> Option<String> {
    let line: String = record.iter().collect::<Vec<_>>().join(&char::from(dialect.delimiter).to_string());
    if line.starts_with(['{', '[']) {
        return Some("it is JSON".to_owned());
    }
    if let Some(other) = line.strip_prefix(SEP) {
        let other = quoted(other.trim());
        return Some(format!("its first line says that `{other}` divides its columns, and the contract says another"));
    }
    let is_found = |names: &[&str]| Layout::of(names, table, dialect.header).is_ok();
    let unquoted: Vec<&str> = record.iter().map(unquoted).collect();
    if dialect.quote.is_none() && line.contains('"') && is_found(&unquoted) {
        return Some("its columns stand in quotes: set its quote in the contract".to_owned());
    }
    let divides = |mark: &char| is_found(&line.split(*mark).map(self::unquoted).collect::<Vec<_>>());
    let mark = [';', ',', '\t', '|'].into_iter().find(divides)?;
    let mark = if mark == '\t' { "a tab".to_owned() } else { format!("`{mark}`") };
    Some(format!("its columns are divided by {mark}, and the contract says another delimiter"))
}
