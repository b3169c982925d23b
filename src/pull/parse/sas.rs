//! SAS7BDAT as Statistics Denmark delivers it. Numbers are doubles, dates count from 1960, and every
//! kind of missing value (`.`, `.A` to `.Z`) is none.

use std::io::Read;
use std::ops::ControlFlow;

use jiff::Span;
use jiff::civil::Date;
use sas7bdat::{
    CellValue, ColumnMeta, Dataset, IoBackendPreference, LogicalType, MojibakePolicy, OpenOptions, StringDecodeOptions,
    Utf8ValidationMode,
};

use super::cell::{Cell, Value, projected};
use super::layout::Layout;
use super::sink::{Record, Sink, Stop, stop_of};
use crate::definition::{Contract, Header, TextFormat};
use crate::pull::mask::foreign;
use crate::pull::read::on_disk_at;
use crate::pull::refusal::Refusal;

/// The format's name in messages.
const NAME: &str = "SAS7BDAT";

/// Day 0 of SAS.
const EPOCH: Date = Date::constant(1960, 1, 1);

pub(super) fn parse(
    bytes: impl Read + Send,
    file: &str,
    text: &TextFormat,
    contract: &Contract,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    let disk = on_disk_at(bytes, file).map_err(|error| stop_of(&error))?;
    // Read page by page: a mapped file would look like memory that grows with the extract.
    let options = OpenOptions::builder().io_backend(IoBackendPreference::Buffered).build();
    let dataset = Dataset::open_with(disk.path(), options).map_err(|error| malformed(0, &error))?;
    let names: Vec<&str> = dataset.columns().iter().map(|column| column.name()).collect();
    let layout = Layout::of(&names, &contract.tables[0], Header::AnyCase)?;
    sink.unknown_columns(&layout.unknown)?;
    // Names and addresses are not even decoded.
    let (wanted, places) = projected(&layout.places[..contract.tables[0].columns.len()]);
    let projection = wanted.iter().fold(dataset.projection(), |projection, place| projection.column_idx(*place));
    let projection = projection.build().map_err(|error| malformed(0, &error))?;
    // What a register wrote is not guessed at.
    let strings = StringDecodeOptions::builder()
        .utf8_validation(Utf8ValidationMode::Strict)
        .mojibake_fix(MojibakePolicy::Off)
        .build();
    let calendars: Vec<Calendar> = wanted.iter().map(|&place| Calendar::of(&dataset.columns()[place])).collect();
    let mut rows = 0;
    let mut stopped = None;
    let scan = dataset.scan().with_projection(&projection).with_string_options(strings).visit_rows(|row| {
        rows += 1;
        let values: Vec<Option<Value>> =
            row.iter().zip(&calendars).map(|(cell, calendar)| value_of(cell, *calendar, text)).collect();
        let cells: Vec<Option<Cell<'_>>> =
            places.iter().map(|place| values[(*place)?].as_ref().map(Value::cell)).collect();
        match sink.record(&Record { table: 0, row: rows, cells: &cells }) {
            Ok(()) => Ok(ControlFlow::Continue(())),
            Err(stop) => {
                stopped = Some(stop);
                Ok(ControlFlow::Break(()))
            }
        }
    });
    if let Some(stop) = stopped {
        return Err(stop);
    }
    scan.map_err(|error| malformed(rows + 1, &error))?;
    // A damaged page is passed over by the reader without a word.
    let declared = dataset.metadata().row_count.saturating_sub(dataset.metadata().deleted_row_count);
    match rows {
        _ if rows != declared => {
            Err(Refusal::Truncated { what: format!("{declared} rows declared, {rows} there") }.into())
        }
        0 => Err(Refusal::NoRows.into()),
        _ => Ok(()),
    }
}

fn malformed(row: u64, error: &sas7bdat::Error) -> Stop {
    Refusal::Malformed { format: NAME, row, reason: foreign(error) }.into()
}

/// What the numbers of a column count, where the reader does not know its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Calendar {
    /// Nothing: they are numbers.
    None,
    /// Days since 1960.
    Days,
    /// Seconds since 1960.
    Seconds,
}

impl Calendar {
    /// By the formats of national languages, which SAS shows in the session's own (SAS, "National Language Support").
    fn of(column: &ColumnMeta) -> Self {
        let format = column.format.as_deref().unwrap_or_default().trim().to_ascii_uppercase();
        match format.as_str() {
            _ if column.logical_type != LogicalType::Float => Self::None,
            "EURDFDT" => Self::Seconds,
            name if name.starts_with("NLDATM") => Self::Seconds,
            name if name.starts_with("NLDATE") || name.starts_with("EURDF") => Self::Days,
            _ => Self::None,
        }
    }
}

fn value_of(cell: &CellValue<'_>, calendar: Calendar, text: &TextFormat) -> Option<Value> {
    // The reader gives some whole numbers as such, though SAS knows doubles alone.
    let number = match cell {
        CellValue::Int32(number) => Some(f64::from(*number)),
        CellValue::Int64(number) => Some(*number as f64),
        CellValue::Float64(number) => Some(*number),
        _ => None,
    };
    match (calendar, number) {
        (Calendar::Days, Some(days)) if days.fract() == 0.0 => return Some(day(days as i64, text)),
        (Calendar::Seconds, Some(seconds)) => return Some(time(seconds.floor() as i64, text)),
        _ => {}
    }
    match cell {
        CellValue::Null => None,
        CellValue::Int32(_) | CellValue::Int64(_) | CellValue::Float64(_) => {
            number.map(|number| Value::computed(number, text))
        }
        CellValue::Str(letters) => Some(Value::text(*letters)),
        CellValue::Bytes(bytes) => Some(Value::text(String::from_utf8_lossy(bytes))),
        CellValue::Date(date) => Some(day(i64::from(date.days_since_sas_epoch), text)),
        CellValue::DateTime(found) => Some(time(found.seconds_since_sas_epoch, text)),
        CellValue::Time(time) => Some(Value::text(time.seconds_since_midnight.to_string())),
    }
}

/// No contract has a type for a time of day: but for midnight the text is refused as a date and kept as one.
fn time(seconds: i64, text: &TextFormat) -> Value {
    let day = day(seconds.div_euclid(86_400), text);
    match seconds.rem_euclid(86_400) {
        0 => day,
        seconds => Value::text(format!("{} +{seconds}s", day.as_str())),
    }
}

fn day(days: i64, text: &TextFormat) -> Value {
    match Span::new().try_days(days).and_then(|days| EPOCH.checked_add(days)) {
        Ok(date) => Value::day(date, text),
        Err(_) => Value::text(format!("day {days}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_double_whatever_the_reader_gives_it_as() {
        let text = TextFormat::plain();
        for (cell, expected) in [
            (CellValue::Int32(12), "12"),
            (CellValue::Int64(9_007_199_254_740_991), "9007199254740991"),
            (CellValue::Int64(9_007_199_254_740_992), "9.007199254740992e15"),
            (CellValue::Float64(123_456_789_012.123_4), "123456789012.1234"),
            (CellValue::Float64(0.1 + 0.2), "0.3"),
        ] {
            assert_eq!(value_of(&cell, Calendar::None, &text).unwrap().as_str(), expected);
        }
    }
}
