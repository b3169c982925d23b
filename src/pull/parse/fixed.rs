//! Lines of fixed width: positions are the contract's, the record type selects the tables.
//!
//! A line may hold the same thing several times, as the current, the previous and the next doctor of
//! a patient; each occurrence that is there becomes a row.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use jiff::civil::Date;

use super::cell::Cell;
use super::lines::{Ending, Lines};
use super::lone_cr::{LONE_CR, holds_cr};
use super::part::Unsplit;
use super::sink::{Record, Sink, Stop, check_count};
use crate::definition::{Column, Contract, DateFormat, Delivery, EndLine, Format, Kind, Positions, StartLine};
use crate::pull::mask::{mask_numbers, quoted, shape_of};
use crate::pull::refusal::Refusal;

/// The format's name in messages.
const NAME: &str = "fixed width";

/// Why a line with a letter and its mark apart is no record: nobody can tell whether the layout counts them as one.
const COMPOSED: (Unsplit, &str) =
    (Unsplit::Malformed, "a letter is written as two, as å as a and a ring: what stands behind it is out of its place");

/// Bytes of a line that are looked at together.
const STRETCH: usize = 32;

/// What the contract says of the lines.
struct Frame<'a> {
    line_width: Option<usize>,
    record_type: Positions,
    start: Option<&'a StartLine>,
    end: Option<&'a EndLine>,
}

pub(super) fn parse(
    text: impl Read,
    delivery: &Delivery,
    extract_date: Option<Date>,
    contract: &Contract,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    let Format::Fixed { line_width, record_type, start, end, skip, .. } = &delivery.format else { return Ok(()) };
    let frame = Frame { line_width: *line_width, record_type: *record_type, start: start.as_ref(), end: end.as_ref() };
    let known = contract.tables.iter().filter_map(|table| table.element.as_ref()).chain(skip);
    let forms: BTreeSet<String> = known.map(|known| shape_of(known)).collect();
    let (text, last_line) = Ending::new(text);
    let mut lines = Lines::new(text, NAME);
    let mut line = Line::default();
    let mut widths = Widths::default();
    let mut records = 0;
    let mut ended = false;
    let mut first = true;
    while let Some((row, text)) = lines.next()? {
        line.split(text);
        let record_type = line.field(text, frame.record_type);
        if ended {
            return Err(Refusal::Truncated { what: format!("row {row} stands after the end record") }.into());
        }
        if std::mem::take(&mut first)
            && let Some(start) = frame.start
        {
            check_start(record_type, start, row)?;
            check_date(line.said(text, start.extract_date), start.dates, extract_date)?;
            sink.control();
            continue;
        }
        if let Some(end) = frame.end.filter(|end| end.record_type == record_type) {
            if let Some(declared) = line.said(text, end.count) {
                check_count("end record", declared, contract, records, row)?;
            }
            sink.control();
            ended = true;
            continue;
        }
        records += 1;
        if frame.line_width.is_none() && frame.end.is_none() {
            widths.note(row, record_type, line.width(text), contract);
        }
        if holds_cr(text.as_bytes()) {
            sink.unsplit(row, Unsplit::Malformed, LONE_CR, text)?;
            continue;
        }
        if skip.contains(record_type) {
            sink.control();
            continue;
        }
        if frame.line_width.is_some_and(|width| width != line.width(text)) {
            let expected = frame.line_width.unwrap_or_default();
            let reason = format!("{} letters where the layout has {expected}", line.width(text));
            let (why, reason) = if line.is_composed { COMPOSED } else { (Unsplit::Width, reason.as_str()) };
            sink.unsplit(row, why, reason, text)?;
            continue;
        }
        if frame.line_width.is_none()
            && !line.is_composed
            && let Some(cut) = line.cut_field(text, record_type, contract, delivery.text.dates)
        {
            let reason = format!("it ends within `{}`, whose value may be cut", cut.raw);
            sink.unsplit(row, Unsplit::Width, &reason, text)?;
            continue;
        }
        if line.read(text, row, record_type, contract, delivery, sink)? {
            continue;
        }
        if forms.contains(&shape_of(record_type)) {
            sink.other_type(row, record_type)?;
        } else {
            // Registers add types of the form that theirs have: this is a line that slipped.
            let reason = format!("no record type `{}` in the contract", quoted(record_type));
            sink.unsplit(row, Unsplit::RecordType, &reason, text)?;
        }
    }
    match frame.end {
        _ if first && frame.start.is_some() => Err(Refusal::Empty.into()),
        Some(end) if !ended => {
            Err(Refusal::Truncated { what: format!("the end record `{}` is missing", end.record_type) }.into())
        }
        _ if records == 0 => Err(Refusal::NoRows.into()),
        _ if !last_line.has_end() => widths.check_last(),
        _ => Ok(()),
    }
}

/// The widths of the lines of a layout that says none.
#[derive(Default)]
struct Widths {
    of: BTreeMap<String, WidthOfType>,
    last: Option<LastWidth>,
}

