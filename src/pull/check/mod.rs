//! Check: the rules of a contract on a row, on the rows of a table, and on an extract as a whole.

mod column;
mod keys;
mod known;
mod memo;
mod names;
mod pseudonym;
mod rules;
mod spelling;
mod table;
mod totals;

pub(crate) use keys::{KeyLog, key_of};
pub(crate) use known::{Known, References};
pub use pseudonym::PseudonymKey;
pub use rules::{ROW_COLUMN, staged_schema};
pub(crate) use rules::{TableRules, counted};
pub(crate) use table::{CheckedRows, Checker, Event, Rejected, TableCheck};
pub(crate) use totals::Totals;
