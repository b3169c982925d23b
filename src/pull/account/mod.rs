//! Account: what became of every row of an extract, as the tables `extract_quality` and `extract_reject`.

mod breach;
mod counts;
mod rejects;

use arrow::datatypes::SchemaRef;

pub(crate) use breach::{Breach, Rule, kept_record, kept_text, kept_value};
pub(crate) use counts::{CountRow, Counts, table as counts_table};
pub use counts::{QUALITY_TABLE, RECORD_TYPES, REJECTS_TABLE, VERSION, schema as quality_schema};
pub(crate) use rejects::Rejects;
pub use rejects::schema as rejects_schema;

/// The tables that every extract leaves besides its own.
pub fn account_tables() -> [(&'static str, SchemaRef); 2] {
    [(QUALITY_TABLE, quality_schema()), (REJECTS_TABLE, rejects_schema())]
}
