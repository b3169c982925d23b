//! A figure and where it comes from, in words: each step below what it went into.

use serde_json::Value;

use super::Answer;
use crate::job::{Explained, Rows, Stone};

/// The figure's rows and the way down.
pub(in crate::cli) fn explained(explained: &Explained) -> Answer {
    let Rows { columns, rows } = &explained.figure;
    let mut text = format!("version {}\n", explained.version);
    for row in rows {
        let told = columns.iter().zip(row).filter(|(_, value)| !value.is_null());
        let told: Vec<String> = told.map(|(column, value)| format!("{column} {}", plain(value))).collect();
        text.push_str(&format!("{}\n", told.join(", ")));
    }
    text.push('\n');
    for stone in &explained.way {
        text.push_str(&line(stone));
    }
    Answer::Told(text, in_rows(explained))
}

/// A row for the figure in each form of its geography, and a row a step.
fn in_rows(Explained { figure, way, .. }: &Explained) -> Rows {
    let of_step = ["depth", "kind", "table", "rows", "file", "again"];
    let mut columns: Vec<String> = of_step.map(str::to_owned).to_vec();
    columns.extend(figure.columns.iter().cloned());
    let figures = figure.rows.iter().map(|row| {
        let step = [Value::Null, "figure".into(), "indicator_value".into(), Value::Null, Value::Null, false.into()];
        step.into_iter().chain(row.iter().cloned()).collect()
    });
    let steps = way.iter().map(|Stone { depth, kind, table, year, rows, file, again }| {
        let step = [
            (*depth).into(),
            (*kind).into(),
            table.clone().into(),
            (*rows).into(),
            file.clone().into(),
            (*again).into(),
        ];
        let of_figure = figure.columns.iter().map(|column| if column == "year" { (*year).into() } else { Value::Null });
        step.into_iter().chain(of_figure).collect()
    });
    Rows { rows: figures.chain(steps).collect(), columns }
}

fn line(stone: &Stone) -> String {
    let Stone { depth, kind, table, year, rows, file, again } = stone;
    let year = year.map(|year| format!(" {year}")).unwrap_or_default();
    let again = if *again { " (see above)" } else { "" };
    let count = if *rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
    let file = match (*kind, file.is_empty()) {
        (_, true) => String::new(),
        ("extract", _) => format!(" <- {file}"),
        _ => format!("  {file}"),
    };
    format!("{}{table}{year}: {count}{file}{again}\n", "  ".repeat(*depth))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
