//! What the rows of a table are held to, and the schema of those that pass.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::known::Known;
use super::pseudonym::PseudonymKey;
use crate::definition::{CountedRows, Format, Kind, Scalar, Sensitivity, TableContract, TextFormat};

pub use crate::definition::ROW_COLUMN;

/// The schema of a staged table: the contract's columns, those the delivery added, and the row number.
pub fn staged_schema(table: &TableContract, added: &[String]) -> SchemaRef {
    let contract = table.columns.iter().map(|column| {
        let data_type = match column.kind {
            Kind::Text | Kind::Cpr | Kind::PersonNumber => DataType::Utf8,
            Kind::Integer => DataType::Int64,
            Kind::Decimal { precision, scale } => DataType::Decimal128(precision, scale),
            Kind::Date | Kind::CprBirthDate => DataType::Date32,
            Kind::Boolean { .. } => DataType::Boolean,
        };
        Field::new(&column.name, data_type, column.nullable)
    });
    let added = added.iter().map(|name| Field::new(name, DataType::Utf8, true));
    let row = Field::new(ROW_COLUMN, DataType::Int64, false);
    Arc::new(Schema::new(contract.chain(added).chain([row]).collect::<Vec<_>>()))
}

/// What the rows of a table are held to.
#[derive(Clone, Copy)]
pub(crate) struct TableRules<'a> {
    pub(crate) table: &'a TableContract,
    /// How the delivery writes numbers and dates.
    pub(crate) text: &'a TextFormat,
    /// What its files are.
    pub(crate) format: &'a Format,
    /// What codes and foreign keys are looked up in.
    pub(crate) known: Known<'a>,
    /// What CPR numbers become pseudonyms by.
    pub(crate) key: &'a PseudonymKey,
    /// Whether the source is on persons.
    pub(crate) sensitivity: Sensitivity,
    /// The year that the extract serves, or that the name of its file says.
    pub(crate) year: Option<i16>,
    /// The part of it that the extract is.
    pub(crate) part: Option<&'a str>,
}

/// The names that a row of these values is counted under.
pub(crate) fn counted(table: &TableContract, scalar: impl Fn(usize) -> Option<Scalar>) -> impl Iterator<Item = &str> {
    let is = move |rule: &&CountedRows| scalar(rule.column).is_some_and(|value| value < rule.below);
    table.counted.iter().filter(is).map(|rule| rule.name.as_str())
}
