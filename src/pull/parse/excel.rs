//! Excel workbooks: a sheet a table, a header row under some lines of title.
//!
//! A sheet is streamed, but the workbook's texts are held in memory: Excel's own limit of a million
//! rows bounds them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};

use calamine::{DataRef, Dimensions, Reader, Xlsx, XlsxError};
use jiff::civil::Date;

use super::layout::Layout;
use super::typed::{date_text, number_text};
use super::{Record, Sink, Stop, Unsplit, stop_of};
use crate::definition::{Column, Contract, Header, Kind, TextFormat};
use crate::problem::closest;
use crate::pull::Refusal;
use crate::pull::pseudonym::mask_numbers;
use crate::pull::spool::on_disk;

/// The format's name in messages.
const NAME: &str = "Excel";

/// What a cell shows whose formula went wrong.
const ERRORS: [&str; 7] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

/// The texts of a row, by column.
type Row = BTreeMap<u32, String>;

pub(super) fn parse(
    bytes: impl Read + Send,
    file: &str,
    (header_row, text): (u32, &TextFormat),
    contract: &Contract,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    let disk = on_disk(bytes, file).map_err(|error| stop_of(&error))?;
    let mut workbook: Xlsx<BufReader<File>> = Xlsx::new(BufReader::new(disk)).map_err(|error| malformed(0, &error))?;
    for (at, table) in contract.tables.iter().enumerate() {
        let sheet = table.element.clone().unwrap_or_default();
        let sheets = workbook.sheet_names();
        if !sheets.contains(&sheet) {
            let closest = closest(&sheet, sheets.iter().map(String::as_str)).map(mask_numbers);
            return Err(Refusal::MissingTable { table: sheet, closest }.into());
        }
        let merged = workbook.merge_cells_by_sheet_name(&sheet).map_err(|error| malformed(0, &error))?;
        let mut rows = Rows::new(&mut workbook, &sheet, merged, text)?;
        let header = rows.find(|row| row.as_ref().map_or(true, |(number, _)| *number >= header_row)).transpose()?;
        let Some((_, header)) = header.filter(|(number, _)| *number == header_row) else {
            let reason = format!("the sheet `{sheet}` has no header in row {header_row}");
            return Err(Refusal::Malformed { format: NAME, row: u64::from(header_row), reason }.into());
        };
        let columns: Vec<u32> = header.keys().copied().collect();
        let names: Vec<&str> = header.values().map(|name| name.trim()).collect();
        let layout = Layout::of(&names, table, Header::Exact)?;
        sink.unknown_columns(&layout.unknown)?;
        for row in rows {
            let (number, texts) = row?;
            let number = u64::from(number);
            if let Some((_, stray)) = texts.iter().find(|(column, _)| !columns.contains(column)) {
                sink.unsplit_of(at, number, Unsplit::Width, "a value stands under no column's name", stray)?;
                continue;
            }
            let is_error = |(column, place): &(&Column, &Option<usize>)| {
                let text = place.and_then(|place| texts.get(&columns[place]));
                column.kind == Kind::Text && text.is_some_and(|text| ERRORS.contains(&text.as_str()))
            };
            // A number or a day that is none is told as such.
            if let Some((column, _)) = table.columns.iter().zip(&layout.places).find(is_error) {
                let reason = format!("the cell of `{}` holds an error of the sheet", column.raw);
                let whole: Vec<&str> = texts.values().map(String::as_str).collect();
                sink.unsplit_of(at, number, Unsplit::Malformed, &reason, &whole.join(" "))?;
                continue;
            }
            let cells: Vec<Option<&str>> = layout.places[..table.columns.len()]
                .iter()
                .map(|place| place.and_then(|place| texts.get(&columns[place])).map(String::as_str))
                .collect();
            sink.record(&Record { table: at, row: number, cells: &cells })?;
        }
    }
    if sink.records() == 0 { Err(Refusal::Empty.into()) } else { Ok(()) }
}

