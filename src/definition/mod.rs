//! Definitions: `pipelines/*.toml` read into checked values.
//!
//! Everything is checked here, once, with file and line; the rooms above trust what they are given.
//! Invariant: nothing in this room reads an extract or the store.

mod column;
mod contract;
mod contract_file;
mod dataset;
mod environment;
mod error;
mod file_pattern;
mod format;
mod format_file;
mod letters;
mod pattern;
mod pipeline;
mod project;
mod source_text;
mod table;
mod table_file;
mod value;

pub use column::{Column, Kind, Limits, Reference};
pub use contract::{
    Bilingual, CodeLists, ColumnPolicy, Contract, Delivery, DueDay, Origin, Policy, RowPolicy, Sensitivity, Serves,
};
pub use dataset::{Dataset, PublishedColumn, PublishedTable, PublishedType};
pub use environment::{Environment, PseudonymKeyName, Resources};
pub use error::{DefinitionError, Problem};
pub use file_pattern::{FilePattern, Match};
pub use format::{DateFormat, Encoding, EndLine, Format, FrameAttribute, Header, Positions, StartLine, TextFormat};
pub(crate) use letters::plain_name;
pub use pattern::Pattern;
pub use pipeline::{Pipeline, Schedule, Years};
pub use project::Project;
pub(crate) use source_text::read_text;
pub use table::{
    Comparison, Completeness, ControlRows, CountedRows, Excluded, Exclusion, Expected, Presence, RowRule,
    TableContract, Total, Validity,
};
pub use value::{Scalar, plain_text, read_scalar};
