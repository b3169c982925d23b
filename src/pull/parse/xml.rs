//! XML deliveries whose records are elements and whose values are attributes.
//!
//! A record may stand inside another; a column named `../X` is the attribute X of the enclosing one.

use std::collections::BTreeSet;
use std::io::{BufReader, Read};

use jiff::civil::Date;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::cell::Cell;
use super::lines::{Events, newlines};
use super::part::Unsplit;
use super::sink::{Record, Sink, Stop, stop_of};
use crate::definition::{Column, Contract, DayAttribute, FrameAttribute, InFile, TableContract};
use crate::problem::closest;
use crate::pull::mask::{foreign, mask_numbers, quoted};
use crate::pull::refusal::Refusal;

/// The format's name in messages.
pub(super) const NAME: &str = "XML";

/// How deep elements may stand in each other: more than any register's do, and a bound on what is open.
const DEEPEST: usize = 64;

/// An element's attributes, in its order.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    text: String,
    /// Where the name and the value of each end; a value begins where its name ends.
    ends: Vec<(usize, usize)>,
}

impl Attributes {
    /// Those of an element, in this memory.
    pub(super) fn read(&mut self, element: &BytesStart<'_>, row: u64) -> Result<(), Stop> {
        self.text.clear();
        self.ends.clear();
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|error| malformed(row, &foreign(&error)))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| malformed(row, &foreign(&error)))?;
            self.text.push_str(attribute.key.as_ref());
            let name = self.text.len();
            self.text.push_str(&value);
            self.ends.push((name, self.text.len()));
        }
        Ok(())
    }

    fn pair(&self, place: usize) -> (&str, &str) {
        let start = if place == 0 { 0 } else { self.ends[place - 1].1 };
        let (name, end) = self.ends[place];
        (&self.text[start..name], &self.text[name..end])
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        (0..self.ends.len()).map(|place| self.pair(place))
    }

    fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.iter().position(|(found, _)| found == name)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.place(name).map(|place| self.pair(place).1)
    }
}

/// Where a record's attributes stood that had these names: nearly all records of a table have the same.
#[derive(Debug)]
struct Shape {
    names: Vec<String>,
    /// Names of the enclosing element's.
    enclosing: Vec<String>,
    /// Per column, its place among the attributes, or among those of the enclosing element.
    places: Vec<Option<Place>>,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Own(usize),
    Enclosing(usize),
}

impl Shape {
    fn of(table: &TableContract, own: &Attributes, enclosing: &Attributes) -> Self {
        let find = |name: &String| match name.strip_prefix("../") {
            Some(name) => enclosing.place(name).map(Place::Enclosing),
            None => own.place(name).map(Place::Own),
        };
        let column = |column: &Column| match column.in_file {
            InFile::Never => None,
            InFile::Required | InFile::Optional => find(&column.raw).or_else(|| column.aliases.iter().find_map(find)),
        };
        let names = |attributes: &Attributes| attributes.iter().map(|(name, _)| name.to_owned()).collect();
        Self { names: names(own), enclosing: names(enclosing), places: table.columns.iter().map(column).collect() }
    }

    fn fits(&self, own: &Attributes, enclosing: &Attributes) -> bool {
        let is = |names: &[String], attributes: &Attributes| {
            names.len() == attributes.ends.len() && attributes.iter().zip(names).all(|((name, _), known)| name == known)
        };
        is(&self.names, own) && is(&self.enclosing, enclosing)
    }
}

/// What encloses the records.
pub(super) struct Frame<'a> {
    /// The root element.
    pub(super) root: &'a str,
    /// Where the delivery says when it was drawn, and the day that it has to say.
    pub(super) extract_date: Option<(&'a DayAttribute, Date)>,
    /// Where the delivery counts its records.
    pub(super) trailer: Option<&'a FrameAttribute>,
}

