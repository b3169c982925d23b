//! Parquet: extracts that somebody has converted already, under the same checks as the others.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray, RecordBatch};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{
    DataType, Decimal128Type, Field, Fields, Float16Type, Float32Type, Float64Type, Int64Type, Schema, TimeUnit,
    UInt64Type,
};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::arrow::{ProjectionMask, parquet_to_arrow_schema};
use parquet::basic::Type;
use parquet::errors::ParquetError;
use parquet::schema::types::{self, SchemaDescriptor};

use super::cell::{Cell, Number, Value, projected};
use super::layout::Layout;
use super::sink::{Record, Sink, Stop, stop_of};
use crate::definition::{Contract, Header, TextFormat};
use crate::pull::mask::foreign;
use crate::pull::read::on_disk;
use crate::pull::refusal::Refusal;

/// The format's name in messages.
const NAME: &str = "Parquet";

/// From here on a single is the same for two whole numbers: 2^24.
const WHOLE_SINGLES: f32 = 16_777_216.0;

/// The same of a number in half as many bits: 2^11.
const WHOLE_HALVES: f32 = 2048.0;

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
        let values: Vec<Vec<Option<Value>>> = (0..batch.num_columns())
            .map(|column| values_of(&batch, column, text).map_err(|error| malformed(rows + 1, &error)))
            .collect::<Result<_, _>>()?;
        let cell = |place: Option<usize>, row: usize| values[place?][row].as_ref().map(Value::cell);
        for row in 0..batch.num_rows() {
            let cells: Vec<Option<Cell<'_>>> = places.iter().map(|&place| cell(place, row)).collect();
            rows += 1;
            sink.record(&Record { table: 0, row: rows, cells: &cells })?;
        }
    }
    if rows == 0 { Err(Refusal::NoRows.into()) } else { Ok(()) }
}

/// The file, its times in the zones that its writer gave them, and those of INT96 in microseconds: in nanoseconds, as they
/// are kept, the open end 9999-12-31 would wrap round.
fn open(file: File) -> Result<ParquetRecordBatchReaderBuilder<File>, ParquetError> {
    let found = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())?;
    let columns = found.parquet_schema();
    let int96: Vec<usize> = (0..columns.num_columns())
        .filter(|&leaf| columns.column(leaf).physical_type() == Type::INT96)
        .map(|leaf| columns.get_column_root_idx(leaf))
        .collect();
    let hinted = hinted_times(&found)?;
    let fields = found.schema().fields().iter().zip(hinted.fields()).enumerate();
    let fields = fields.map(|(root, (field, hint))| {
        let DataType::Timestamp(unit, zone) = field.data_type() else { return Arc::clone(field) };
        let unit = match unit {
            TimeUnit::Nanosecond if int96.contains(&root) => TimeUnit::Microsecond,
            unit => *unit,
        };
        let zone = zone.as_ref().map(|utc| zone_of(hint.data_type()).unwrap_or(utc)).cloned();
        Arc::new(Field::clone(field).with_data_type(DataType::Timestamp(unit, zone)))
    });
    let fields: Fields = fields.collect();
    if fields == *found.schema().fields() {
        return Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(file, found));
    }
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
    let coerced = ArrowReaderMetadata::try_new(Arc::clone(found.metadata()), options)?;
    Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(file, coerced))
}

/// The schema with the times as the embedded Arrow schema has them. The reader takes a zone from there only where the unit
/// is the file's, and Parquet has no seconds: it is asked as if the file gave no unit.
fn hinted_times(found: &ArrowReaderMetadata) -> Result<Schema, ParquetError> {
    let columns = found.parquet_schema().root_schema().get_fields();
    let without_unit = columns.iter().zip(found.schema().fields()).map(|(column, field)| match field.data_type() {
        DataType::Timestamp(_, Some(_)) => {
            let number = types::Type::primitive_type_builder(column.name(), Type::INT64);
            number.with_repetition(column.get_basic_info().repetition()).build().map(Arc::new)
        }
        _ => Ok(Arc::clone(column)),
    });
    let without_unit = without_unit.collect::<Result<_, _>>()?;
    let root = types::Type::group_type_builder(found.parquet_schema().name()).with_fields(without_unit).build()?;
    let embedded = found.metadata().file_metadata().key_value_metadata();
    parquet_to_arrow_schema(&SchemaDescriptor::new(Arc::new(root)), embedded)
}

