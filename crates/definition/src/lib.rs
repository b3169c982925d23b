//! Definitions: `pipelines/*.toml` read into checked values.
//!
//! Everything is checked here, once, with file and line; who uses the values trusts them. An element of the configuration
//! is one file: its checked form, its form in TOML (`Raw...`), and the checks that lead from one to the other. Arrows run
//! down: `project` → `pipeline`, `dataset`, `disclosure`, `environment`, `contract` → `arrival`, `parts`, `version` → `table` → `row_rules` → `column` → `delivery` →
//! `format`, `value` → `text_format`, `source_text` → `error` → `problem`.
//! Invariant: nothing here reads an extract or the store.

mod arrival;
mod bilingual;
mod column;
mod comparison;
mod contract;
mod dataset;
mod delivery;
mod digest;
mod disclosure;
mod due_day;
mod environment;
mod error;
mod file_pattern;
mod format;
mod hex;
mod letters;
mod name_day;
mod near_name;
mod parts;
mod pattern;
mod pipeline;
mod policy;
pub mod problem;
mod project;
mod row_rules;
mod sensitivity;
mod source_text;
mod table;
mod text_format;
mod value;
mod version;

pub use arrival::{DeliveredYears, OfAYear, OfAllYears};
pub use bilingual::Bilingual;
pub use column::{Column, InFile, Limits, Reference};
pub use comparison::Comparison;
pub use contract::{CodeLists, Contract, Origin, Serves};
pub use dataset::{Dataset, PublishedColumn, PublishedTable, PublishedType};
pub use delivery::Delivery;
pub use digest::{Digest, NotADigest};
pub use disclosure::{Disclosure, Family, FamilyRule, Guarded, Lowest, PopulationOf};
pub use due_day::{DayFrom, DueDay};
pub use environment::{Environment, KeyName, Resources};
pub use error::{DefinitionError, Problem};
pub use file_pattern::{FilePattern, Match, NAME, PART, without_compression};
pub use format::{DayAttribute, EndLine, Format, FrameAttribute, Header, Positions, StartLine};
pub use hex::{bytes_of_hex, hex};
pub use letters::plain_name;
pub use name_day::NameDay;
pub use near_name::{Misfit, NearName};
pub use parts::Parts;
pub use pattern::Pattern;
pub use pipeline::{Pipeline, Schedule, Years, YearsFrom, years_in_words};
pub use policy::{ColumnPolicy, Policy, RecordTypePolicy, RowPolicy, SameRows, is_beyond, percent};
pub use project::Project;
pub use row_rules::{
    Completeness, ControlRows, CountedRows, Excluded, Exclusion, Expected, Presence, RowRule, Total, Validity,
};
pub use sensitivity::Sensitivity;
pub use source_text::read_text;
pub use table::{ROW_COLUMN, TableContract};
pub use text_format::{DateFormat, Encoding, TextFormat};
pub use value::{Kind, Scalar, listed_scalar, plain_text, read_scalar};
pub use version::{Said, Says, Version, VersionPlace, Versions};