pub(super) fn parse(text: impl Read, frame: &Frame<'_>, contract: &Contract, sink: &mut impl Sink) -> Result<(), Stop> {
    let mut lines = Events::new(BufReader::with_capacity(64 * 1024, text), NAME);
    let mut parser = Parser::new(contract, frame);
    let mut reader = Reader::from_reader(&mut lines);
    let mut buffer = Vec::new();
    loop {
        reader.get_mut().begin();
        let event = reader.read_event_into(&mut buffer);
        let row = reader.get_ref().line();
        match event {
            Ok(Event::Start(element)) => parser.open(&element, first_line(&element, row), sink)?,
            Ok(Event::Empty(element)) => {
                parser.open(&element, first_line(&element, row), sink)?;
                parser.close();
            }
            Ok(Event::Text(text)) if parser.open.is_empty() && !text.trim().is_empty() => {
                return Err(malformed(row, &"text stands outside the root element"));
            }
            Ok(Event::End(_)) => parser.close(),
            Ok(Event::Eof) if !parser.open.is_empty() => {
                return Err(Refusal::Truncated { what: format!("the element `{}` is not closed", frame.root) }.into());
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(quick_xml::Error::Io(error)) => return Err(stop_of(&error)),
            Err(error) if is_early_end(&error) => {
                return Err(Refusal::Truncated { what: format!("{} in row {row}", foreign(&error)) }.into());
            }
            Err(error) => return Err(malformed(row, &foreign(&error))),
        }
        buffer.clear();
    }
    parser.end(sink)
}

fn is_early_end(error: &quick_xml::Error) -> bool {
    use quick_xml::errors::SyntaxError;
    matches!(
        error,
        quick_xml::Error::Syntax(
            SyntaxError::UnclosedTag
                | SyntaxError::UnclosedComment
                | SyntaxError::UnclosedCData
                | SyntaxError::UnclosedPI
                | SyntaxError::UnclosedSingleQuotedAttributeValue
                | SyntaxError::UnclosedDoubleQuotedAttributeValue
        )
    )
}

/// The line that an element begins in, where it ends in `row`.
fn first_line(element: &BytesStart<'_>, row: u64) -> u64 {
    row.saturating_sub(newlines(element.as_bytes()))
}

pub(super) fn malformed(row: u64, error: &impl ToString) -> Stop {
    Refusal::Malformed { format: NAME, row, reason: error.to_string() }.into()
}

struct Parser<'a> {
    contract: &'a Contract,
    frame: &'a Frame<'a>,
    /// The attributes of the elements that are open, outermost first.
    open: Vec<Attributes>,
    /// Those of elements that are closed, for their memory.
    spare: Vec<Attributes>,
    /// Per table, the shape of its last record; `None` where it has had none.
    shapes: Vec<Option<Shape>>,
    /// Elements and attributes that the contract does not know, each told once.
    strangers: BTreeSet<String>,
    /// Per table, which columns some record has had.
    seen: Vec<Vec<bool>>,
    begun: bool,
    dated: bool,
    ended: bool,
}

impl<'a> Parser<'a> {
    fn new(contract: &'a Contract, frame: &'a Frame<'a>) -> Self {
        let seen = contract.tables.iter().map(|table| vec![false; table.columns.len()]).collect();
        Self {
            contract,
            frame,
            open: Vec::new(),
            spare: Vec::new(),
            shapes: contract.tables.iter().map(|_| None).collect(),
            strangers: BTreeSet::new(),
            seen,
            begun: false,
            dated: false,
            ended: false,
        }
    }

    fn open(&mut self, element: &BytesStart<'_>, row: u64, sink: &mut impl Sink) -> Result<(), Stop> {
        let mut attributes = self.spare.pop().unwrap_or_default();
        attributes.read(element, row)?;
        let name = element.name();
        let name: &str = name.as_ref();
        if self.open.is_empty() && name != self.frame.root {
            let reason = format!("the root element is `{}`, not `{}`", quoted(name), self.frame.root);
            return Err(malformed(row, &reason));
        }
        if self.open.is_empty() && std::mem::replace(&mut self.begun, true) {
            return Err(malformed(row, &"a second root element begins"));
        }
        if self.open.len() >= DEEPEST {
            return Err(malformed(row, &format!("elements stand more than {DEEPEST} deep in each other")));
        }
        if self.ended {
            let what = format!("the element `{}` stands after the trailer, in row {row}", quoted(name));
            return Err(Refusal::Truncated { what }.into());
        }
        let table = self.contract.tables.iter().position(|table| table.element.as_deref() == Some(name));
        match table {
            Some(table) => self.record(table, &attributes, row, sink)?,
            None if self.open.is_empty() => drop(self.says_day(name, &attributes)?),
            None => self.frame_element(name, &attributes, row, sink)?,
        }
        self.open.push(attributes);
        Ok(())
    }

    fn close(&mut self) {
        self.spare.extend(self.open.pop());
    }

    /// Whether the element says the day on which the delivery was drawn, which has to be the day that is known of it.
    fn says_day(&mut self, name: &str, attributes: &Attributes) -> Result<bool, Refusal> {
        let Some((place, day)) = self.frame.extract_date.filter(|(place, _)| place.element == name) else {
            return Ok(false);
        };
        let declared = attributes.get(&place.attribute).map_or("", |text| text.trim());
        if place.dates.and_then(|dates| dates.parse(declared)) != Some(day) {
            return Err(Refusal::OtherDate { declared: mask_numbers(declared), expected: day });
        }
        self.dated = true;
        Ok(true)
    }

