//! JSON lines: one object a line, nested members addressed with dots.
//!
//! A table whose `element` is an array in the object has a record for each of its elements; `../x` is
//! then the member `x` of the object that the array stands in.

mod digits;
mod once;

use std::collections::{BTreeSet, HashSet};
use std::io::Read;
use std::{iter, ptr};

use serde_json::{Map, Value};

use self::digits::{loses_digits, numbers};
use self::once::Once;
use super::cell::{self, Cell};
use super::lines::{Ending, Lines};
use super::part::Unsplit;
use super::sink::{MOST_STRANGERS, Record, Sink, Stop};
use crate::definition::{Column, Contract, InFile, Kind, TableContract, TextFormat};
use crate::problem::closest;
use crate::pull::mask::{foreign, mask_numbers};
use crate::pull::refusal::Refusal;

/// The format's name in messages.
const NAME: &str = "JSON lines";

/// What the lines so far have had.
struct Seen<'a> {
    /// Per table and column, whether some record had it; `None` where the table has had no record.
    columns: Vec<Option<Vec<bool>>>,
    /// Members that the contract knows, below the object or below a table's array.
    known: HashSet<&'a str>,
    /// The objects that such members stand in.
    objects: HashSet<&'a str>,
    /// The arrays that tables are.
    arrays: HashSet<&'a str>,
    /// Members that the contract does not know, each told once.
    strangers: BTreeSet<String>,
}

/// Letters of an unknown member's name that are told: a line may have names of any length.
const LONGEST_STRANGER: usize = 200;

pub(super) fn parse(
    text: impl Read,
    format: &TextFormat,
    contract: &Contract,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    let names = contract.tables.iter().flat_map(|table| {
        let columns = table.columns.iter().flat_map(|column| column.aliases.iter().chain([&column.raw]));
        columns.chain(&table.unread).map(|name| name.strip_prefix("../").unwrap_or(name))
    });
    let known: HashSet<&str> = names.collect();
    let mut seen = Seen {
        columns: vec![None; contract.tables.len()],
        objects: known.iter().flat_map(|name| name.match_indices('.').map(|(dot, _)| &name[..dot])).collect(),
        known,
        arrays: contract.tables.iter().filter_map(|table| table.element.as_deref()).collect(),
        strangers: BTreeSet::new(),
    };
    let (text, last_line) = Ending::new(text);
    let mut lines = Lines::new(text, NAME);
    let mut any = false;
    let mut unclosed = None;
    while let Some((row, line)) = lines.next()? {
        any = true;
        unclosed = None;
        let object = match Once::read(line) {
            Ok(Value::Object(object)) => object,
            Ok(_) => {
                sink.unsplit(row, Unsplit::Malformed, "the line is no object", line)?;
                continue;
            }
            Err(error) => {
                unclosed = error.is_eof().then_some(row);
                let reason = foreign(&error.to_string().replace(" at line 1", ""));
                sink.unsplit(row, Unsplit::Malformed, &reason, line)?;
                continue;
            }
        };
        let cut: Vec<&str> = numbers(line).filter(|number| loses_digits(number)).collect();
        for (at, table) in contract.tables.iter().enumerate() {
            let none = Map::new();
            match &table.element {
                None => {
                    let found = Found { at, table, row, line, cut: &cut, object: &object, enclosing: &none };
                    record(&found, format, &mut seen, sink)?;
                }
                Some(array) => {
                    let elements = match object.get(array) {
                        Some(Value::Array(elements)) => elements.as_slice(),
                        // Its writer says that nothing is in it.
                        Some(Value::Null) => &[],
                        _ => {
                            let reason = format!("the member `{array}` is no array");
                            sink.unsplit_of(at, row, Unsplit::Malformed, &reason, line)?;
                            continue;
                        }
                    };
                    for element in elements {
                        match element {
                            Value::Object(element) => {
                                let found =
                                    Found { at, table, row, line, cut: &cut, object: element, enclosing: &object };
                                record(&found, format, &mut seen, sink)?;
                            }
                            _ => {
                                let reason = format!("an element of `{array}` is no object");
                                sink.unsplit_of(at, row, Unsplit::Malformed, &reason, line)?;
                            }
                        }
                    }
                }
            }
        }
        seen.tell_strangers(&object, &mut String::new(), sink)?;
    }
    if !any {
        return Err(Refusal::NoRows.into());
    }
    if let Some(row) = unclosed.filter(|_| !last_line.has_end()) {
        let what = format!("row {row}, the last, has no line end, and its object is not closed");
        return Err(Refusal::Truncated { what }.into());
    }
    seen.complete(contract, sink.records())
}

