//! The sources in a table: how fresh they are, and how many rows they gave.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;

use super::Answer;
use super::dictionary::{formats, sensitivity};
use crate::definition::{Contract, OfAYear, Pipeline, years_in_words};
use crate::job::{Account, SourceState};
use crate::pull::Extract;

/// One row a source.
pub(in crate::cli) fn sources(sources: &[SourceState<'_>], today: Date) -> Answer {
    let row =
        |SourceState { contract, pipeline, awaited, lacking, extracts, unread, versions, account }: &SourceState<
            '_,
        >| {
            let unread: Vec<&str> = unread.iter().map(|unread| unread.file.as_str()).collect();
            let count = |pick: fn(&Account) -> u64| account.as_ref().map_or(Value::Null, |it| pick(it).into());
            [
                contract.name.clone().into(),
                formats(contract).into(),
                period(contract, extracts).into(),
                freshness(contract, (awaited, lacking), extracts, today).into(),
                taken(contract, pipeline, extracts).into(),
                unread.join(", ").into(),
                count(|account| account.read),
                count(|account| account.rejected),
                sensitivity(contract.sensitivity).into(),
                layout(contract, versions).into(),
            ]
        };
    let columns =
        ["source", "format", "extracts", "freshness", "taken", "not read", "rows", "rejected", "sensitivity", "layout"];
    Answer::rows(columns, sources.iter().map(row).collect())
}

/// Whether the layout is assumed, and which version of it the extracts of which years are of.
fn layout(contract: &Contract, versions: &BTreeMap<String, Vec<Option<i16>>>) -> String {
    let of_years = |(version, years): (&String, &Vec<Option<i16>>)| {
        let years: Vec<i16> = years.iter().copied().flatten().collect();
        let years = if years.is_empty() { String::new() } else { format!(" for {}", years_in_words(&years)) };
        format!("version {version}{years}")
    };
    let assumed = contract.assumed.then(|| "assumed".to_owned());
    assumed.into_iter().chain(versions.iter().map(of_years)).collect::<Vec<_>>().join(", ")
}

fn period(contract: &Contract, extracts: &[Extract]) -> String {
    let years = || extracts.iter().filter_map(|extract| extract.year);
    match (years().min(), years().max()) {
        (Some(first), Some(last)) => format!("{first}-{last}"),
        _ if contract.yearly => String::new(),
        _ => format!("{} for all years", extracts.len()),
    }
}

/// Of the years for which there are several files, or of all years, which was taken, of how many, and why.
fn taken(contract: &Contract, pipeline: &Pipeline, extracts: &[Extract]) -> String {
    let of_many = extracts.iter().filter(|extract| extract.chosen_from > 1);
    let each = of_many.map(|extract| {
        let day = extract.extract_date.map_or_else(|| extract.file.clone(), |day| day.to_string());
        let years = extract.year.map_or_else(|| "all years".to_owned(), |year| year.to_string());
        format!("{day} of {} for {years}", extract.chosen_from)
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() { String::new() } else { format!("{}: {}", of_a_year(contract, pipeline), each.join(", ")) }
}

/// Which of a year's files serves it, in words.
fn of_a_year(contract: &Contract, pipeline: &Pipeline) -> String {
    match contract.of_a_year {
        OfAYear::Newest => "the newest".to_owned(),
        OfAYear::NewestBefore(day) => format!("the newest before {day}"),
        OfAYear::Nearest => {
            let (month, day) = pipeline.reference_day;
            format!("the nearest to {month:02}-{day:02}")
        }
    }
}

/// Which years are awaited, with the parts that are not there, and whether the next year's extract is overdue, by the day that the contract expects it.
fn freshness(
    contract: &Contract,
    (awaited, lacking): (&[i16], &[(i16, Vec<String>)]),
    extracts: &[Extract],
    today: Date,
) -> String {
    let without = lacking.iter().map(|(year, parts)| format!(" (of {year} not there: {})", parts.join(", ")));
    let without: String = without.collect();
    let awaited = (!awaited.is_empty()).then(|| format!("awaited for {}{without}", years_in_words(awaited)));
    let newest = extracts.iter().filter_map(|extract| extract.extract_date).max();
    let drawn = newest.map(|date| format!("drawn {date}"));
    let due = contract.due.zip(extracts.iter().filter_map(|extract| extract.year).max());
    let next = due.map(|(due, year)| match due.in_year(year + 1) {
        next if next < today => format!("late since {next}"),
        next => format!("next due {next}"),
    });
    [drawn, awaited, next].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
