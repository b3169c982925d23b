//! The rows that a query answers with.

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use arrow::util::display::array_value_to_string;
use serde_json::Value;

/// Rows under the names of their columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// The columns.
    pub columns: Vec<String>,
    /// As many values a row as there are columns.
    pub rows: Vec<Vec<Value>>,
}

impl Rows {
    /// The rows of record batches.
    ///
    /// # Errors
    /// A value can't be written as text.
    pub(super) fn new(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Self, ArrowError> {
        let columns = schema.fields().iter().map(|field| field.name().clone()).collect();
        let mut rows = Vec::new();
        for batch in batches {
            for row in 0..batch.num_rows() {
                rows.push(batch.columns().iter().map(|column| cell(column, row)).collect::<Result<_, _>>()?);
            }
        }
        Ok(Self { columns, rows })
    }

    /// The texts of the first column.
    pub(super) fn names(&self) -> Vec<String> {
        self.rows.iter().filter_map(|row| Some(row.first()?.as_str()?.to_owned())).collect()
    }
}

/// A value as JSON: numbers as numbers, all else as text.
pub(super) fn cell(column: &dyn Array, row: usize) -> Result<Value, ArrowError> {
    if column.is_null(row) {
        return Ok(Value::Null);
    }
    let text = array_value_to_string(column, row)?;
    let data_type = column.data_type();
    let number = || serde_json::from_str::<Value>(&text).ok().filter(Value::is_number);
    Ok(match data_type {
        DataType::Boolean => Value::Bool(text == "true"),
        _ if data_type.is_numeric() => number().unwrap_or(Value::String(text)),
        _ => Value::String(text),
    })
}
