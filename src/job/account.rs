//! The accounts of the extracts: every row read, and what became of it.

use std::collections::BTreeMap;

use super::query::answer;
use super::{Build, JobError, Rows};
use crate::pull::{QUALITY_TABLE, RECORD_TYPES, VERSION, quality_schema};
use crate::store::ArtefactRecord;

/// What became of the rows of a source, all its extracts together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// The extracts that it is of.
    pub extracts: u64,
    /// Rows read: accepted, rejected or control rows.
    pub read: u64,
    /// Rows that passed.
    pub accepted: u64,
    /// Rows kept aside.
    pub rejected: u64,
    /// Totals, trailers, and rows that the contract leaves out.
    pub control: u64,
    /// Rejected rows by rule, left-out and counted rows by name, the most frequent first.
    pub rules: Vec<(String, u64)>,
}

const ACCOUNTS: &str = "
    SELECT source, measure, rule, SUM(row_count) AS rows, COUNT(DISTINCT file) AS files
    FROM extract_quality
    GROUP BY source, measure, rule
    ORDER BY source, measure, rows DESC, rule";

/// The accounts of staged extracts, by source.
pub(super) async fn accounts(
    build: &Build<'_>,
    records: &[ArtefactRecord],
) -> Result<BTreeMap<String, Account>, JobError> {
    let mut accounts: BTreeMap<String, Account> = BTreeMap::new();
    if records.is_empty() {
        return Ok(accounts);
    }
    let Rows { rows, .. } = answer(build, QUALITY_TABLE, quality_schema(), records, ACCOUNTS).await?;
    for row in rows {
        let [source, measure, rule, rows, files] = row.as_slice() else { unreachable!("the query has five columns") };
        let (Some(source), Some(measure), Some(rule), Some(rows), Some(files)) =
            (source.as_str(), measure.as_str(), rule.as_str(), rows.as_u64(), files.as_u64())
        else {
            unreachable!("the account has no missing values, and counts are not negative")
        };
        let account = accounts.entry(source.to_owned()).or_default();
        match measure {
            "read" => (account.read, account.extracts) = (rows, files),
            "accepted" => account.accepted = rows,
            "rejected" => account.rejected = rows,
            "control" => account.control = rows,
            RECORD_TYPES => account.rules.push((format!("record type {rule}"), rows)),
            VERSION => account.rules.push((format!("version {rule}"), rows)),
            // The rest are counts by name: `rejected_by_rule`, `excluded` and `counted`.
            _ => account.rules.push((rule.to_owned(), rows)),
        }
    }
    Ok(accounts)
}
