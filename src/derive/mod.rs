//! Derive: the models' SQL over staged extracts, one table a model, per year where the SQL asks for one.
//!
//! Nobody writes the order down: it follows from the tables that each model names. Invariants:
//!
//! - a derived table's key holds its SQL and the keys of all it read: the same key is the same bytes;
//! - every table is sorted by all its columns, so threads do not show;
//! - everything is planned against the contracts before a row is read.

mod again;
mod check;
mod columns;
mod error;
mod facts;
mod graph;
mod held_back;
mod known;
mod masks;
mod model;
mod part;
mod previous;
mod rebuild;
mod recorded;
mod run;
mod schedule;
mod sources;
mod sql;
mod step;

pub use again::Earlier;
pub use check::{Catalogue, check};
pub use error::{DeriveError, SqlPlace};
pub use facts::is_fact;
pub use graph::{Graph, Relation};
pub use held_back::{Absence, Gap, Held, HeldBack};
pub use known::Known;
pub use masks::{HIDDEN_CELL, hidden_cell_schema};
pub use model::{Audit, Model, Preface, Severity, SqlFile};
pub use part::Part;
pub use previous::previous_table;
pub use rebuild::{Rebuilding, Rebuilt};
pub use recorded::{OtherMaker, Recorded};
pub use run::Runner;
pub(crate) use run::{data_file, table};
pub use sources::{keep_named_sources, model_files};
pub use sql::{is_query, named_tables};
pub use step::{Input, Step, Steps, plan_steps};

/// Changes when the same SQL over the same tables would be derived differently.
const FORMAT: &str = "derive/8";
