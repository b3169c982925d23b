//! The sources in a table: how fresh they are, and how many rows they gave.

use jiff::civil::Date;
use serde_json::Value;

use super::Answer;
use super::dictionary::{formats, sensitivity};
use crate::definition::Contract;
use crate::job::{Account, SourceState};
use crate::pull::Extract;

/// One row a source.
pub(in crate::cli) fn sources(sources: &[SourceState<'_>], today: Date) -> Answer {
    let row = |SourceState { contract, extracts, account }: &SourceState<'_>| {
        let count = |pick: fn(&Account) -> u64| account.as_ref().map_or(Value::Null, |it| pick(it).into());
        [
            contract.name.clone().into(),
            formats(contract).into(),
            period(contract, extracts).into(),
            freshness(contract, extracts, today).into(),
            count(|account| account.read),
            count(|account| account.rejected),
            sensitivity(contract.sensitivity).into(),
            if contract.assumed { "assumed".into() } else { "".into() },
        ]
    };
    let columns = ["source", "format", "extracts", "freshness", "rows", "rejected", "sensitivity", "layout"];
    Answer::rows(columns, sources.iter().map(row).collect())
}

fn period(contract: &Contract, extracts: &[Extract]) -> String {
    let years = || extracts.iter().filter_map(|extract| extract.year);
    match (years().min(), years().max()) {
        (Some(first), Some(last)) => format!("{first}-{last}"),
        _ if contract.yearly => String::new(),
        _ => format!("{} for all years", extracts.len()),
    }
}

/// Whether the next year's extract is overdue, by the day that the contract expects it.
fn freshness(contract: &Contract, extracts: &[Extract], today: Date) -> String {
    let newest = extracts.iter().filter_map(|extract| extract.extract_date).max();
    let drawn = newest.map(|date| format!("drawn {date}"));
    let due = contract.due.zip(extracts.iter().filter_map(|extract| extract.year).max());
    let next = due.map(|(due, year)| match due.in_year(year + 1) {
        next if next < today => format!("late since {next}"),
        next => format!("next due {next}"),
    });
    [drawn, next].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