/// An object that is a record of a table.
struct Found<'a> {
    /// The table's place in the contract.
    at: usize,
    table: &'a TableContract,
    row: u64,
    /// The line that it stands in.
    line: &'a str,
    /// The numbers of the line that have more digits than are read.
    cut: &'a [&'a str],
    object: &'a Map<String, Value>,
    /// The object that it stands in, where it is an element of an array.
    enclosing: &'a Map<String, Value>,
}

impl Found<'_> {
    /// The members that are a column's, by each of its names: a record that says one thing has one.
    fn members<'a>(&'a self, column: &'a Column) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.paths(column).flat_map(|(name, object, path)| lookup(object, path).map(move |member| (name, member)))
    }

    /// Each name of a column, with the object and the path in it where its members are looked for.
    fn paths<'a>(&'a self, column: &'a Column) -> impl Iterator<Item = (&'a str, &'a Map<String, Value>, &'a str)> {
        iter::once(&column.raw).chain(&column.aliases).map(|name| match name.strip_prefix("../") {
            Some(path) => (name.as_str(), self.enclosing, path),
            None => (name.as_str(), self.object, name.as_str()),
        })
    }

    /// Why a column without a member is not missing: a value stands where an object with its member belongs. A member that
    /// the contract knows by itself is what it is.
    fn no_object(&self, column: &Column, known: &HashSet<&str>) -> Option<String> {
        let mut values = self.paths(column).filter_map(|(_, object, path)| value_above(object, path));
        let above = values.find(|above| !known.contains(above))?;
        Some(format!("the member `{above}` is no object, and `{}` is one of its members", column.raw))
    }

    /// Why a member is no value of a column.
    fn fault(&self, name: &str, value: &Value) -> Option<String> {
        let kind = match value {
            Value::Number(number) => {
                // The number that it was written as, where it has more digits than are read.
                let cut = self.cut.iter().find(|cut| cut.parse().ok() == number.as_f64())?;
                let number = mask_numbers(cut);
                return Some(format!("the number {number} has more digits than are read: write it as text"));
            }
            Value::Array(_) => "array",
            Value::Object(_) => "object",
            Value::Null | Value::Bool(_) | Value::String(_) => return None,
        };
        Some(format!("the member `{name}` is an {kind}, where a column has one value"))
    }
}

fn record(found: &Found<'_>, format: &TextFormat, seen: &mut Seen<'_>, sink: &mut impl Sink) -> Result<(), Stop> {
    let columns = &found.table.columns;
    let mut values = Vec::with_capacity(columns.len());
    let known = &seen.known;
    let seen = seen.columns[found.at].get_or_insert_with(|| vec![false; columns.len()]);
    let (mut twice, mut fault) = (None, None);
    for (column, seen) in columns.iter().zip(seen) {
        let mut members = found.members(column);
        let member = members.next();
        *seen |= member.is_some();
        if let Some((name, value)) = member {
            let other = members.find(|(_, other)| !ptr::eq(*other, value));
            twice = twice.or(other.map(|(other, _)| (name, other)));
            fault = fault.or_else(|| found.fault(name, value));
        } else {
            fault = fault.or_else(|| found.no_object(column, known));
        }
        values.push(member.and_then(|(_, value)| value_of(value, column, format)));
    }
    if let Some((name, other)) = twice {
        let reason = match name == other {
            true => format!("the member `{name}` stands twice"),
            false => format!("the members `{name}` and `{other}` are one column, and both stand in it"),
        };
        return sink.unsplit_of(found.at, found.row, Unsplit::Malformed, &reason, found.line);
    }
    if let Some(reason) = fault {
        return sink.unsplit_of(found.at, found.row, Unsplit::Malformed, &reason, found.line);
    }
    let cells: Vec<Option<Cell<'_>>> = values.iter().map(|value| value.as_ref().map(cell::Value::cell)).collect();
    sink.record(&Record { table: found.at, row: found.row, cells: &cells })
}

