//! Pull: raw register extracts into checked, typed, pseudonymised Parquet.
//!
//! Inside the room arrows run down, too: run → deliveries, lists, references → entries, plan → own → stage → check →
//! account → parse → read → find → error → refusal → mask, mark. Invariants:
//!
//! - read = accepted + rejected + control rows, for every extract, always;
//! - no CPR number, name or address passes the checks' pseudonyms or the parsers' column lists;
//! - memory does not grow with an extract.

mod account;
mod check;
mod deliveries;
mod entries;
mod error;
mod find;
#[cfg(fuzzing)]
pub mod fuzzed;
mod lists;
mod mark;
mod mask;
mod own;
mod parse;
mod plan;
mod read;
mod references;
mod refusal;
mod run;
mod stage;
#[cfg(test)]
mod tests;

pub use account::{
    QUALITY_TABLE, RECORD_TYPES, REJECTS_TABLE, VERSION, account_tables, quality_schema, rejects_schema,
};
pub use check::{PseudonymKey, ROW_COLUMN, staged_schema};
pub use deliveries::{StagedBy, compare as compare_deliveries};
pub use entries::{gathered_entries, goals_of_entries};
pub use error::{Need, PullError};
pub use find::{Availability, Delivery, Extract, Instead, Located, Near, Origins, Place, Unread, Why};
pub use lists::{check_definitions, code_lists};
pub use mark::{SYNTHETIC_MARK, Sample};
pub(crate) use mask::mask_numbers;
pub use mask::mask_person;
pub use plan::{ExtractStep, Keys, plan, refused_artefact};
pub use read::PULL_THREAD;
pub use refusal::Refusal;
pub use run::{Puller, Replayed};
