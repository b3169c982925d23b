//! Masks: published tables as readers see them, with what tells of a few taken out.
//!
//! A mask is a file in the folder `protect`, of the published table's name. It reads the tables as they were derived, and
//! `hidden_cell`, which says what is hidden of the figures. Only masks may name that table: what is derived does not depend on
//! what is hidden.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::{DeriveError, SqlFile, SqlPlace};
use crate::definition::Pipeline;

/// The folder of a pipeline's masks.
pub(super) const MASKS: &str = "protect";

/// The table that says what is hidden.
pub const HIDDEN_CELL: &str = "hidden_cell";

/// The columns of [`HIDDEN_CELL`]: the key of a figure, and which of its numbers are hidden; `below_lowest` where it is of a
/// level that is never published.
pub fn hidden_cell_schema() -> SchemaRef {
    let texts =
        |names: &[&str]| -> Vec<Field> { names.iter().map(|name| Field::new(*name, DataType::Utf8, false)).collect() };
    let mut fields = texts(&["indicator_id"]);
    fields.push(Field::new("year", DataType::Int32, false));
    fields.extend(texts(&["geo_level", "geo_code", "geo_version", "breakdown_dim", "breakdown_value"]));
    let flag = |name: &str| Field::new(name, DataType::Boolean, false);
    fields.extend(["hides_numerator", "hides_denominator", "below_lowest"].map(flag));
    Arc::new(Schema::new(fields))
}

/// A mask is of no single year.
pub(super) fn checked(sql: SqlFile) -> Result<SqlFile, DeriveError> {
    match sql.is_parameterised() {
        false => Ok(sql),
        true => Err(DeriveError::Sql {
            at: SqlPlace { file: sql.file, place: Some((1, 1)) },
            message: "a mask is of all years and has no parameters".to_owned(),
            hint: None,
        }),
    }
}

/// Something else than a mask reads what is hidden.
pub(super) fn read_elsewhere(pipeline: &Pipeline, at: &SqlPlace) -> DeriveError {
    DeriveError::Sql {
        at: at.clone(),
        message: format!("`{HIDDEN_CELL}` is read, which only masks may"),
        hint: Some(format!("A mask is a file in sql/{}/{MASKS}/, of the published table's name.", pipeline.name)),
    }
}
