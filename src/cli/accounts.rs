//! The accounts of the extracts: every row read, and what became of it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::build::Build;
use super::error::CliError;
use super::output::Answer;
use super::sql::answer;
use crate::definition::{Contract, Format};
use crate::pull::{QUALITY_TABLE, quality_schema};
use crate::store::ArtefactRecord;

/// What became of the rows of a source, all its extracts together.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    pub(super) extracts: u64,
    pub(super) read: u64,
    pub(super) accepted: u64,
    pub(super) rejected: u64,
    pub(super) control: u64,
    /// Rejected rows by rule, left-out and counted rows by name, in words.
    pub(super) rules: String,
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
) -> Result<BTreeMap<String, Account>, CliError> {
    let mut accounts: BTreeMap<String, Account> = BTreeMap::new();
    if records.is_empty() {
        return Ok(accounts);
    }
    let mut files = Vec::with_capacity(records.len());
    for record in records {
        files.push(build.store.table(&record.artefact, QUALITY_TABLE).await?);
    }
    let session = build.checked.engine.session();
    let registered = session.register(QUALITY_TABLE, quality_schema(), &files);
    registered.map_err(|error| CliError::Query { message: error.strip_backtrace(), hint: None })?;
    let Answer::Rows { rows, .. } = answer(&session, ACCOUNTS).await? else { return Err(CliError::Bug) };
    for row in rows {
        let [source, measure, rule, rows, files] = row.as_slice() else { continue };
        let number = |value: &Value| value.as_u64().unwrap_or_default();
        let account = accounts.entry(source.as_str().unwrap_or_default().to_owned()).or_default();
        let rows = number(rows);
        match measure.as_str() {
            Some("read") => (account.read, account.extracts) = (rows, number(files)),
            Some("accepted") => account.accepted = rows,
            Some("rejected") => account.rejected = rows,
            Some("control") => account.control = rows,
            Some("rejected_by_rule" | "excluded" | "counted") => {
                let separator = if account.rules.is_empty() { "" } else { ", " };
                let rule = rule.as_str().unwrap_or_default();
                account.rules.push_str(&format!("{separator}{rule} {rows}"));
            }
            _ => {}
        }
    }
    Ok(accounts)
}

/// What an accepted extract's own totals were checked against.
pub(super) fn control_total(contract: &Contract) -> &'static str {
    let has_totals = contract.tables.iter().any(|table| !table.totals.is_empty());
    match contract.deliveries.first().map(|delivery| &delivery.format) {
        Some(Format::Csv { trailer: Some(_), .. } | Format::Xml { trailer: Some(_), .. }) => "trailer",
        Some(Format::Fixed { end: Some(end), .. }) if end.count.is_some() => "end record",
        _ if has_totals => "total rows",
        _ => "",
    }
}

/// The accounts as `maaltal pull` answers with them, with the time that staging took just now.
pub(super) fn pulled(
    build: &Build<'_>,
    accounts: &BTreeMap<String, Account>,
    seconds: &BTreeMap<String, Duration>,
) -> Vec<[Value; 9]> {
    let contracts = build.checked.project.contracts_of(build.checked.pipeline);
    contracts
        .filter_map(|contract| Some((contract, accounts.get(&contract.name)?)))
        .map(|(contract, account)| {
            let time = seconds.get(&contract.name).map(|time| format!("{:.2}", time.as_secs_f64()));
            [
                contract.name.clone().into(),
                account.extracts.into(),
                account.read.into(),
                account.accepted.into(),
                account.rejected.into(),
                account.control.into(),
                account.rules.clone().into(),
                control_total(contract).into(),
                time.map_or_else(|| "staged before".into(), Value::from),
            ]
        })
        .collect()
}

/// The columns of [`pulled`].
pub(super) const PULLED: [&str; 9] =
    ["source", "extracts", "read", "accepted", "rejected", "control", "by rule", "control total", "seconds"];
