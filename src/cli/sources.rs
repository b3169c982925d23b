//! `sources`: which registers there are, how fresh they are, and what their contracts say.

use jiff::Zoned;
use jiff::civil::Date;
use serde_json::Value;

use super::Context;
use super::accounts::accounts;
use super::build::Build;
use super::error::CliError;
use super::output::Answer;
use crate::definition::{Column, Contract, Kind, Sensitivity, TableContract, plain_text};
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

fn formats(contract: &Contract) -> String {
    contract.deliveries.iter().map(|delivery| delivery.format.name()).collect::<Vec<_>>().join(", ")
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

fn sensitivity(sensitivity: Sensitivity) -> &'static str {
    match sensitivity {
        Sensitivity::Open => "open",
        Sensitivity::Practice => "practice",
        Sensitivity::Person => "person",
        Sensitivity::Direct => "direct",
        Sensitivity::Unused => "unused",
    }
}

/// What the contract says of the source as a whole.
fn heading(contract: &Contract) -> String {
    let files: Vec<String> = contract.patterns().map(ToString::to_string).collect();
    let mut lines = vec![
        format!("{}: {} / {}", contract.name, contract.title.da, contract.title.en),
        format!("from {}, {}", contract.provider, sensitivity(contract.sensitivity)),
        format!("files {} ({}), also .gz, .zst and .zip", files.join(", "), formats(contract)),
    ];
    if contract.assumed {
        lines.push("the layout is assumed: the register's own is not public".to_owned());
    }
    for table in &contract.tables {
        let name = |column: &usize| table.columns[*column].name.as_str();
        let key: Vec<&str> = table.key.iter().map(name).collect();
        if !key.is_empty() {
            lines.push(format!("{}: one row is one {}", table.name, key.join(", ")));
        }
        for rule in &table.rules {
            let (left, right) = (name(&rule.left), name(&rule.right));
            lines.push(format!("{}: {}: {left} {} {right}", table.name, rule.name, rule.comparison.sign()));
        }
        for rule in &table.exclusions {
            let values: Vec<&str> = rule.values.iter().map(String::as_str).collect();
            let column = name(&rule.column);
            lines.push(format!("{}: left out as {}: {column} {}", table.name, rule.name, values.join(", ")));
        }
        for rule in &table.counted {
            let below = plain_text(rule.below, &table.columns[rule.column].kind);
            lines.push(format!("{}: counted as {}: {} below {below}", table.name, rule.name, name(&rule.column)));
        }
        for total in &table.totals {
            let values: Vec<&str> = total.values.iter().map(String::as_str).collect();
            let (column, of) = (name(&total.column), name(&total.of));
            lines.push(format!("{}: checked total of {of}: {column} {}", table.name, values.join(", ")));
        }
    }
    lines.join("\n")
}

/// One row a column.
fn dictionary(contract: &Contract) -> Answer {
    let rows = contract
        .tables
        .iter()
        .flat_map(|table| table.columns.iter().map(move |column| (table, column)))
        .map(|(table, column)| {
            [
                table.name.clone().into(),
                column.name.clone().into(),
                column.raw.clone().into(),
                kind(&column.kind).into(),
                if column.nullable { "may be missing".into() } else { "required".into() },
                allowed(table, column).into(),
                column.unit.clone().unwrap_or_default().into(),
                column.description.da.clone().into(),
                column.description.en.clone().into(),
            ]
        })
        .collect();
    let columns = ["table", "column", "register's name", "type", "missing", "allowed", "unit", "dansk", "english"];
    Answer::rows(columns, rows)
}

fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::Integer => "integer".to_owned(),
        Kind::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
        Kind::Date => "date".to_owned(),
        Kind::Boolean { .. } => "boolean".to_owned(),
        Kind::Cpr => "pseudonym".to_owned(),
        Kind::CprBirthDate => "date of birth".to_owned(),
    }
}

/// The rules that a value of the column has to keep.
fn allowed(table: &TableContract, column: &Column) -> String {
    let mut rules = Vec::new();
    rules.extend(column.values.iter().map(|values| values.iter().cloned().collect::<Vec<_>>().join(", ")));
    rules.extend(column.code_list.iter().map(|list| format!("in {list}")));
    rules.extend(column.references.iter().map(|reference| format!("in {reference}")));
    // A pattern is anchored where it is read, which says nothing to a person.
    rules.extend(column.pattern.iter().map(|pattern| {
        let pattern = pattern.as_str();
        pattern.strip_prefix("^(?:").and_then(|rest| rest.strip_suffix(")$")).unwrap_or(pattern).to_owned()
    }));
    rules.extend(column.limits.min.map(|min| format!(">= {}", plain_text(min, &column.kind))));
    rules.extend(column.limits.max.map(|max| format!("<= {}", plain_text(max, &column.kind))));
    if table.key == [table.columns.iter().position(|other| other.name == column.name).unwrap_or(usize::MAX)] {
        rules.push("unique".to_owned());
    }
    rules.join("; ")
}