/// What is known of the lines of a record type.
struct WidthOfType {
    /// The width of all of them; `None` where they have several.
    all: Option<usize>,
    /// Where the last column ends in the contract's layout.
    layout: usize,
}

/// The last line, and the width of all lines of its type before it, where they hold the whole layout.
struct LastWidth {
    row: u64,
    width: usize,
    before: Option<usize>,
}

impl Widths {
    fn note(&mut self, row: u64, record_type: &str, width: usize, contract: &Contract) {
        let before = match self.of.get_mut(record_type) {
            Some(of_type) => {
                let before = of_type.all;
                of_type.all = before.filter(|before| *before == width);
                before.filter(|before| *before >= of_type.layout)
            }
            None => {
                let tables = contract.tables.iter().filter(|table| table.element.as_deref() == Some(record_type));
                let places = tables.flat_map(|table| &table.columns).flat_map(|column| column.at.iter().flatten());
                let layout = places.map(|at| at.to).max().unwrap_or_default();
                self.of.insert(record_type.to_owned(), WidthOfType { all: Some(width), layout });
                None
            }
        };
        self.last = Some(LastWidth { row, width, before });
    }

    /// Refuses a file whose last line has no end and is shorter than the others of its type, which all hold the whole layout: it
    /// was cut, also where it ends within a text, which in another file may have lost the blanks behind it.
    fn check_last(&self) -> Result<(), Stop> {
        match self.last {
            Some(LastWidth { row, width, before: Some(before) }) if width < before => {
                let others = format!("{width} letters where those before it have {before}");
                Err(Refusal::Truncated { what: format!("row {row}, the last, has no line end, and {others}") }.into())
            }
            _ => Ok(()),
        }
    }
}

/// What the first line says is the day on which the register was drawn.
pub(super) fn declared_day(text: impl Read, record_type: Positions, start: &StartLine) -> Result<Option<String>, Stop> {
    let mut lines = Lines::new(text, NAME);
    let Some((row, text)) = lines.next()? else { return Err(Refusal::Empty.into()) };
    let mut line = Line::default();
    line.split(text);
    check_start(line.field(text, record_type), start, row)?;
    Ok(line.said(text, start.extract_date).filter(|declared| !declared.is_empty()).map(str::to_owned))
}

/// The letters of the first line of one of these types; `None` where there is none.
pub(super) fn width_of(
    text: impl Read,
    record_type: Positions,
    has_start: bool,
    of: &BTreeSet<&str>,
) -> Result<Option<usize>, Stop> {
    let mut lines = Lines::new(text, NAME);
    let mut line = Line::default();
    let mut first = has_start;
    while let Some((_, text)) = lines.next()? {
        line.split(text);
        if !std::mem::take(&mut first) && of.contains(line.field(text, record_type)) {
            return Ok(Some(line.width(text)));
        }
    }
    Ok(None)
}

/// What stands in a field of the first line.
pub(super) fn field_of_first(text: impl Read, at: Positions) -> Result<String, Stop> {
    let mut lines = Lines::new(text, NAME);
    let Some((_, text)) = lines.next()? else { return Err(Refusal::Empty.into()) };
    let mut line = Line::default();
    line.split(text);
    Ok(line.field(text, at).to_owned())
}

fn check_start(record_type: &str, start: &StartLine, row: u64) -> Result<(), Refusal> {
    if record_type == start.record_type {
        return Ok(());
    }
    let reason = format!("the first record is not of type `{}`", start.record_type);
    Err(Refusal::Malformed { format: NAME, row, reason })
}

/// The day that the start record says has to be the one in the file's name.
fn check_date(declared: Option<&str>, dates: Option<DateFormat>, expected: Option<Date>) -> Result<(), Refusal> {
    match (declared, expected) {
        (Some(declared), Some(expected)) if dates.and_then(|dates| dates.parse(declared)) != Some(expected) => {
            Err(Refusal::OtherDate { declared: mask_numbers(declared), expected })
        }
        _ => Ok(()),
    }
}

/// Where the letters of a line begin: those of ASCII are a byte each.
#[derive(Default)]
struct Line {
    /// The letters beyond ASCII, by their number, each with the bytes that the line has more than letters up to its end.
    wide: Vec<(usize, usize)>,
    /// Whether there is a mark that belongs to the letter before it (U+0300 to U+036F).
    is_composed: bool,
}

impl Line {
    fn split(&mut self, text: &str) {
        self.wide.clear();
        self.is_composed = false;
        let mut more = 0;
        // Names stand in a few fields of a long line: stretches without a letter beyond ASCII are passed over.
        for (stretch, start) in text.as_bytes().chunks(STRETCH).zip((0..).step_by(STRETCH)) {
            if stretch.is_ascii() {
                continue;
            }
            for (place, byte) in stretch.iter().enumerate() {
                self.is_composed |= match byte {
                    0xCC => true,
                    0xCD => text.as_bytes().get(start + place + 1).is_some_and(|next| *next < 0xB0),
                    _ => false,
                };
                match byte.leading_ones() {
                    // Inside a letter.
                    1 => more += 1,
                    0 => {}
                    _ => self.wide.push((start + place - more, 0)),
                }
                if let Some(last) = self.wide.last_mut().filter(|_| *byte >= 0x80) {
                    last.1 = more;
                }
            }
        }
    }

