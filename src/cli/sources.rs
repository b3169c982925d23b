//! `sources`: which registers there are, how fresh they are, and what their contracts say.

use jiff::Zoned;
use jiff::civil::Date;
use serde_json::Value;

use super::Context;
use super::accounts::accounts;
use super::build::Build;
use super::dictionary::{dictionary, formats, heading, sensitivity};
use super::error::CliError;
use super::output::Answer;
use crate::definition::Contract;
use crate::pull::Extract;
use crate::store::ArtefactRecord;

/// Lists the sources of a pipeline, or shows one as a data dictionary.
pub(super) async fn sources(
    context: &Context,
    pipeline: Option<&String>,
    source: Option<&String>,
) -> Result<Answer, CliError> {
    let pipeline = context.pipeline(pipeline)?;
    match source {
        Some(name) => {
            let Some(contract) = context.project.contracts.get(name) else {
                let known = context.project.contracts.keys().map(String::as_str);
                return Err(CliError::unknown("source", name, known));
            };
            eprintln!("{}\n", heading(contract));
            Ok(dictionary(contract))
        }
        None => list(&Build::new(context, pipeline).await?).await,
    }
}

async fn list(build: &Build<'_>) -> Result<Answer, CliError> {
    let records: Vec<ArtefactRecord> = build.staged_records().await?.into_values().collect();
    let accounts = accounts(build, &records).await?;
    let today = Zoned::now().date();
    let rows = build
        .checked
        .project
        .contracts_of(build.checked.pipeline)
        .map(|contract| {
            let extracts: Vec<&Extract> = build
                .staged
                .iter()
                .map(|staged| &staged.extract)
                .filter(|extract| extract.source == contract.name)
                .collect();
            let account = accounts.get(&contract.name);
            let count = |pick: fn(&super::accounts::Account) -> u64| account.map_or(Value::Null, |it| pick(it).into());
            [
                contract.name.clone().into(),
                formats(contract).into(),
                period(contract, &extracts).into(),
                freshness(contract, &extracts, today).into(),
                count(|account| account.read),
                count(|account| account.rejected),
                sensitivity(contract.sensitivity).into(),
                if contract.assumed { "assumed".into() } else { "".into() },
            ]
        })
        .collect();
    Ok(Answer::rows(["source", "format", "extracts", "freshness", "rows", "rejected", "sensitivity", "layout"], rows))
}

fn period(contract: &Contract, extracts: &[&Extract]) -> String {
    let years = || extracts.iter().filter_map(|extract| extract.year);
    match (years().min(), years().max()) {
        (Some(first), Some(last)) => format!("{first}-{last}"),
        _ if contract.yearly => String::new(),
        _ => format!("{} for all years", extracts.len()),
    }
}

/// Whether the next year's extract is overdue, by the day that the contract expects it.
fn freshness(contract: &Contract, extracts: &[&Extract], today: Date) -> String {
    let newest = extracts.iter().filter_map(|extract| extract.extract_date).max();
    let drawn = newest.map(|date| format!("drawn {date}"));
    let due = contract.due.zip(extracts.iter().filter_map(|extract| extract.year).max());
    let next = due.map(|(due, year)| match due.in_year(year + 1) {
        next if next < today => format!("late since {next}"),
        next => format!("next due {next}"),
    });
    [drawn, next].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
