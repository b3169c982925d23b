//! Check: the rules of a contract on a row, on the rows of a table, and on an extract as a whole.

mod keys;
mod known;
mod pseudonym;
mod row;
mod totals;

pub(crate) use known::{Known, References};
pub use pseudonym::PseudonymKey;
pub use row::{ROW_COLUMN, staged_schema};
pub(crate) use row::{TableCheck, TableRules, counted};
pub(crate) use totals::Totals;
