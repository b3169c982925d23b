//! The rows that a query answers with.

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
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

/// A value as JSON: numbers as numbers, all else as text; and decimals as text where a number of JSON's readers, a double, would
/// lose digits.
pub(super) fn cell(column: &dyn Array, row: usize) -> Result<Value, ArrowError> {
    let data_type = column.data_type();
    // A column of no type has nothing but NULL, and no list of where that stands.
    if column.is_null(row) || *data_type == DataType::Null {
        return Ok(Value::Null);
    }
    // A value that can't be written is an error, not a text that says so.
    let options = FormatOptions::default().with_display_error(false);
    let text = ArrayFormatter::try_new(column, &options)?.value(row).try_to_string()?;
    let number = || serde_json::from_str::<Value>(&text).ok().filter(Value::is_number);
    Ok(match data_type {
        DataType::Boolean => Value::Bool(text == "true"),
        _ if data_type.is_decimal() => {
            let is_kept = |number: &Value| number.as_f64().is_some_and(|number| number.to_string() == shortest(&text));
            number().filter(is_kept).unwrap_or(Value::String(text))
        }
        _ if data_type.is_numeric() => number().unwrap_or(Value::String(text)),
        _ => Value::String(text),
    })
}

/// A decimal without the noughts that it ends with.
fn shortest(decimal: &str) -> &str {
    match decimal.contains('.') {
        true => decimal.trim_end_matches('0').trim_end_matches('.'),
        false => decimal,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

    use arrow::array::{Date32Array, Decimal128Array, NullArray};
    use serde_json::json;

    use super::*;

    #[test]
    fn no_digit_of_a_decimal_is_lost() {
        let cell = |digits: i128, scale| {
            let column = Decimal128Array::from(vec![digits]).with_precision_and_scale(38, scale).unwrap();
            cell(&column, 0).unwrap()
        };
        assert_eq!(
            [cell(150, 2), cell(-25, 1), cell(0, 3), cell(70, 0)],
            [json!(1.5), json!(-2.5), json!(0.0), json!(70)]
        );
        assert_eq!(cell(999_999_999_999_999_999, 2), json!("9999999999999999.99"));
        assert_eq!(cell(-123_456_789_012_345_678, 2), json!("-1234567890123456.78"));
        assert_eq!(cell(12_345_678_901_234_567_890_123, 0), json!("12345678901234567890123"));
    }

    #[test]
    fn what_is_no_value_is_null_and_what_can_not_be_written_is_an_error() {
        assert_eq!(cell(&NullArray::new(1), 0).unwrap(), Value::Null);
        assert!(cell(&Date32Array::from(vec![i32::MAX]), 0).is_err());
    }
}
