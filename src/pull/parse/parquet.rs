//! Parquet: extracts that somebody has converted already, under the same checks as the others.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Float32Type, Float64Type, Schema, TimeUnit};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::basic::Type;
use parquet::errors::ParquetError;

use super::layout::Layout;
use super::typed::{decimal_text, iso_day_text, number_text, projected};
use super::{Record, Sink, Stop, stop_of};
use crate::definition::{Contract, Header, TextFormat};
use crate::pull::Refusal;
use crate::pull::pseudonym::mask_numbers;
use crate::pull::spool::on_disk;

/// The format's name in messages.
const NAME: &str = "Parquet";

/// Rows that are read at once.
const BATCH: usize = 4096;

pub(super) fn parse(
    bytes: impl Read + Send,
    file: &str,
    text: &TextFormat,
    contract: &Contract,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    let disk = on_disk(bytes, file).map_err(|error| stop_of(&error))?;
    let builder = open(disk).map_err(|error| malformed(0, &error))?;
    let schema = builder.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let layout = Layout::of(&names, &contract.tables[0], Header::AnyCase)?;
    sink.unknown_columns(&layout.unknown)?;
    // Names and addresses are not even decompressed.
    let (wanted, places) = projected(&layout.places[..contract.tables[0].columns.len()]);
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
    let reader = builder.with_projection(mask).with_batch_size(BATCH).build().map_err(|error| malformed(0, &error))?;
    let mut rows = 0;
    for batch in reader {
        let batch = batch.map_err(|error| malformed(rows + 1, &error))?;
        let texts: Vec<Vec<Option<String>>> = (0..batch.num_columns())
            .map(|column| texts_of(&batch, column, text).map_err(|error| malformed(rows + 1, &error)))
            .collect::<Result<_, _>>()?;
        let cell = |place: Option<usize>, row: usize| place.and_then(|place| texts[place][row].as_deref());
        for row in 0..batch.num_rows() {
            let cells: Vec<Option<&str>> = places.iter().map(|&place| cell(place, row)).collect();
            rows += 1;
            sink.record(&Record { table: 0, row: rows, cells: &cells })?;
        }
    }
    if rows == 0 { Err(Refusal::Empty.into()) } else { Ok(()) }
}

/// The file, its INT96 times in microseconds: in nanoseconds, as they are kept, the open end 9999-12-31 would wrap round.
fn open(file: File) -> Result<ParquetRecordBatchReaderBuilder<File>, ParquetError> {
    let found = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())?;
    let columns = found.parquet_schema();
    let int96: Vec<usize> = (0..columns.num_columns())
        .filter(|&leaf| columns.column(leaf).physical_type() == Type::INT96)
        .map(|leaf| columns.get_column_root_idx(leaf))
        .collect();
    if int96.is_empty() {
        return Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(file, found));
    }
    let fields = found.schema().fields().iter().enumerate();
    let fields = fields.map(|(root, field)| match field.data_type() {
        DataType::Timestamp(TimeUnit::Nanosecond, zone) if int96.contains(&root) => {
            let kind = DataType::Timestamp(TimeUnit::Microsecond, zone.clone());
            Arc::new(Field::clone(field).with_data_type(kind))
        }
        _ => Arc::clone(field),
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let options = ArrowReaderOptions::new().with_schema(schema);
    let coerced = ArrowReaderMetadata::try_new(Arc::clone(found.metadata()), options)?;
    Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(file, coerced))
}

fn malformed(row: u64, error: &impl ToString) -> Stop {
    Refusal::Malformed { format: NAME, row, reason: mask_numbers(&error.to_string()) }.into()
}

/// What does not fit is an error, never a missing value.
const STRICT: CastOptions<'static> = CastOptions { safe: false, format_options: FormatOptions::new() };

/// The values of a column as texts.
fn texts_of(batch: &RecordBatch, column: usize, text: &TextFormat) -> Result<Vec<Option<String>>, ArrowError> {
    let array = batch.column(column);
    // A dictionary is another way to keep the same values, and so is half a float.
    let array = match array.data_type() {
        DataType::Dictionary(_, values) => &cast_with_options(array, values, &STRICT)?,
        _ => array,
    };
    let array = match array.data_type() {
        DataType::Float16 => &cast_with_options(array, &DataType::Float32, &STRICT)?,
        _ => array,
    };
    // A whole number is a double where some tool met a missing value: 1.0 is 1.
    let double: Option<Box<dyn Fn(usize) -> f64>> = match array.data_type() {
        DataType::Float64 => Some(Box::new(|row| array.as_primitive::<Float64Type>().value(row))),
        // The shortest digits that tell the number: 1.1 is not 1.10000002384186.
        DataType::Float32 => Some(Box::new(|row| {
            let number = array.as_primitive::<Float32Type>().value(row);
            number.to_string().parse().unwrap_or_else(|_| f64::from(number))
        })),
        _ => None,
    };
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array.as_ref(), &options)?;
    let value = |row: usize| match &double {
        _ if array.is_null(row) => Ok(None),
        Some(double) => Ok(Some(number_text(double(row), text))),
        None => {
            let value = formatter.value(row).try_to_string()?;
            Ok(Some(match array.data_type() {
                kind if kind.is_decimal() => decimal_text(&value, text),
                DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => iso_day_text(value, text),
                DataType::Binary => utf8(array.as_binary::<i32>().value(row), value),
                DataType::LargeBinary => utf8(array.as_binary::<i64>().value(row), value),
                DataType::BinaryView => utf8(array.as_binary_view().value(row), value),
                DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Boolean => value,
                kind if kind.is_integer() => value,
                kind => {
                    let name = batch.schema_ref().field(column).name();
                    return Err(ArrowError::SchemaError(format!("the column `{name}` is of type {kind}")));
                }
            }))
        }
    };
    (0..array.len()).map(value).collect()
}

/// Text that its writer has not marked as such; other bytes as they are formatted.
fn utf8(bytes: &[u8], formatted: String) -> String {
    std::str::from_utf8(bytes).map_or(formatted, str::to_owned)
}
