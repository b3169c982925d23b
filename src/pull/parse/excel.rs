//! Excel workbooks: a sheet a table, a header row under some lines of title.
//!
//! A sheet is streamed, but the workbook's texts are held in memory: Excel's own limit of a million
//! rows bounds them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read};
use std::ops::RangeInclusive;

use calamine::{CellErrorType, DataRef, Dimensions, ExcelDateTime, ExcelDateTimeType, Reader, Xlsx, XlsxError};
use jiff::civil::Date;

use super::cell::{Cell, Value};
use super::layout::Layout;
use super::part::Unsplit;
use super::sink::{Record, Sink, Stop, stop_of};
use super::workbook::{ERRORS, NAME, OTHER_ERROR, vetted};
use crate::definition::{Column, Contract, Header, Kind, TextFormat};
use crate::problem::closest;
use crate::pull::mask::{foreign, mask_numbers};
use crate::pull::read::on_disk;
use crate::pull::refusal::Refusal;

/// The days that Excel counts from 1900, to the end of 9999.
const DAYS: RangeInclusive<f64> = 1.0..=2_958_465.0;

/// The days that it counts from 1904, as it did on the Macintosh: the first of them is day 0.
const DAYS_FROM_1904: RangeInclusive<f64> = 0.0..=2_957_003.0;

/// Stands for a formula that some library wrote without its value: it is not a missing value.
const UNVALUED: &str = "=?";

/// The values of a row, by column.
type Row = BTreeMap<u32, Value>;

/// A cell that has a value.
struct Filled {
    row: u32,
    column: u32,
    value: Value,
}

/// Cells that are merged, and the value that goes down from the first of them, once that is read. It says what the rows
/// are about, as a code does that the contract has as a text; what stood in every row of a column of numbers would be summed
/// as often, also a number that is kept as a text.
struct Merged {
    cells: Dimensions,
    value: Option<Value>,
}

/// Merged cells that one row can be a part of: each is gone through for every row.
const MOST_MERGED: usize = 1024;

/// How the sheets are written.
pub(super) struct Dialect<'a> {
    /// The row of the columns' names, from 1.
    pub(super) header_row: u32,
    /// How cells of text write numbers and dates.
    pub(super) text: &'a TextFormat,
}

pub(super) fn parse(
    bytes: impl Read + Send,
    file: &str,
    dialect: Dialect<'_>,
    contract: &Contract,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    let Dialect { header_row, text } = dialect;
    let mut workbook = open(bytes, file)?;
    for (at, table) in contract.tables.iter().enumerate() {
        let sheet = table.element.clone().unwrap_or_default();
        let sheets = workbook.sheet_names();
        if !sheets.contains(&sheet) {
            let closest = closest(&sheet, sheets.iter().map(String::as_str)).map(mask_numbers);
            return Err(Refusal::MissingTable { table: sheet, closest }.into());
        }
        let merged = workbook.merge_cells_by_sheet_name(&sheet).map_err(|error| malformed(0, &error))?;
        let mut rows = Rows::new(&mut workbook, &sheet, merged, text)?;
        let Some((_, header)) = rows.at_or_after(header_row)?.filter(|(number, _)| *number == header_row) else {
            let reason = format!("the sheet `{sheet}` has no header in row {header_row}");
            return Err(Refusal::Malformed { format: NAME, row: u64::from(header_row), reason }.into());
        };
        let columns: Vec<u32> = header.keys().copied().collect();
        let names: Vec<&str> = header.values().map(|name| name.as_str().trim()).collect();
        let layout = Layout::of(&names, table, Header::Exact)?;
        sink.unknown_columns(&layout.unknown)?;
        let read_as = |of_kind: fn(&Kind) -> bool| {
            let found = table.columns.iter().zip(&layout.places).filter(|(column, _)| of_kind(&column.kind));
            found.filter_map(|(_, place)| Some(columns[(*place)?])).collect()
        };
        rows.numbers = read_as(Kind::is_number);
        rows.texts = read_as(|kind| *kind == Kind::Text);
        for row in rows {
            let (number, values) = row?;
            let number = u64::from(number);
            if let Some((_, stray)) = values.iter().find(|(column, _)| !columns.contains(column)) {
                sink.unsplit_of(at, number, Unsplit::Width, "a value stands under no column's name", stray.as_str())?;
                continue;
            }
            let fault = |(column, place): (&Column, &Option<usize>)| {
                let value = values.get(&columns[(*place)?])?;
                let is_missing = || column.is_missing(Some(value.as_str()), text);
                let fault = match value.as_str() {
                    UNVALUED => "a formula without its value: open the workbook in Excel and save it",
                    // Which error it was is not known, and so not that it stands for a missing value.
                    OTHER_ERROR if is_missing() => "an error that is not known, which is no missing value",
                    // A number or a day that is none is told as such.
                    _ if column.kind != Kind::Text => return None,
                    error if ERRORS.contains(&error) && !is_missing() => "an error of the sheet",
                    _ => return None,
                };
                Some(format!("the cell of `{}` holds {fault}", column.raw))
            };
            if let Some(reason) = table.columns.iter().zip(&layout.places).find_map(fault) {
                let whole: Vec<&str> = values.values().map(Value::as_str).collect();
                sink.unsplit_of(at, number, Unsplit::Malformed, &reason, &whole.join(" "))?;
                continue;
            }
            let cells: Vec<Option<Cell<'_>>> = layout.places[..table.columns.len()]
                .iter()
                .map(|place| place.and_then(|place| values.get(&columns[place])).map(Value::cell))
                .collect();
            sink.record(&Record { table: at, row: number, cells: &cells })?;
        }
    }
    if sink.records() == 0 { Err(Refusal::NoRows.into()) } else { Ok(()) }
}