    fn width(&self, text: &str) -> usize {
        text.len() - self.wide.last().map_or(0, |(_, more)| *more)
    }

    /// The text of a field without its padding; what lies beyond the line's end is empty.
    fn field<'t>(&self, text: &'t str, at: Positions) -> &'t str {
        let offset = |letter: usize| {
            let before = self.wide.iter().take_while(|(wide, _)| *wide < letter).last();
            (letter + before.map_or(0, |(_, more)| *more)).min(text.len())
        };
        trimmed(&text[offset(at.from)..offset(at.to)])
    }

    fn said<'t>(&self, text: &'t str, at: Option<Positions>) -> Option<&'t str> {
        at.map(|at| self.field(text, at))
    }

    /// The first field that the line ends within, in a table of its type, but texts: they may have lost the blanks behind them. A
    /// number may have lost nothing else either, and nobody can tell: it is kept aside. A day that is all there is not cut.
    fn cut_field<'c>(
        &self,
        text: &str,
        record_type: &str,
        contract: &'c Contract,
        dates: Option<DateFormat>,
    ) -> Option<&'c Column> {
        let width = self.width(text);
        let is_cut = |at: &Positions| (at.from + 1..at.to).contains(&width);
        let tables = contract.tables.iter().filter(|table| table.element.as_deref() == Some(record_type));
        let mut columns = tables.flat_map(|table| &table.columns).filter(|column| column.kind != Kind::Text);
        let is_day = |field: &str| dates.is_some_and(|dates| dates.parse(field).is_some());
        columns.find(|column| {
            let is_whole = |field: &str| field.is_empty() || column.kind == Kind::Date && is_day(field);
            column.at.iter().flatten().any(|at| is_cut(at) && !is_whole(self.field(text, *at)))
        })
    }

    /// Hands on the records of every table that the line is of; whether there was such a table.
    fn read(
        &self,
        text: &str,
        row: u64,
        record_type: &str,
        contract: &Contract,
        delivery: &Delivery,
        sink: &mut impl Sink,
    ) -> Result<bool, Stop> {
        let mut found = false;
        for (at, table) in contract.tables.iter().enumerate() {
            if table.element.as_deref() != Some(record_type) {
                continue;
            }
            found = true;
            if self.is_composed {
                let (why, reason) = COMPOSED;
                sink.unsplit_of(at, row, why, reason, text)?;
                break;
            }
            for occurrence in 0..table.occurrences {
                let cells: Vec<Option<Cell<'_>>> = table
                    .columns
                    .iter()
                    .map(|column| match column.at.as_slice() {
                        [all] => all.map(|at| Cell::of(self.field(text, at))),
                        each => each.get(occurrence).copied().flatten().map(|at| Cell::of(self.field(text, at))),
                    })
                    .collect();
                let is_there =
                    |column: usize| !table.columns[column].is_missing(cells[column].map(Cell::text), &delivery.text);
                if table.present.is_none_or(is_there) {
                    sink.record(&Record { table: at, row, cells: &cells })?;
                }
            }
        }
        Ok(found)
    }
}

/// The text without white space at its ends. Nearly all of it is plain spaces, which are bytes: other white space is looked
/// for where something else than ASCII's letters is left at an end.
fn trimmed(text: &str) -> &str {
    let bytes = text.as_bytes();
    let Some(start) = bytes.iter().position(|byte| *byte != b' ') else { return "" };
    let end = bytes.iter().rposition(|byte| *byte != b' ').map_or(start, |last| last + 1);
    let is_plain = bytes[start].is_ascii_graphic() && bytes[end - 1].is_ascii_graphic();
    let text = &text[start..end];
    if is_plain { text } else { text.trim() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn fields_are_told_by_letters_whatever_bytes_they_take(
            text in "[a-zæøå€𝄞 \t\u{a0}]{0,120}", from in 0_usize..130, length in 0_usize..60,
        ) {
            let mut line = Line::default();
            line.split(&text);
            prop_assert_eq!(line.width(&text), text.chars().count());
            let expected: String = text.chars().skip(from).take(length).collect();
            prop_assert_eq!(line.field(&text, Positions { from, to: from + length }), expected.trim());
        }

        #[test]
        fn a_mark_that_belongs_to_the_letter_before_it_is_seen(
            before in "[a-zå€𝄞]{0,70}", mark in "[\u{300}-\u{36f}]", after in "[a-zå]{0,9}",
        ) {
            let mut line = Line::default();
            line.split(&format!("{before}{mark}{after}"));
            prop_assert!(line.is_composed);
            line.split(&format!("{before}\u{370}{after}\u{2ff}"));
            prop_assert!(!line.is_composed);
        }
    }
}
