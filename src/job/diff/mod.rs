//! Two versions compared: by published table and key, and why.
//!
//! `rows` has the engine compare the tables; `causes` follows the provenance of each table that changed down to what is
//! another: an extract, a contract, a query, the release. A table whose bytes are the same is no cause of anything above it.

mod causes;
mod compare;
mod difference;
mod rows;

pub use causes::{Cause, CauseKind};
pub use compare::Versions;
pub use difference::{Comparison, Counts, Narrowed, TableDifference, ValueDifference};