/// The names of the columns in the headers of those of these sheets that are there.
pub(super) fn headers_of(
    bytes: impl Read + Send,
    file: &str,
    dialect: Dialect<'_>,
    sheets: &BTreeSet<&str>,
) -> Result<Vec<String>, Stop> {
    let mut workbook = open(bytes, file)?;
    let mut names = Vec::new();
    for sheet in workbook.sheet_names().into_iter().filter(|sheet| sheets.contains(sheet.as_str())) {
        let mut rows = Rows::new(&mut workbook, &sheet, Vec::new(), dialect.text)?;
        if let Some((_, header)) = rows.at_or_after(dialect.header_row)?.filter(|(row, _)| *row == dialect.header_row) {
            names.extend(header.values().map(|name| name.as_str().trim().to_owned()));
        }
    }
    Ok(names)
}

fn open(bytes: impl Read + Send, file: &str) -> Result<Xlsx<BufReader<File>>, Stop> {
    let disk = on_disk(bytes, file).map_err(|error| stop_of(&error))?;
    Xlsx::new(BufReader::new(vetted(disk)?)).map_err(|error| malformed(0, &error))
}

fn malformed(row: u64, error: &XlsxError) -> Stop {
    Refusal::Malformed { format: NAME, row, reason: foreign(error) }.into()
}

