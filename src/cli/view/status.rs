//! Targets by geography: value, target and status at a glance.

use std::collections::BTreeMap;

use maaltal_protection::Level;
use serde_json::Value;

use super::Answer;
use crate::job::Rows;

/// The place of the column with the year that is awaited.
const AWAITED: usize = 3;

/// One row a target, one column a geography.
pub(in crate::cli) fn standing(rows: &[Vec<Value>]) -> Answer {
    let mut columns: Vec<String> = ["goal", "target", "year", "awaited"].map(str::to_owned).into();
    let mut table: Vec<Vec<Value>> = Vec::new();
    let mut last_target = None;
    for row in rows {
        let [target, title, op, target_value, unit, year, geography, value, decimals, status, awaited] = row.as_slice()
        else {
            unreachable!("the query has eleven columns")
        };
        if last_target != Some(target) {
            table.push(vec![
                title.clone(),
                wanted(target, op, target_value, unit).into(),
                year.clone(),
                awaited.clone(),
            ]);
            last_target = Some(target);
        }
        let name = text(geography).trim_start_matches("Region ").to_owned();
        let column = columns.iter().position(|column| *column == name).unwrap_or_else(|| {
            columns.push(name);
            columns.len() - 1
        });
        if let Some(line) = table.last_mut() {
            line.resize(line.len().max(column + 1), Value::Null);
            line[column] = format!("{} {}", number(value, places(decimals)), text(status).replace('_', " ")).into();
        }
    }
    for line in &mut table {
        line.resize(columns.len(), Value::Null);
    }
    // A column for what is awaited, where anything is.
    if table.iter().all(|line| line[AWAITED].is_null()) {
        columns.remove(AWAITED);
        table.iter_mut().for_each(|line| drop(line.remove(AWAITED)));
    }
    Answer::Rows(Rows { columns, rows: table })
}

/// How many figures are hidden, in a line; an empty one where none is.
pub(in crate::cli) fn hidden(by_level: &BTreeMap<Level, u64>) -> String {
    let levels = by_level.iter().map(|(level, figures)| format!("{} {figures}", level.name().replace('_', " ")));
    match by_level.is_empty() {
        true => String::new(),
        false => format!("hidden of these goals, as they tell of a few: {}\n", levels.collect::<Vec<_>>().join(", ")),
    }
}

/// As `U1-2030 >= 70 %`; a wish without a number is its name alone.
fn wanted(target: &Value, op: &Value, value: &Value, unit: &Value) -> String {
    if value.is_null() {
        return text(target).to_owned();
    }
    let unit = if text(unit) == "pct" { " %" } else { "" };
    format!("{} {} {}{unit}", text(target), text(op), number(value, 0))
}

fn places(decimals: &Value) -> usize {
    decimals.as_u64().and_then(|places| places.try_into().ok()).unwrap_or(1)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value, decimals: usize) -> String {
    value.as_f64().map(|number| format!("{number:.decimals$}")).unwrap_or_default()
}
