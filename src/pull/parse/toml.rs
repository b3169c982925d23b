//! Definitions that are data: arrays of tables in a TOML file, nested values addressed with dots.

use std::io::Read;

use toml::de::DeTable;
use toml::{Spanned, de::DeValue};

use super::cell::{Cell, Number, Value};
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
        let found = root.get_ref().get(element(table).as_str()).and_then(|found| found.get_ref().as_array());
        let Some(records) = found else { continue };
        for record in records.iter() {
            let row = row_of(record.span().start);
            let values: Vec<Option<Value>> =
                table.columns.iter().map(|column| given_or_default(record, column)).collect();
            for name in names_of(record) {
                if !table.columns.iter().any(|column| column.raw == name) {
                    sink.unknown_columns(&[name])?;
                }
            }
            let cells: Vec<Option<Cell<'_>>> = values.iter().map(|value| value.as_ref().map(Value::cell)).collect();
            sink.record(&Record { table: at, row, cells: &cells })?;
        }
    }
    if sink.records() == 0 { Err(Refusal::Empty.into()) } else { Ok(()) }
}

/// What the record gives for a column. An array or a table where a value belongs is no reason to take the default.
fn given_or_default(record: &Spanned<DeValue<'_>>, column: &Column) -> Option<Value> {
    match lookup(record, &column.raw) {
        Some(given) => value_of(given),
        None => column.default.as_deref().map(Value::text),
    }
}

/// The value at a dotted path.
fn lookup<'a, 'i>(record: &'a Spanned<DeValue<'i>>, path: &str) -> Option<&'a Spanned<DeValue<'i>>> {
    path.split('.').try_fold(record, |value, part| value.get_ref().as_table()?.get(part))
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

fn value_of(value: &Spanned<DeValue<'_>>) -> Option<Value> {
    let format = TextFormat::plain();
    Some(match value.get_ref() {
        DeValue::String(text) => Value::text(text.as_ref()),
        DeValue::Integer(number) => {
            let digits = number.to_string();
            Number::of_digits(&digits)
                .map_or_else(|| Value::text(digits.as_str()), |number| Value::number(number, &format))
        }
        DeValue::Float(number) => Value::double(number.as_str().parse().ok()?, &format),
        DeValue::Boolean(truth) => Value::truth(*truth),
        DeValue::Datetime(day) => Value::iso_day(day.to_string(), &format),
        DeValue::Array(_) | DeValue::Table(_) => return None,
    })
}
