//! The rows of an answer, and their schema.

use std::ops::RangeInclusive;
use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray, RecordBatch, RecordBatchOptions};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Decimal256Type, Field, Float16Type, Float32Type, Float64Type, Schema,
    SchemaRef,
};
use arrow::error::ArrowError;
use arrow::util::display::FormatOptions;
use datafusion::common::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use futures::TryStreamExt;

/// A value that does not fit is an error, never a NULL.
pub(super) const STRICT: CastOptions<'static> = CastOptions { safe: false, format_options: FormatOptions::new() };

/// Why rows stop coming.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    /// The query failed.
    #[error(transparent)]
    Query(#[from] DataFusionError),
    /// A value does not fit the schema that was asked for.
    #[error(transparent)]
    Schema(#[from] ArrowError),
}

/// The rows of an answer, batch by batch.
pub struct Rows {
    stream: SendableRecordBatchStream,
    schema: SchemaRef,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl Rows {
    /// The rows of a stream, in plain types.
    pub(super) fn new(stream: SendableRecordBatchStream) -> Self {
        let schema = plain_schema(&stream.schema());
        Self { stream, schema }
    }

    /// The schema of the batches.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The same rows in another schema of the same columns.
    #[must_use]
    pub fn conformed(self, schema: &SchemaRef) -> Self {
        Self { schema: Arc::clone(schema), ..self }
    }

    /// The next batch; `None` after the last.
    ///
    /// # Errors
    /// The query failed, or a value does not fit the schema.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>, RowsError> {
        let Some(batch) = self.stream.try_next().await? else { return Ok(None) };
        Ok(Some(conform(&batch, &self.schema)?))
    }

    /// All batches at once.
    ///
    /// # Errors
    /// As [`Rows::next`].
    pub async fn collect(mut self) -> Result<Vec<RecordBatch>, RowsError> {
        let mut batches = Vec::new();
        while let Some(batch) = self.next().await? {
            batches.push(batch);
        }
        Ok(batches)
    }
}

/// A schema in the types that Parquet keeps, with every column nullable.
pub(super) fn plain_schema(schema: &Schema) -> SchemaRef {
    let field = |field: &Arc<Field>| {
        let data_type = match field.data_type() {
            DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
            other => other.clone(),
        };
        Field::new(field.name(), data_type, true)
    };
    Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()))
}

/// Days that readers can write: those of the years 1 to 9999, counted from 1970.
const DAYS: RangeInclusive<i32> = -719_162..=2_932_896;

/// What a double is that can't be written as a number.
pub(super) const NO_NUMBER: &str = "a number that is infinite or none (NaN), as a division by 0 gives: divide by NULLIF(x, 0), \
                                    or within a CASE, since a WHERE keeps no division from being computed";

/// Whether all of a column's doubles are numbers.
pub(super) fn is_finite(column: &ArrayRef) -> bool {
    match column.data_type() {
        DataType::Float64 => column.as_primitive::<Float64Type>().iter().flatten().all(f64::is_finite),
        DataType::Float32 => column.as_primitive::<Float32Type>().iter().flatten().all(f32::is_finite),
        DataType::Float16 => column
            .as_primitive::<Float16Type>()
            .iter()
            .flatten()
            .all(<Float16Type as ArrowPrimitiveType>::Native::is_finite),
        _ => true,
    }
}

/// What the engine computes can be no value of its type: a number of more digits than it has, a day of no year, a number divided
/// by nothing.
fn check_values(column: &ArrayRef, name: &str) -> Result<(), ArrowError> {
    let of_too_many_digits = |precision: u8| format!("a number of more than {precision} digits");
    let fault = match column.data_type() {
        DataType::Decimal128(precision, _) => {
            let numbers = column.as_primitive::<Decimal128Type>();
            numbers.validate_decimal_precision(*precision).err().map(|_| of_too_many_digits(*precision))
        }
        DataType::Decimal256(precision, _) => {
            let numbers = column.as_primitive::<Decimal256Type>();
            numbers.validate_decimal_precision(*precision).err().map(|_| of_too_many_digits(*precision))
        }
        DataType::Date32 => {
            let is_none = |day: i32| !DAYS.contains(&day);
            let has_none = column.as_primitive::<Date32Type>().iter().flatten().any(is_none);
            has_none.then(|| "a day that is not of the years 1 to 9999".to_owned())
        }
        _ => (!is_finite(column)).then(|| NO_NUMBER.to_owned()),
    };
    fault.map_or(Ok(()), |fault| Err(ArrowError::ComputeError(format!("the column `{name}` holds {fault}"))))
}

/// The batch in another schema of the same columns.
///
/// # Errors
/// A value does not fit the new type, or a missing value stands where none may.
pub fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let columns = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| match column.data_type() == field.data_type() {
            true => Ok(Arc::clone(column)),
            false => cast_with_options(column, field.data_type(), &STRICT),
        })
        .collect::<Result<Vec<_>, _>>()?;
    for (column, field) in columns.iter().zip(schema.fields()) {
        check_values(column, field.name())?;
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
}
