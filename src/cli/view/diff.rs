//! Two versions compared, in a table and as a document.

use serde_json::Value;

use super::Answer;
use crate::job::{Comparison, Counts, TableDifference, ValueDifference};

/// Values that a document shows of one table and indicator.
const SHOWN: usize = 10;

/// A line a table, and an indicator in it.
pub(in crate::cli) fn differences(comparison: &Comparison) -> Answer {
    let row = |difference: &TableDifference| {
        let Counts { added, removed, changed } = difference.rows;
        [
            difference.table.clone().into(),
            difference.indicator.clone().into(),
            added.into(),
            removed.into(),
            changed.into(),
            difference.why().join("; ").into(),
        ]
    };
    let columns = ["table", "indicator", "added", "removed", "changed", "why"];
    Answer::rows(columns, comparison.tables.iter().map(row).collect())
}

/// The comparison for people who were told other figures before.
pub(in crate::cli) fn markdown(comparison: &Comparison, values: &[ValueDifference]) -> String {
    let (before, after) = (&comparison.before, &comparison.after);
    let mut text = format!(
        "# {}: version {} compared with version {}\n\n",
        after.manifest.dataset, after.commit.version, before.commit.version
    );
    if before.manifest.synthetic || after.manifest.synthetic {
        text.push_str("**SYNTHETIC: these figures are of no real country.**\n\n");
    }
    text.push_str(&format!(
        "Version {} was published {}, version {} {}.\n",
        before.commit.version, before.commit.committed_at, after.commit.version, after.commit.committed_at
    ));
    if comparison.tables.is_empty() && comparison.overall.is_empty() {
        text.push_str("\nThey say the same.\n");
        return text;
    }
    text.push_str("\n## Why\n\n");
    for overall in &comparison.overall {
        text.push_str(&format!("- {}\n", escaped(overall)));
    }
    for cause in comparison.causes() {
        text.push_str(&format!("- {}: {}\n", cause.kind.name(), escaped(&cause.to_string())));
    }
    text.push_str(
        "\n## What\n\n| table | indicator | added | removed | changed |\n| --- | --- | ---: | ---: | ---: |\n",
    );
    for difference in &comparison.tables {
        let Counts { added, removed, changed } = difference.rows;
        let indicator = difference.indicator.as_deref().unwrap_or_default();
        text.push_str(&format!(
            "| {} | {} | {added} | {removed} | {changed} |\n",
            escaped(&difference.table),
            escaped(indicator)
        ));
    }
    for difference in &comparison.tables {
        text.push_str(&section(difference, values));
    }
    text
}

/// The first values of a table, or of an indicator in it.
fn section(difference: &TableDifference, values: &[ValueDifference]) -> String {
    let of = values.iter().filter(|it| it.table == difference.table && it.indicator == difference.indicator);
    let of: Vec<&ValueDifference> = of.collect();
    let name = difference.indicator.as_deref().map(|indicator| format!(", {indicator}")).unwrap_or_default();
    let mut text = format!("\n## {}{}\n\n", escaped(&difference.table), escaped(&name));
    for why in difference.why() {
        text.push_str(&format!("- {}\n", escaped(&why)));
    }
    if of.is_empty() {
        return text;
    }
    text.push_str("\n| row | column | before | after |\n| --- | --- | --- | --- |\n");
    for value in of.iter().take(SHOWN) {
        let key: Vec<&str> = value.key.iter().map(|(_, text)| text.as_str()).collect();
        let column = value.column.as_deref().unwrap_or(&value.change);
        text.push_str(&format!(
            "| {} | {} | {} | {} |\n",
            escaped(&key.join(", ")),
            escaped(column),
            escaped(&plain(&value.before)),
            escaped(&plain(&value.after))
        ));
    }
    if of.len() > SHOWN {
        text.push_str(&format!("\nand {} more: `maaltal diff --values` shows all\n", of.len() - SHOWN));
    }
    text
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Text that no table and no emphasis of Markdown takes for its own.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '|' | '*' | '<' | '>' | '[' | ']' | '\\' => safe.extend(['\\', letter]),
            '\n' | '\r' => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}