/// The zone of a type of times.
fn zone_of(kind: &DataType) -> Option<&Arc<str>> {
    match kind {
        DataType::Timestamp(_, zone) => zone.as_ref(),
        DataType::Dictionary(_, kept) => zone_of(kept),
        _ => None,
    }
}

fn malformed(row: u64, error: &impl ToString) -> Stop {
    Refusal::Malformed { format: NAME, row, reason: foreign(error) }.into()
}

/// What does not fit is an error, never a missing value.
const STRICT: CastOptions<'static> = CastOptions { safe: false, format_options: FormatOptions::new() };

/// The values of a column.
fn values_of(batch: &RecordBatch, column: usize, text: &TextFormat) -> Result<Vec<Option<Value>>, ArrowError> {
    let array = plain(batch.column(column))?;
    let array = array.as_ref();
    match array.data_type() {
        DataType::Utf8 => Ok(array.as_string::<i32>().iter().map(|letters| letters.map(Value::text)).collect()),
        DataType::Int64 => values(array.as_primitive::<Int64Type>(), |number| Ok(Value::whole(number, text))),
        DataType::UInt64 => values(array.as_primitive::<UInt64Type>(), |number| Ok(Value::whole(number, text))),
        DataType::Decimal128(_, scale) => {
            // A negative scale counts noughts before the mark.
            let noughts = 10_i128.checked_pow(u32::try_from(-i32::from(*scale)).unwrap_or(0));
            let decimals = u8::try_from(*scale).unwrap_or(0);
            let digits = |digits: i128| noughts.and_then(|noughts| digits.checked_mul(noughts));
            values(array.as_primitive::<Decimal128Type>(), |found| match digits(found) {
                Some(digits) => Ok(Value::number(Number::new(digits, decimals), text)),
                None => Err(ArrowError::ArithmeticOverflow(format!(
                    "a number of `{}` is too large",
                    batch.schema_ref().field(column).name()
                ))),
            })
        }
        DataType::Float64 => values(array.as_primitive::<Float64Type>(), |number| Ok(Value::computed(number, text))),
        DataType::Float32 => {
            values(array.as_primitive::<Float32Type>(), |number| Ok(Value::single(number, WHOLE_SINGLES, text)))
        }
        DataType::Float16 => {
            values(array.as_primitive::<Float16Type>(), |number| Ok(Value::single(number.to_f32(), WHOLE_HALVES, text)))
        }
        // So a column is kept of which no value is known.
        DataType::Null => Ok(vec![None; array.len()]),
        DataType::Boolean => Ok(array.as_boolean().iter().map(|truth| truth.map(Value::truth)).collect()),
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => {
            // A time is a day at midnight, in its zone where it has one.
            let options = FormatOptions::default();
            let formatter = ArrayFormatter::try_new(array, &options)?;
            let day = |row| match array.is_null(row) {
                true => Ok(None),
                false => Ok(Some(Value::iso_day(formatter.value(row).try_to_string()?, text))),
            };
            (0..array.len()).map(day).collect()
        }
        // Text that its writer has not marked as such.
        DataType::Binary => {
            let letters = |bytes: &[u8]| match std::str::from_utf8(bytes) {
                Ok(letters) => Ok(Value::text(letters)),
                Err(_) => Err(ArrowError::SchemaError(format!(
                    "the column `{}` has bytes that are no text in UTF-8",
                    batch.schema_ref().field(column).name()
                ))),
            };
            array.as_binary::<i32>().iter().map(|bytes| bytes.map(letters).transpose()).collect()
        }
        kind => {
            let name = batch.schema_ref().field(column).name();
            Err(ArrowError::SchemaError(format!("the column `{name}` is of type {kind}")))
        }
    }
}

/// The array in the widest type of its kind: that which other ways to keep the same values are read by.
fn plain(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let kind = match array.data_type() {
        DataType::Dictionary(_, kept) => return plain(&cast_with_options(array, kept, &STRICT)?),
        DataType::Int8 | DataType::Int16 | DataType::Int32 => DataType::Int64,
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 => DataType::UInt64,
        DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) | DataType::Decimal256(_, scale) => {
            DataType::Decimal128(38, *scale)
        }
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::LargeBinary | DataType::BinaryView => DataType::Binary,
        _ => return Ok(Arc::clone(array)),
    };
    cast_with_options(array, &kind, &STRICT)
}

fn values<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    value: impl Fn(T::Native) -> Result<Value, ArrowError>,
) -> Result<Vec<Option<Value>>, ArrowError> {
    array.iter().map(|found| found.map(&value).transpose()).collect()
}
