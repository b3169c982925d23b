//! What is another in two versions.

use std::collections::BTreeSet;

use serde_json::Value;

use super::causes::Cause;
use crate::job::Rows;
use crate::publish::PublishedVersion;

/// What two versions say otherwise.
#[derive(Debug)]
pub struct Comparison {
    /// The version compared with.
    pub before: PublishedVersion,
    /// The version compared.
    pub after: PublishedVersion,
    /// What is another of the version as a whole: the release, the disclosure policy.
    pub overall: Vec<String>,
    /// A table, or an indicator in one, in which something is another.
    pub tables: Vec<TableDifference>,
}

/// What is another in a table; where it tells of indicators, in one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDifference {
    /// The table.
    pub table: String,
    /// The indicator, where the table has a column of that name.
    pub indicator: Option<String>,
    /// How many rows are another.
    pub rows: Counts,
    /// What is another of its columns.
    pub columns: Vec<String>,
    /// What of all that it was made of is another.
    pub causes: Vec<Cause>,
}

/// Which of the differences somebody wants to see.
#[derive(Debug, Clone, Default)]
pub struct Narrowed {
    /// Those in one table.
    pub table: Option<String>,
    /// Those of one indicator.
    pub indicator: Option<String>,
}

/// One value that is another, or one row that is new or gone.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueDifference {
    /// The table.
    pub table: String,
    /// The row's key, column by column.
    pub key: Vec<(String, String)>,
    /// The indicator.
    pub indicator: Option<String>,
    /// `added`, `removed` or `changed`.
    pub change: String,
    /// The column; `None` where the whole row is new or gone.
    pub column: Option<String>,
    /// Its value before.
    pub before: Value,
    /// Its value after.
    pub after: Value,
}

/// How many rows are another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows whose key is new.
    pub added: u64,
    /// Rows whose key is there no more.
    pub removed: u64,
    /// Rows of the same key with another value.
    pub changed: u64,
}

impl TableDifference {
    /// Why, in words; the columns first.
    pub fn why(&self) -> Vec<String> {
        self.columns.iter().cloned().chain(self.causes.iter().map(ToString::to_string)).collect()
    }
}

impl Comparison {
    /// All that is another of what the tables were made of, each once.
    pub fn causes(&self) -> BTreeSet<&Cause> {
        self.tables.iter().flat_map(|table| &table.causes).collect()
    }
}

impl From<Vec<ValueDifference>> for Rows {
    fn from(values: Vec<ValueDifference>) -> Self {
        let columns = ["table", "indicator", "key", "change", "column", "before", "after"].map(str::to_owned).to_vec();
        let row = |value: ValueDifference| {
            let key: Vec<String> = value.key.iter().map(|(column, text)| format!("{column} {text}")).collect();
            vec![
                value.table.into(),
                value.indicator.into(),
                key.join(", ").into(),
                value.change.into(),
                value.column.into(),
                value.before,
                value.after,
            ]
        };
        Self { columns, rows: values.into_iter().map(row).collect() }
    }
}
