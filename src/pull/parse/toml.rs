//! Definitions that are data: arrays of tables in a TOML file, nested values addressed with dots.

use std::io::Read;

use toml::de::DeTable;
use toml::{Spanned, de::DeValue};

use super::cell::{Cell, Value};
use super::part::Unsplit;
use super::sink::{Record, Sink, Stop, stop_of};
use crate::definition::{Column, Contract, TableContract, TextFormat};
use crate::pull::refusal::Refusal;

pub(super) fn parse(mut text: impl Read, contract: &Contract, sink: &mut impl Sink) -> Result<(), Stop> {
    let mut whole = String::new();
    text.read_to_string(&mut whole).map_err(|error| stop_of(&error))?;
    let row_of = |offset: usize| whole[..offset].matches('\n').count() as u64 + 1;
    let root = DeTable::parse(&whole).map_err(|error| Refusal::Malformed {
        format: "TOML",
        row: error.span().map_or(0, |span| row_of(span.start)),
        reason: error.message().to_owned(),
    })?;
    let element = |table: &TableContract| table.element.clone().unwrap_or_else(|| table.name.clone());
    for name in root.get_ref().keys().map(|name| name.get_ref()) {
        if !contract.tables.iter().any(|table| element(table) == **name) {
            sink.unknown_columns(&[name.to_string()])?;
        }
    }
    for (at, table) in contract.tables.iter().enumerate() {
        // A file may hold some of the arrays: others of the source hold the rest.
        let element = element(table);
        let Some(found) = root.get_ref().get(element.as_str()) else { continue };
        let written = |value: &Spanned<DeValue<'_>>| whole.get(value.span()).unwrap_or_default();
        let Some(records) = found.get_ref().as_array() else {
            let reason = format!("`{element}` is no array of tables");
            sink.unsplit_of(at, row_of(found.span().start), Unsplit::Malformed, &reason, written(found))?;
            continue;
        };
        for record in records.iter() {
            let row = row_of(record.span().start);
            if record.get_ref().as_table().is_none() {
                let reason = format!("an element of `{element}` is no table");
                sink.unsplit_of(at, row, Unsplit::Malformed, &reason, written(record))?;
                continue;
            }
            for name in names_of(record) {
                if !table.columns.iter().any(|column| column.raw == name) {
                    sink.unknown_columns(&[name])?;
                }
            }
            let values: Result<Vec<Option<Value>>, Fault<'_, '_>> =
                table.columns.iter().map(|column| given_or_default(record, column)).collect();
            match values {
                Ok(values) => {
                    let cells: Vec<Option<Cell<'_>>> =
                        values.iter().map(|value| value.as_ref().map(Value::cell)).collect();
                    sink.record(&Record { table: at, row, cells: &cells })?;
                }
                Err(Fault { reason, given }) => {
                    sink.unsplit_of(at, row, Unsplit::Malformed, &reason, written(given))?;
                }
            }
        }
    }
    if sink.records() == 0 { Err(Refusal::NoRows.into()) } else { Ok(()) }
}

/// Why what is given is no value of a column.
struct Fault<'a, 'i> {
    reason: String,
    given: &'a Spanned<DeValue<'i>>,
}

/// What the record gives for a column. An array or a table where a value belongs is no reason to take the default.
fn given_or_default<'a, 'i>(record: &'a Spanned<DeValue<'i>>, column: &Column) -> Result<Option<Value>, Fault<'a, 'i>> {
    let name = &column.raw;
    match *lookup(record, name) {
        [] => Ok(column.default.as_deref().map(Value::text)),
        [given] => value_of(given).map(Some).ok_or_else(|| {
            let reason = format!("`{name}` is {} where a value belongs", kind_of(given));
            Fault { reason, given }
        }),
        [_, given, ..] => Err(Fault { reason: format!("the key `{name}` stands twice"), given }),
    }
}

fn kind_of(value: &Spanned<DeValue<'_>>) -> &'static str {
    if value.get_ref().is_array() { "an array" } else { "a table" }
}

/// The values at a dotted path: its dots may be those of a key in quotes.
fn lookup<'a, 'i>(record: &'a Spanned<DeValue<'i>>, path: &str) -> Vec<&'a Spanned<DeValue<'i>>> {
    let Some(table) = record.get_ref().as_table() else { return Vec::new() };
    let below = path.match_indices('.').filter_map(|(dot, _)| Some(lookup(table.get(&path[..dot])?, &path[dot + 1..])));
    table.get(path).into_iter().chain(below.flatten()).collect()
}

/// The dotted paths of all values of a record.
fn names_of(record: &Spanned<DeValue<'_>>) -> Vec<String> {
    let Some(table) = record.get_ref().as_table() else { return Vec::new() };
    table
        .iter()
        .flat_map(|(key, value)| {
            let key = key.get_ref();
            match names_of(value) {
                inner if inner.is_empty() => vec![key.to_string()],
                inner => inner.into_iter().map(|name| format!("{key}.{name}")).collect(),
            }
        })
        .collect()
}

/// The value, its numbers digit by digit as they are written; `None` of an array or a table.
fn value_of(value: &Spanned<DeValue<'_>>) -> Option<Value> {
    let format = TextFormat::plain();
    Some(match value.get_ref() {
        DeValue::String(text) => Value::text(text.as_ref()),
        // 0x1F is the number 31, as TOML has it, and no code.
        DeValue::Integer(number) => match i128::from_str_radix(number.as_str(), number.radix()) {
            Ok(whole) => Value::whole(whole, &format),
            Err(_) => Value::text(number.to_string()),
        },
        DeValue::Float(number) => Value::written(number.as_str(), &format),
        DeValue::Boolean(truth) => Value::truth(*truth),
        DeValue::Datetime(day) => Value::iso_day(day.to_string(), &format),
        DeValue::Array(_) | DeValue::Table(_) => return None,
    })
}