/// The rows of a sheet that have a value, with their numbers from 1.
struct Rows<'a> {
    cells: calamine::XlsxCellReader<'a, BufReader<File>>,
    text: &'a TextFormat,
    /// Merged cells that begin in a later row, the first of them last.
    later: Vec<Dimensions>,
    /// Merged cells that this row may be a part of.
    merged: Vec<Merged>,
    /// The columns of numbers, once the contract's are found.
    numbers: BTreeSet<u32>,
    /// The columns of texts.
    texts: BTreeSet<u32>,
    /// The row that is read, and the columns of its cells so far.
    reading: (u32, BTreeSet<u32>),
    /// The first cell of the next row.
    ahead: Option<Filled>,
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
        let mut later = merged;
        later.sort_by_key(|cells| std::cmp::Reverse(cells.start));
        let cells = workbook.worksheet_cells_reader(sheet).map_err(|error| malformed(0, &error))?;
        Ok(Self {
            cells,
            text,
            later,
            merged: Vec::new(),
            numbers: BTreeSet::new(),
            texts: BTreeSet::new(),
            reading: (0, BTreeSet::new()),
            ahead: None,
            read_all: false,
            ended: false,
        })
    }

    /// The first row from a number on.
    fn at_or_after(&mut self, number: u32) -> Result<Option<(u32, Row)>, Stop> {
        self.find(|row| row.as_ref().map_or(true, |(found, _)| *found >= number)).transpose()
    }

    /// The next cell with a value.
    fn cell(&mut self) -> Result<Option<Filled>, Stop> {
        // Asked once more after its end, the reader would miss the end of the sheet.
        if self.read_all {
            return Ok(None);
        }
        while let Some(cell) = self.cells.next_cell_with_formula_metadata().map_err(|error| malformed(0, &error))? {
            let (row, column) = cell.pos;
            self.enter(row, column)?;
            let is_empty = match &cell.value {
                DataRef::Empty => true,
                DataRef::DateTimeIso(letters) => letters.is_empty(),
                _ => false,
            };
            let value = match cell.value {
                _ if is_empty && cell.formula.is_some() => Some(Value::text(UNVALUED)),
                value => value_of(&value, self.text),
            };
            if let Some(value) = value {
                return Ok(Some(Filled { row, column, value }));
            }
        }
        self.read_all = true;
        Ok(None)
    }

    /// Goes on to a cell: which of two would hold its value, nobody knows, and merged cells are for rows in their order.
    fn enter(&mut self, row: u32, column: u32) -> Result<(), Stop> {
        let (reading, columns) = &mut self.reading;
        let refused = |reason| Err(Refusal::Malformed { format: NAME, row: u64::from(row) + 1, reason }.into());
        if row < *reading {
            return refused(format!("it stands behind row {}", u64::from(*reading) + 1));
        }
        if row > *reading {
            (*reading, *columns) = (row, BTreeSet::new());
        }
        match columns.insert(column) {
            true => Ok(()),
            false => refused(format!("the cell {}{} stands twice", letters(column), u64::from(row) + 1)),
        }
    }

    fn row(&mut self) -> Result<Option<(u32, Row)>, Stop> {
        loop {
            let first = match self.ahead.take() {
                Some(cell) => Some(cell),
                None => self.cell()?,
            };
            let Some(first) = first else { return Ok(None) };
            let row = first.row;
            let mut cells = BTreeMap::from([(first.column, first)]);
            loop {
                match self.cell()? {
                    Some(cell) if cell.row == row => drop(cells.insert(cell.column, cell)),
                    ahead => {
                        self.ahead = ahead;
                        break;
                    }
                }
            }
            let values = self.unmerged(row, cells)?;
            if !values.is_empty() {
                return Ok(Some((row + 1, values)));
            }
        }
    }

    /// The values of the row as the sheet shows them: what merged cells hide is left out, and their value goes down.
    fn unmerged(&mut self, row: u32, mut cells: BTreeMap<u32, Filled>) -> Result<Row, Stop> {
        while let Some(cells) = self.later.pop_if(|cells| cells.start.0 <= row) {
            self.merged.push(Merged { cells, value: None });
        }
        self.merged.retain(|merged| merged.cells.end.0 >= row);
        if self.merged.len() > MOST_MERGED {
            let (row, reason) = (u64::from(row) + 1, format!("more than {MOST_MERGED} merged cells meet in it"));
            return Err(Refusal::Malformed { format: NAME, row, reason }.into());
        }
        for Merged { cells: merged, value } in &mut self.merged {
            let column = merged.start.1;
            let is_first = merged.start.0 == row;
            cells.retain(|at, _| !(column..=merged.end.1).contains(at) || (is_first && *at == column));
            match value {
                None if is_first => {
                    let is_label = |cell: &&Filled| !cell.value.is_number() || self.texts.contains(&column);
                    let first = cells.get(&column).filter(|_| !self.numbers.contains(&column)).filter(is_label);
                    *value = first.map(|cell| cell.value.clone());
                }
                None => {}
                Some(value) => {
                    cells.insert(column, Filled { row, column, value: value.clone() });
                }
            }
        }
        Ok(cells.into_iter().map(|(column, cell)| (column, cell.value)).collect())
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

/// The letters of a column, from 0.
fn letters(column: u32) -> String {
    let before = if column < 26 { String::new() } else { letters(column / 26 - 1) };
    let last = char::from_digit(column % 26 + 10, 36).map(|letter| letter.to_ascii_uppercase());
    before.chars().chain(last).collect()
}

fn value_of(value: &DataRef<'_>, text: &TextFormat) -> Option<Value> {
    let value = match value {
        DataRef::Empty => return None,
        DataRef::String(letters) => Value::text(letters.as_str()),
        DataRef::SharedString(letters) => Value::text(*letters),
        DataRef::Int(number) => Value::whole(*number, text),
        DataRef::Float(number) => Value::computed(*number, text),
        DataRef::Bool(truth) => Value::truth(*truth),
        DataRef::DateTime(time) if time.is_duration() => Value::text(duration(time.as_f64())),
        DataRef::DateTime(time) => time_of(time, text),
        DataRef::DateTimeIso(letters) => Value::iso_day(letters.clone(), text),
        DataRef::DurationIso(letters) => Value::text(letters.as_str()),
        DataRef::Error(CellErrorType::Null) => Value::text(OTHER_ERROR),
        DataRef::Error(error) => Value::text(error.to_string()),
    };
    (!value.as_str().trim().is_empty()).then_some(value)
}

fn time_of(time: &ExcelDateTime, text: &TextFormat) -> Value {
    let number = time.as_f64();
    let is_from_1904 = *time == ExcelDateTime::new(number, ExcelDateTimeType::DateTime, true);
    let days = if is_from_1904 { DAYS_FROM_1904 } else { DAYS };
    // Beyond the days that Excel counts the reader gives the first or the last of them.
    if !days.contains(&number) {
        return Value::text(number.to_string());
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    let date = i16::try_from(year).ok().zip(i8::try_from(month).ok().zip(i8::try_from(day).ok()));
    let date = date.and_then(|(year, (month, day))| Date::new(year, month, day).ok());
    match date {
        Some(date) if (hour, minute, second) == (0, 0, 0) => Value::day(date, text),
        _ => Value::text(format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")),
    }
}

/// A duration as sheets show it, h:mm:ss. However many whole days it takes, it is no day of the calendar.
fn duration(days: f64) -> String {
    let thousandths = (days.abs() * 86_400_000.0).round();
    let hours = (thousandths / 3_600_000.0).floor();
    let minutes = (thousandths % 3_600_000.0 / 60_000.0).floor();
    let seconds = format!("{:06.3}", thousandths % 60_000.0 / 1000.0);
    let sign = if days < 0.0 { "-" } else { "" };
    format!("{sign}{hours}:{minutes:02}:{}", seconds.trim_end_matches(".000"))
}
