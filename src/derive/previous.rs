//! The tables of the version that was published before, which audits compare the candidate with.
//!
//! A table's name with `previous_` before it stands for its rows in the version that the new one would follow. No model may
//! name it: the bytes of a version follow from its extracts and definitions, whatever was published before.

use super::{DeriveError, SqlPlace};
use crate::definition::{Dataset, Pipeline};

/// What stands before the name of a published table.
const PREVIOUS: &str = "previous_";

/// The names that audits have for the tables of the version before, each with the published table that it is.
pub(super) fn tables(dataset: &Dataset) -> impl Iterator<Item = (String, &str)> {
    dataset.tables.iter().map(|table| (format!("{PREVIOUS}{}", table.name), table.name.as_str()))
}

/// The published table that an audit's name stands for, where it is one of the version before.
pub fn previous_table(name: &str) -> Option<&str> {
    name.strip_prefix(PREVIOUS)
}

/// A model reads what was published before.
pub(super) fn read_by_a_model(pipeline: &Pipeline, name: &str, at: &SqlPlace) -> DeriveError {
    DeriveError::Sql {
        at: at.clone(),
        message: format!("a model reads `{name}`, which only audits may"),
        hint: Some(format!(
            "The same extracts and definitions have to give the same tables, whatever was published before. Compare with it \
             in an audit, a file in sql/{}/audits/.",
            pipeline.name
        )),
    }
}
