//! JSON lines: one object a line, nested members addressed with dots.
//!
//! A table whose `element` is an array in the object has a record for each of its elements; `../x` is
//! then the member `x` of the object that the array stands in.

use std::collections::BTreeSet;
use std::io::Read;

use serde_json::{Map, Value};

use super::lines::Lines;
use super::{Record, Sink, Stop, Unsplit};
use crate::definition::{Contract, TableContract};
use crate::problem::closest;
use crate::pull::Refusal;
use crate::pull::pseudonym::mask_numbers;

/// The format's name in messages.
const NAME: &str = "JSON lines";

/// What the lines so far have had.
struct Seen {
    /// Per table and column, whether some record had it.
    columns: Vec<Vec<bool>>,
    /// Members that the contract does not know, each told once.
    strangers: BTreeSet<String>,
}

pub(super) fn parse(text: impl Read, contract: &Contract, sink: &mut impl Sink) -> Result<(), Stop> {
    let columns = contract.tables.iter().map(|table| vec![false; table.columns.len()]).collect();
    let mut seen = Seen { columns, strangers: BTreeSet::new() };
    let mut lines = Lines::new(text, NAME);
    let mut any = false;
    while let Some((row, line)) = lines.next()? {
        any = true;
        let object = match serde_json::from_str(line) {
            Ok(Value::Object(object)) => object,
            Ok(_) => {
                sink.unsplit(row, Unsplit::Malformed, "the line is no object", line)?;
                continue;
            }
            Err(error) => {
                let reason = mask_numbers(&error.to_string().replace(" at line 1", ""));
                sink.unsplit(row, Unsplit::Malformed, &reason, line)?;
                continue;
            }
        };
        for (at, table) in contract.tables.iter().enumerate() {
            let none = Map::new();
            match &table.element {
                None => record(at, table, row, &object, &none, &mut seen, sink)?,
                Some(array) => {
                    let Some(Value::Array(elements)) = object.get(array) else {
                        let reason = format!("the member `{array}` is no array");
                        sink.unsplit(row, Unsplit::Malformed, &reason, line)?;
                        continue;
                    };
                    for element in elements {
                        match element {
                            Value::Object(element) => record(at, table, row, element, &object, &mut seen, sink)?,
                            _ => {
                                let reason = format!("an element of `{array}` is no object");
                                sink.unsplit(row, Unsplit::Malformed, &reason, line)?;
                            }
                        }
                    }
                }
            }
        }
        tell_strangers(&object, contract, &mut seen, sink)?;
    }
    if !any {
        return Err(Refusal::Empty.into());
    }
    seen.complete(contract, sink.records())
}

fn record(
    at: usize,
    table: &TableContract,
    row: u64,
    object: &Map<String, Value>,
    enclosing: &Map<String, Value>,
    seen: &mut Seen,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    let find = |name: &String| match name.strip_prefix("../") {
        Some(name) => lookup(enclosing, name),
        None => lookup(object, name),
    };
    let mut texts = Vec::with_capacity(table.columns.len());
    for (place, column) in table.columns.iter().enumerate() {
        let value = find(&column.raw).or_else(|| column.aliases.iter().find_map(find));
        seen.columns[at][place] |= value.is_some();
        texts.push(value.and_then(text_of));
    }
    let cells: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    sink.record(&Record { table: at, row, cells: &cells })
}

/// The value at a dotted path.
fn lookup<'a>(object: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        None => object.get(path),
        Some((first, rest)) => object.get(first)?.as_object().and_then(|inner| lookup(inner, rest)),
    }
}

/// A value as the contract's checks read it; an array or an object where a value should stand is its JSON.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Tells the members that no table of the contract knows.
fn tell_strangers(
    object: &Map<String, Value>,
    contract: &Contract,
    seen: &mut Seen,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    let mut paths = Vec::new();
    paths_of(object, "", contract, &mut paths);
    for path in paths {
        let known = contract.tables.iter().any(|table| {
            let is = |name: &String| name.strip_prefix("../").unwrap_or(name) == path;
            let columns = table.columns.iter().flat_map(|column| column.aliases.iter().chain([&column.raw]));
            columns.chain(&table.unread).any(is)
        });
        let path = mask_numbers(&path);
        if !known && !seen.strangers.contains(&path) {
            seen.strangers.insert(path.clone());
            sink.unknown_columns(&[path])?;
        }
    }
    Ok(())
}

fn paths_of(object: &Map<String, Value>, before: &str, contract: &Contract, paths: &mut Vec<String>) {
    for (name, value) in object {
        let path = format!("{before}{name}");
        let is_table = contract.tables.iter().any(|table| table.element.as_ref() == Some(&path));
        match value {
            Value::Object(inner) => paths_of(inner, &format!("{path}."), contract, paths),
            Value::Array(elements) if is_table => {
                for element in elements.iter().filter_map(Value::as_object) {
                    paths_of(element, "", contract, paths);
                }
            }
            _ => paths.push(path),
        }
    }
}

impl Seen {
    /// A member that no line has is a column that the file lacks.
    fn complete(&self, contract: &Contract, records: u64) -> Result<(), Stop> {
        if records == 0 {
            return Err(Refusal::Empty.into());
        }
        for (table, seen) in contract.tables.iter().zip(&self.columns) {
            let mut never = table.columns.iter().zip(seen).filter(|(column, seen)| !**seen && !column.optional);
            if let Some((column, _)) = never.next().filter(|_| seen.contains(&true)) {
                let closest = closest(&column.raw, self.strangers.iter().map(String::as_str)).map(str::to_owned);
                return Err(Refusal::MissingColumn { column: column.raw.clone(), closest }.into());
            }
        }
        Ok(())
    }
}
