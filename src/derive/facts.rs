//! What a run knows before it reads a row, as tables that SQL can name: which extracts are there, what waits for those that
//! are not, what the pipeline leaves out, and which sources a model reads.
//!
//! Each is a model whose rows are given and not queried, so that it has a key, a record and readers like any other.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::util::display::array_value_to_string;

use super::DeriveError;
use super::model::{Model, SqlFile};
use crate::engine::Planner;
use crate::store::Digest;

/// A table of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fact {
    /// What there is of every source for every year.
    SourceYear,
    /// Which models wait, in which year, and for what.
    HeldBack,
    /// The models of goals that the pipeline does not name.
    LeftOut,
    /// Which sources' tables each model reads, itself or through others.
    ModelSource,
}

impl Fact {
    pub(super) const ALL: [Self; 4] = [Self::SourceYear, Self::HeldBack, Self::LeftOut, Self::ModelSource];

    /// The fact of a table's name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fact| fact.name() == name)
    }

    /// The table's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SourceYear => "source_year",
            Self::HeldBack => "held_back",
            Self::LeftOut => "left_out",
            Self::ModelSource => "model_source",
        }
    }

    /// The table's schema.
    pub(super) fn schema(self) -> SchemaRef {
        use DataType::{Date32, Int64, Utf8};
        let columns: &[(&str, DataType)] = match self {
            Self::SourceYear => &[
                ("source", Utf8),
                ("year", Int64),
                ("state", Utf8),
                ("due", Date32),
                ("late_since", Date32),
                ("missing_parts", Utf8),
            ],
            Self::HeldBack => {
                &[("model", Utf8), ("year", Int64), ("source", Utf8), ("source_year", Int64), ("state", Utf8)]
            }
            Self::LeftOut => &[("model", Utf8)],
            Self::ModelSource => &[("model", Utf8), ("source", Utf8), ("table_name", Utf8)],
        };
        let field = |(name, kind): &(&str, DataType)| Field::new(*name, kind.clone(), true);
        Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
    }

    /// The fact while nothing is known: without rows.
    pub(super) fn unknown(self, planner: &Planner) -> Result<Model, DeriveError> {
        self.with(RecordBatch::new_empty(self.schema()), planner)
    }

    /// The fact with its rows.
    pub(super) fn with(self, rows: RecordBatch, planner: &Planner) -> Result<Model, DeriveError> {
        let digest = digest_of(&rows).map_err(|source| DeriveError::Rows { model: self.name().to_owned(), source })?;
        Ok(Model { sql: SqlFile::of_rows(self.name(), digest, planner)?, group: None, rows: Some(rows) })
    }
}

/// Whether a model's rows are what a run knew of its extracts, and no query's.
pub fn is_fact(model: &str) -> bool {
    Fact::named(model).is_some()
}

/// The digest of all values, in order.
fn digest_of(rows: &RecordBatch) -> Result<Digest, ArrowError> {
    let mut text = String::new();
    for row in 0..rows.num_rows() {
        for column in rows.columns() {
            text.push_str(&array_value_to_string(column, row)?);
            text.push('\u{1f}');
        }
    }
    Ok(Digest::of(text))
}