fn malformed(row: u64, error: &XlsxError) -> Stop {
    Refusal::Malformed { format: NAME, row, reason: mask_numbers(&error.to_string()) }.into()
}

/// The rows of a sheet that have a value, with their numbers from 1.
struct Rows<'a> {
    cells: calamine::XlsxCellReader<'a, BufReader<File>>,
    text: &'a TextFormat,
    /// Cells merged over several rows, by first row, each with its text once that is read.
    merged: Vec<(Dimensions, Option<String>)>,
    /// The first cell of the next row.
    ahead: Option<(u32, u32, String)>,
    read_all: bool,
    ended: bool,
}

impl<'a> Rows<'a> {
    fn new(
        workbook: &'a mut Xlsx<BufReader<File>>,
        sheet: &str,
        merged: Vec<Dimensions>,
        text: &'a TextFormat,
    ) -> Result<Self, Stop> {
        let mut merged: Vec<_> =
            merged.into_iter().filter(|cells| cells.start.0 < cells.end.0).map(|cells| (cells, None)).collect();
        // The last first, so that those that are over are dropped from the end.
        merged.sort_by_key(|(cells, _)| std::cmp::Reverse(cells.end));
        let cells = workbook.worksheet_cells_reader(sheet).map_err(|error| malformed(0, &error))?;
        Ok(Self { cells, text, merged, ahead: None, read_all: false, ended: false })
    }

    /// The next cell with a value.
    fn cell(&mut self) -> Result<Option<(u32, u32, String)>, Stop> {
        // Asked once more after its end, the reader would miss the end of the sheet.
        if self.read_all {
            return Ok(None);
        }
        while let Some(cell) = self.cells.next_cell().map_err(|error| malformed(0, &error))? {
            let (row, column) = cell.get_position();
            if let Some(value) = text_of(cell.get_value(), self.text) {
                return Ok(Some((row, column, value)));
            }
        }
        self.read_all = true;
        Ok(None)
    }

    fn row(&mut self) -> Result<Option<(u32, Row)>, Stop> {
        let first = match self.ahead.take() {
            Some(cell) => Some(cell),
            None => self.cell()?,
        };
        let Some((row, column, value)) = first else { return Ok(None) };
        let mut texts = Row::from([(column, value)]);
        loop {
            match self.cell()? {
                Some((next, column, value)) if next == row => drop(texts.insert(column, value)),
                ahead => {
                    self.ahead = ahead;
                    break;
                }
            }
        }
        self.fill(row, &mut texts);
        Ok(Some((row + 1, texts)))
    }

    /// Gives the row the texts of the cells that are merged over it.
    fn fill(&mut self, row: u32, texts: &mut Row) {
        while self.merged.last().is_some_and(|(cells, _)| cells.end.0 < row) {
            self.merged.pop();
        }
        for (cells, text) in self.merged.iter_mut().rev().filter(|(cells, _)| cells.start.0 <= row) {
            let column = cells.start.1;
            match text {
                None => *text = texts.get(&column).cloned(),
                Some(text) => drop(texts.entry(column).or_insert_with(|| text.clone())),
            }
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<(u32, Row), Stop>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let row = self.row().transpose();
        self.ended = !matches!(row, Some(Ok(_)));
        row
    }
}

fn text_of(value: &DataRef<'_>, text: &TextFormat) -> Option<String> {
    let letters = match value {
        DataRef::Empty => return None,
        DataRef::String(letters) => letters.clone(),
        DataRef::SharedString(letters) => (*letters).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number, text),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            let date = i16::try_from(year).ok().zip(i8::try_from(month).ok().zip(i8::try_from(day).ok()));
            let date = date.and_then(|(year, (month, day))| Date::new(year, month, day).ok());
            match date {
                Some(date) if (hour, minute, second) == (0, 0, 0) => date_text(date, text),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            }
        }
        DataRef::DateTimeIso(letters) | DataRef::DurationIso(letters) => letters.clone(),
        DataRef::Error(error) => error.to_string(),
    };
    (!letters.trim().is_empty()).then_some(letters)
}