    /// An element that is no record: a start, a trailer, or one that the contract does not know.
    fn frame_element(
        &mut self,
        name: &str,
        attributes: &Attributes,
        row: u64,
        sink: &mut impl Sink,
    ) -> Result<(), Stop> {
        let said = |attribute: &str| attributes.get(attribute).map_or("", |text| text.trim()).to_owned();
        let mut is_known = self.says_day(name, attributes)?;
        if let Some(place) = self.frame.trailer.filter(|place| place.element == name) {
            let (declared, counted) = (said(&place.attribute), sink.records());
            if declared.parse() != Ok(counted) {
                return Err(Refusal::ControlTotal { declared: mask_numbers(&declared), counted, row }.into());
            }
            (self.ended, is_known) = (true, true);
        }
        if !is_known && !attributes.is_empty() {
            // All values are in attributes: this is a record. Registers add kinds of records; one whose name is like that
            // of a known kind is one with a slip in it.
            let known = self.contract.tables.iter().filter_map(|table| table.element.as_deref());
            if closest(name, known).is_none() {
                return sink.other_type(row, name);
            }
            let reason = format!("no element `{}` in the contract", quoted(name));
            let texts: Vec<&str> = attributes.iter().map(|(_, text)| text.trim()).collect();
            return sink.unsplit(row, Unsplit::RecordType, &reason, &texts.join(" "));
        }
        sink.control();
        if is_known { Ok(()) } else { self.stranger(&format!("<{name}>"), sink) }
    }

    fn record(&mut self, at: usize, attributes: &Attributes, row: u64, sink: &mut impl Sink) -> Result<(), Stop> {
        let table = &self.contract.tables[at];
        let none = Attributes::default();
        let enclosing = self.open.last().unwrap_or(&none);
        let shape = match self.shapes[at].take() {
            Some(shape) if shape.fits(attributes, enclosing) => shape,
            _ => {
                let shape = Shape::of(table, attributes, enclosing);
                for name in shape.names.iter().filter(|name| !is_known(table, name)) {
                    self.stranger(name, sink)?;
                }
                shape
            }
        };
        let enclosing = self.open.last().unwrap_or(&none);
        let mut cells = Vec::with_capacity(table.columns.len());
        for (seen, place) in self.seen[at].iter_mut().zip(&shape.places) {
            let cell = place.map(|place| match place {
                Place::Own(place) => attributes.pair(place).1,
                Place::Enclosing(place) => enclosing.pair(place).1,
            });
            *seen |= cell.is_some();
            cells.push(cell.map(Cell::of));
        }
        self.shapes[at] = Some(shape);
        sink.record(&Record { table: at, row, cells: &cells })
    }

    fn stranger(&mut self, name: &str, sink: &mut impl Sink) -> Result<(), Stop> {
        let name = mask_numbers(name);
        if self.strangers.contains(&name) {
            return Ok(());
        }
        self.strangers.insert(name.clone());
        sink.unknown_columns(&[name])
    }

    /// What only the whole shows.
    fn end(&self, sink: &impl Sink) -> Result<(), Stop> {
        if let Some(trailer) = self.frame.trailer.filter(|_| !self.ended) {
            return Err(Refusal::Truncated { what: format!("the element `{}` is missing", trailer.element) }.into());
        }
        if sink.records() == 0 {
            return Err(Refusal::Empty.into());
        }
        if let Some((place, day)) = self.frame.extract_date.filter(|_| !self.dated) {
            let declared = format!("no {}", place.element);
            return Err(Refusal::OtherDate { declared, expected: day }.into());
        }
        for ((table, seen), shape) in self.contract.tables.iter().zip(&self.seen).zip(&self.shapes) {
            let never =
                table.columns.iter().zip(seen).find(|(column, seen)| !**seen && column.in_file == InFile::Required);
            // A table without records lacks no column.
            if let Some((column, _)) = never.filter(|_| shape.is_some()) {
                let strangers = self.strangers.iter().map(String::as_str);
                let closest = closest(&column.raw, strangers).map(str::to_owned);
                return Err(Refusal::MissingColumn { column: column.raw.clone(), closest }.into());
            }
        }
        Ok(())
    }
}

fn is_known(table: &TableContract, name: &String) -> bool {
    let is_read = |column: &&Column| column.in_file != InFile::Never;
    table.unread.contains(name)
        || table.columns.iter().filter(is_read).any(|column| column.raw == *name || column.aliases.contains(name))
}