/// The values at a dotted path: its dots may be those of a member's own name.
fn lookup<'a>(object: &'a Map<String, Value>, path: &'a str) -> impl Iterator<Item = &'a Value> {
    let below = iter::successors(Some((object, path)), |(object, path)| {
        let (first, rest) = path.split_once('.')?;
        Some((object.get(first)?.as_object()?, rest))
    });
    below.filter_map(|(object, path)| object.get(path))
}

/// The part of a dotted path whose member is a value or an array, where the path goes on below it.
fn value_above<'a>(mut object: &Map<String, Value>, path: &'a str) -> Option<&'a str> {
    let mut start = 0;
    for (dot, _) in path.match_indices('.') {
        match object.get(&path[start..dot])? {
            Value::Object(below) => (object, start) = (below, dot + 1),
            // Its writer says that nothing is in it: as null, or as converters from XML and PHP write an object without members.
            Value::Null => return None,
            Value::String(text) if text.trim().is_empty() => return None,
            Value::Array(elements) if elements.is_empty() => return None,
            _ => return Some(&path[..dot]),
        }
    }
    None
}

/// A value as the contract's checks read it.
fn value_of(value: &Value, column: &Column, format: &TextFormat) -> Option<cell::Value> {
    Some(match value {
        // The last two are no value, and their record is kept aside.
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
        Value::String(text) if column.kind == Kind::Date => day_of(text.trim(), column, format),
        Value::String(text) => cell::Value::text(text.as_str()),
        Value::Bool(truth) => cell::Value::truth(*truth),
        // 1.0 and 1e3 are whole numbers.
        Value::Number(number) => match number.as_i128() {
            Some(whole) => cell::Value::whole(whole, format),
            None => cell::Value::computed(number.as_f64()?, format),
        },
    })
}

/// A text in a column of days. JSON has no days: what writes a table into it spells them as ISO 8601 does, and often as
/// times, whatever spelling the register has.
fn day_of(text: &str, column: &Column, format: &TextFormat) -> cell::Value {
    let is_spelled = format.dates.is_some_and(|dates| dates.parse(text).is_some());
    if is_spelled || column.is_missing(Some(text), format) {
        return cell::Value::text(text);
    }
    cell::Value::iso_day(text.to_owned(), format)
}

impl Seen<'_> {
    /// Tells the members below `path` that no table of the contract knows.
    fn tell_strangers(
        &mut self,
        object: &Map<String, Value>,
        path: &mut String,
        sink: &mut impl Sink,
    ) -> Result<(), Stop> {
        let before = path.len();
        for (name, value) in object {
            path.truncate(before);
            path.push_str(name);
            match value {
                Value::Object(inner) => {
                    path.push('.');
                    self.tell_strangers(inner, path, sink)?;
                }
                Value::Array(elements) if self.arrays.contains(path.as_str()) => {
                    for element in elements.iter().filter_map(Value::as_object) {
                        self.tell_strangers(element, &mut String::new(), sink)?;
                    }
                }
                // Nothing of an object or an array that is null is there, and so nothing unknown.
                Value::Null if self.objects.contains(path.as_str()) || self.arrays.contains(path.as_str()) => {}
                _ if self.known.contains(path.as_str()) || self.strangers.len() >= MOST_STRANGERS => {}
                _ => {
                    // A number that was cut would not be known for a person's.
                    let stranger: String = mask_numbers(path).chars().take(LONGEST_STRANGER).collect();
                    if self.strangers.insert(stranger.clone()) {
                        sink.unknown_columns(&[stranger])?;
                    }
                }
            }
        }
        path.truncate(before);
        Ok(())
    }

    /// A member that no line has is a column that the file lacks.
    fn complete(&self, contract: &Contract, records: u64) -> Result<(), Stop> {
        if records == 0 {
            return Err(Refusal::NoRows.into());
        }
        for (table, seen) in contract.tables.iter().zip(&self.columns) {
            // A table without records lacks no column.
            let mut columns = table.columns.iter().zip(seen.iter().flatten());
            let never = columns.find(|(column, seen)| !**seen && column.in_file == InFile::Required);
            if let Some((column, _)) = never {
                let closest = closest(&column.raw, self.strangers.iter().map(String::as_str)).map(str::to_owned);
                return Err(Refusal::MissingColumn { column: column.raw.clone(), closest }.into());
            }
        }
        Ok(())
    }
}
