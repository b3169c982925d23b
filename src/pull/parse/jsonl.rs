//! JSON lines: one object a line, nested members addressed with dots.
//!
//! A table whose `element` is an array in the object has a record for each of its elements; `../x` is
//! then the member `x` of the object that the array stands in.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::io::Read;
use std::{fmt, iter, ptr, slice};

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::cell::{self, Cell, DIGITS};
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

/// The digits that tell every double from every other.
const MOST_DIGITS: usize = 17;

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
        let numbers: Vec<&str> = numbers(line).collect();
        let object = match Once::read(line, &numbers) {
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
        if let Some(number) = numbers.iter().find(|number| loses_digits(number)) {
            let reason = format!("the number {} has more digits than are read: write it as text", mask_numbers(number));
            sink.unsplit(row, Unsplit::Malformed, &reason, line)?;
            continue;
        }
        for (at, table) in contract.tables.iter().enumerate() {
            let none = Map::new();
            match &table.element {
                None => {
                    let found = Found { at, table, row, line, object: &object, enclosing: &none };
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
                                let found = Found { at, table, row, line, object: element, enclosing: &object };
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
        return Err(Refusal::Empty.into());
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
    object: &'a Map<String, Value>,
    /// The object that it stands in, where it is an element of an array.
    enclosing: &'a Map<String, Value>,
}

impl Found<'_> {
    /// The members that are a column's, by each of its names: a record that says one thing has one.
    fn members<'a>(&'a self, column: &'a Column) -> impl Iterator<Item = (&'a str, &'a Value)> {
        iter::once(&column.raw).chain(&column.aliases).flat_map(|name| {
            let members = match name.strip_prefix("../") {
                Some(name) => lookup(self.enclosing, name),
                None => lookup(self.object, name),
            };
            members.map(|member| (name.as_str(), member))
        })
    }
}

fn record(found: &Found<'_>, format: &TextFormat, seen: &mut Seen<'_>, sink: &mut impl Sink) -> Result<(), Stop> {
    let columns = &found.table.columns;
    let mut values = Vec::with_capacity(columns.len());
    let seen = seen.columns[found.at].get_or_insert_with(|| vec![false; columns.len()]);
    let mut twice = None;
    for (column, seen) in columns.iter().zip(seen) {
        let mut members = found.members(column);
        let member = members.next();
        *seen |= member.is_some();
        if let Some((name, value)) = member {
            let other = members.find(|(_, other)| !ptr::eq(*other, value));
            twice = twice.or(other.map(|(other, _)| (name, other)));
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

/// A value as the contract's checks read it; an array or an object where a value should stand is its JSON.
fn value_of(value: &Value, column: &Column, format: &TextFormat) -> Option<cell::Value> {
    Some(match value {
        Value::Null => return None,
        Value::String(text) if column.kind == Kind::Date => day_of(text.trim(), column, format),
        Value::String(text) => cell::Value::text(text.as_str()),
        Value::Bool(truth) => cell::Value::truth(*truth),
        // 1.0 and 1e3 are whole numbers.
        Value::Number(number) => match number.as_i128() {
            Some(whole) => cell::Value::whole(whole, format),
            None => cell::Value::computed(number.as_f64()?, format),
        },
        other => cell::Value::text(other.to_string()),
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

/// Reads a JSON value whose objects have each member once. It has the numbers of the line that are still to come, as they
/// are written: serde_json does not read every double to its last digit.
#[derive(Clone, Copy)]
struct Once<'n, 'l>(&'n RefCell<slice::Iter<'l, &'l str>>);

impl<'l> Once<'_, 'l> {
    fn read(line: &str, numbers: &'l [&'l str]) -> serde_json::Result<Value> {
        let mut deserializer = serde_json::Deserializer::from_str(line);
        let to_come = RefCell::new(numbers.iter());
        let value = Once(&to_come).deserialize(&mut deserializer)?;
        deserializer.end().map(|()| value)
    }

    /// The number that is read now.
    fn written(self) -> Option<&'l str> {
        self.0.borrow_mut().next().copied()
    }
}

impl<'de> DeserializeSeed<'de> for Once<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        self.written();
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        self.written();
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(self.written().and_then(|number| number.parse().ok()).unwrap_or(value).into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(self)? {
            array.push(element);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self)?;
            if object.contains_key(&name) {
                return Err(A::Error::custom(format!("the member `{name}` stands twice")));
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

/// The numbers of a line of JSON, as they are written.
fn numbers(line: &str) -> impl Iterator<Item = &str> {
    let is_of_number = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | '-' | '+' | 'e' | 'E');
    let parts = outside_strings(line).flat_map(move |part| part.split(move |letter| !is_of_number(letter)));
    // The `e` of `true` is none.
    parts.filter(|part| part.contains(|letter: char| letter.is_ascii_digit()))
}

/// Whether a double would not hold a number to its last digit. One that a double was written as, with as many digits as
/// tell it from every other, is held: 3.3000000000000003.
fn loses_digits(number: &str) -> bool {
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    if mantissa.len() <= usize::from(DIGITS) || number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok() {
        return false;
    }
    let significant: String = mantissa.chars().filter(char::is_ascii_digit).skip_while(|digit| *digit == '0').collect();
    // Noughts behind the point are none of the number's digits; those of a whole number are.
    let significant = if mantissa.contains('.') { significant.trim_end_matches('0') } else { &significant };
    if significant.len() <= usize::from(DIGITS) {
        return false;
    }
    let is_of_double = |double: f64| {
        let digits = format!("{:.*e}", significant.len() - 1, double.abs());
        digits.chars().take_while(|letter| *letter != 'e').filter(char::is_ascii_digit).eq(significant.chars())
    };
    significant.len() > MOST_DIGITS || !number.parse().is_ok_and(is_of_double)
}

/// The parts of a line of JSON that stand in no string.
fn outside_strings(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some((before, after)) = text.split_once('"') else {
            rest = None;
            return Some(text);
        };
        let mut is_escaped = false;
        let end = after.find(|letter| match letter {
            _ if is_escaped => {
                is_escaped = false;
                false
            }
            '\\' => {
                is_escaped = true;
                false
            }
            letter => letter == '"',
        });
        rest = end.map(|end| &after[end + 1..]);
        Some(before)
    })
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
            return Err(Refusal::Empty.into());
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
