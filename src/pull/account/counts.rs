//! The account of an extract: every row is read, and then accepted, rejected or a control row.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::breach::Rule;
use crate::definition::Contract;
use crate::pull::error::{PullError, arrow_failed};
use crate::pull::find::Extract;
use crate::pull::parse::days;
use crate::store::{LocalTable, TableWriter};

/// The name of the table of counts in every staged artefact, and in SQL.
pub const QUALITY_TABLE: &str = "extract_quality";

/// The name of the table of rejected rows in every staged artefact, and in SQL.
pub const REJECTS_TABLE: &str = "extract_reject";

/// The measure that counts records of types that the contract does not know, by type.
pub const RECORD_TYPES: &str = "record_type";

/// The measure that says as which version of its layout an extract was read, where there are several.
pub const VERSION: &str = "version";

/// Rows of one table of an extract.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    /// Counted where records are read, apart from what becomes of them.
    pub(crate) read: u64,
    pub(crate) accepted: u64,
    pub(crate) rejected: u64,
    /// Totals and subtotals.
    pub(crate) control: u64,
    /// Starts, trailers, and records of types that are never read.
    pub(crate) trailers: u64,
    /// Records of types that the contract does not know.
    pub(crate) others: u64,
}

impl Counts {
    /// The account of a table, with what is counted by name: rows that are left out and those of other types, which are
    /// control rows too, and accepted ones that the contract wants counted.
    pub(crate) fn rows<'r>(
        &self,
        table: &str,
        rejected: impl Iterator<Item = (&'r Rule, u64)>,
        named: &[(&'static str, &BTreeMap<String, u64>)],
    ) -> Vec<CountRow> {
        let row =
            |measure, rule: &str, rows| CountRow { table: table.to_owned(), measure, rule: rule.to_owned(), rows };
        let mut rows = vec![
            row("read", "", self.read),
            row("accepted", "", self.accepted),
            row("rejected", "", self.rejected),
            row("control", "", self.control + self.trailers + self.others),
        ];
        rows.extend(rejected.map(|(rule, count)| row("rejected_by_rule", rule.name(), count)));
        for &(measure, counts) in named {
            rows.extend(counts.iter().map(|(name, count)| row(measure, name, *count)));
        }
        rows
    }
}

/// A count of the account.
#[derive(Debug, Clone)]
pub(crate) struct CountRow {
    pub(crate) table: String,
    pub(crate) measure: &'static str,
    pub(crate) rule: String,
    pub(crate) rows: u64,
}

/// The schema of the counts.
pub fn schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    Arc::new(Schema::new(vec![
        text("source"),
        text("file"),
        text("table_name"),
        text("measure"),
        text("rule"),
        Field::new("row_count", DataType::Int64, false),
        Field::new("year", DataType::Int32, true),
        Field::new("extract_date", DataType::Date32, true),
        text("sha256"),
        Field::new("sample_share", DataType::Decimal128(7, 6), false),
        Field::new("assumed", DataType::Boolean, false),
        Field::new("synthetic", DataType::Boolean, false),
    ]))
}

/// The counts as a table.
pub(crate) fn table(rows: &[CountRow], extract: &Extract, contract: &Contract) -> Result<LocalTable, PullError> {
    let text = |value: &str| -> ArrayRef { Arc::new(StringArray::from(vec![value; rows.len()])) };
    let each = |value: fn(&CountRow) -> &str| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(value(row))).collect::<StringArray>())
    };
    let columns: Vec<ArrayRef> = vec![
        text(&contract.name),
        text(&extract.file),
        each(|row| &row.table),
        each(|row| row.measure),
        each(|row| &row.rule),
        Arc::new(rows.iter().map(|row| i64::try_from(row.rows).ok()).collect::<Int64Array>()),
        Arc::new(Int32Array::from(vec![extract.year.map(i32::from); rows.len()])),
        Arc::new(Date32Array::from(vec![extract.extract_date.map(days); rows.len()])),
        text(&extract.sha256.to_string()),
        Arc::new(
            Decimal128Array::from(vec![i128::from(extract.sample.millionths()); rows.len()])
                .with_precision_and_scale(7, 6)
                .map_err(arrow_failed)?,
        ),
        Arc::new(BooleanArray::from(vec![contract.assumed; rows.len()])),
        Arc::new(BooleanArray::from(vec![extract.synthetic; rows.len()])),
    ];
    let batch = RecordBatch::try_new(schema(), columns).map_err(arrow_failed)?;
    let mut writer = TableWriter::new(schema(), &BTreeMap::new())?;
    writer.write(&batch)?;
    Ok(writer.finish()?)
}
