//! XML deliveries whose records are elements and whose values are attributes.
//!
//! A record may stand inside another; a column named `../X` is the attribute X of the enclosing one. No value is read
//! from a text: what stands between elements may be records that their writer has escaped, and is kept aside.

mod attributes;
mod shape;

use std::collections::BTreeSet;
use std::io::{BufReader, Read};

use jiff::civil::Date;
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use shape::{Place, Shape};

pub(super) use attributes::Attributes;

use super::cell::Cell;
use super::lines::{Events, LONGEST, newlines, too_long};
use super::part::Unsplit;
use super::sink::{Record, Sink, Stop, count_of, stop_of};
use crate::definition::{Column, Contract, DayAttribute, FrameAttribute, InFile, TableContract};
use crate::problem::closest;
use crate::pull::mask::{foreign, mask_numbers, quoted};
use crate::pull::refusal::Refusal;

/// The format's name in messages.
pub(super) const NAME: &str = "XML";

/// How deep elements may stand in each other: more than any register's do, and a bound on what is open.
const DEEPEST: usize = 64;

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
                parser.close(sink)?;
            }
            Ok(Event::Text(text)) => parser.text(&text, row)?,
            Ok(Event::CData(text)) => parser.text(&text, row)?,
            Ok(Event::GeneralRef(reference)) => parser.text(&meaning(&reference), row)?,
            Ok(Event::End(_)) => parser.close(sink)?,
            Ok(Event::Eof) if !parser.open.is_empty() => {
                return Err(Refusal::Truncated { what: format!("the element `{}` is not closed", frame.root) }.into());
            }
            Ok(Event::Eof) => break,
            Ok(Event::DocType(declared)) if declared.contains("ATTLIST") => {
                let reason = "its DOCTYPE declares attributes (ATTLIST), whose defaults are not read: write every attribute \
                              out, and leave the declaration out";
                return Err(malformed(row, &reason));
            }
            Ok(Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_)) => {}
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

/// What a reference in a text stands for, so that a number behind it is seen; one of an entity that XML does not have
/// is left as it is written.
fn meaning(reference: &BytesRef<'_>) -> String {
    let letter = reference.resolve_char_ref().ok().flatten().map(String::from);
    let known = || resolve_xml_entity(reference).map(str::to_owned);
    letter.or_else(known).unwrap_or_else(|| format!("&{};", &**reference))
}

pub(super) fn malformed(row: u64, error: &impl ToString) -> Stop {
    Refusal::Malformed { format: NAME, row, reason: error.to_string() }.into()
}

/// What an element is under the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    /// A record of a table.
    Record(usize),
    /// The root, a start or a trailer.
    Frame,
    /// None that the contract knows, which is told: its text is left out with it.
    Stranger,
    /// A record of a type that the contract does not know: the records in it are left out with it, and told.
    OtherRecord,
    /// An element with the name of a column of the record that it stands in.
    ValueOf(usize, usize),
}

/// An element that is open.
struct Open {
    is: Is,
    attributes: Attributes,
    /// Whether elements stand in it.
    has_elements: bool,
}

/// A text that stands between elements, and the line that it begins in.
#[derive(Debug, Default)]
struct Loose {
    text: String,
    row: u64,
}

struct Parser<'a> {
    contract: &'a Contract,
    frame: &'a Frame<'a>,
    /// The elements that are open, outermost first.
    open: Vec<Open>,
    /// The text since an element began or ended.
    loose: Loose,
    /// Texts that were kept aside.
    texts: u64,
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
            loose: Loose::default(),
            texts: 0,
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
        self.keep_aside(sink)?;
        let mut attributes = self.spare.pop().unwrap_or_default();
        attributes.read(element).map_err(|reason| malformed(row, &reason))?;
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
        let is = match table {
            Some(table) if self.open.iter().any(|open| open.is == Is::OtherRecord) => {
                let reason =
                    "it stands in a record of a type that the contract does not know: describe that as a table, too";
                sink.unsplit_of(table, row, Unsplit::RecordType, reason, &attributes.texts())?;
                Is::OtherRecord
            }
            Some(table) => {
                self.record(table, &attributes, row, sink)?;
                Is::Record(table)
            }
            None if self.open.is_empty() => {
                self.says_day(name, &attributes)?;
                Is::Frame
            }
            None => self.frame_element(name, &attributes, row, sink)?,
        };
        if let Some(enclosing) = self.open.last_mut() {
            enclosing.has_elements = true;
        }
        self.open.push(Open { is, attributes, has_elements: false });
        Ok(())
    }

    fn close(&mut self, sink: &mut impl Sink) -> Result<(), Stop> {
        match self.open.last() {
            Some(Open { is: Is::ValueOf(table, column), has_elements: false, .. })
                if !self.loose.text.trim().is_empty() =>
            {
                let column = &self.contract.tables[*table].columns[*column].raw;
                let reason = format!(
                    "`{column}` is an element, where the contract has an attribute: no value is read from a text"
                );
                return Err(malformed(self.loose.row, &reason));
            }
            // The text of an element is its value; that of one which is left out is left out with it.
            Some(Open { is: Is::Stranger | Is::OtherRecord, has_elements: false, .. }) => self.loose.text.clear(),
            _ => {}
        }
        self.keep_aside(sink)?;
        self.spare.extend(self.open.pop().map(|open| open.attributes));
        Ok(())
    }

    /// A piece of a text, which ends in `row`.
    fn text(&mut self, text: &str, row: u64) -> Result<(), Stop> {
        if self.loose.text.is_empty() {
            let begun = text.trim_start();
            if begun.is_empty() {
                return Ok(());
            }
            self.loose.row = row.saturating_sub(newlines(begun.as_bytes()));
        }
        if self.open.is_empty() {
            return Err(malformed(self.loose.row, &"text stands outside the root element"));
        }
        if (self.loose.text.len() + text.len()) as u64 > LONGEST {
            return Err(too_long(NAME, self.loose.row).into());
        }
        self.loose.text.push_str(text);
        Ok(())
    }

    /// Keeps the text aside that stands before the beginning or the end of an element, if there is one.
    fn keep_aside(&mut self, sink: &mut impl Sink) -> Result<(), Stop> {
        let text = self.loose.text.trim();
        if text.is_empty() {
            return Ok(());
        }
        let table = self.open.iter().rev().find_map(|open| match open.is {
            Is::Record(table) => Some(table),
            _ => None,
        });
        let reason = "text stands where no value is read from one";
        sink.unsplit_of(table.unwrap_or(0), self.loose.row, Unsplit::Malformed, reason, text)?;
        self.texts += 1;
        self.loose.text.clear();
        Ok(())
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
    ) -> Result<Is, Stop> {
        let said = |attribute: &str| attributes.get(attribute).map_or("", |text| text.trim()).to_owned();
        let mut is_known = self.says_day(name, attributes)?;
        if let Some(place) = self.frame.trailer.filter(|place| place.element == name) {
            let (declared, counted) = (said(&place.attribute), sink.records());
            // A text between elements may be a record that the count has, or none.
            if !count_of(&declared, self.contract)
                .is_some_and(|declared| (counted - self.texts..=counted).contains(&declared))
            {
                return Err(Refusal::ControlTotal { declared: mask_numbers(&declared), counted, row }.into());
            }
            (self.ended, is_known) = (true, true);
        }
        if !is_known && !attributes.is_empty() {
            // All values are in attributes: this is a record. Registers add kinds of records; one whose name is like that
            // of a known kind is one with a slip in it.
            let known = self.contract.tables.iter().filter_map(|table| table.element.as_deref());
            if closest(name, known).is_none() {
                sink.other_type(row, name)?;
                return Ok(Is::OtherRecord);
            }
            let reason = format!("no element `{}` in the contract", quoted(name));
            sink.unsplit(row, Unsplit::RecordType, &reason, &attributes.texts())?;
            return Ok(Is::OtherRecord);
        }
        sink.control();
        if is_known {
            return Ok(Is::Frame);
        }
        self.stranger(&format!("<{name}>"), sink)?;
        Ok(self.value_named(name).unwrap_or(Is::Stranger))
    }

    /// Whether an element has the name of a column of the record that it stands in.
    fn value_named(&self, name: &str) -> Option<Is> {
        let Is::Record(at) = self.open.last()?.is else { return None };
        let is_named = |column: &Column| column.raw == name || column.aliases.iter().any(|alias| alias == name);
        let is_read = |column: &Column| column.in_file != InFile::Never && is_named(column);
        Some(Is::ValueOf(at, self.contract.tables[at].columns.iter().position(is_read)?))
    }

    fn record(&mut self, at: usize, attributes: &Attributes, row: u64, sink: &mut impl Sink) -> Result<(), Stop> {
        let table = &self.contract.tables[at];
        let none = Attributes::default();
        let enclosing = self.open.last().map_or(&none, |open| &open.attributes);
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
        let enclosing = self.open.last().map_or(&none, |open| &open.attributes);
        let mut cells = Vec::with_capacity(table.columns.len());
        for (seen, place) in self.seen[at].iter_mut().zip(&shape.places) {
            let cell = place.map(|place| match place {
                Place::Own(place) => attributes.pair(place).1,
                Place::Enclosing(place) => enclosing.pair(place).1,
            });
            *seen |= cell.is_some();
            cells.push(cell.map(Cell::of));
        }
        let Some(reason) = &self.shapes[at].insert(shape).twice else {
            return sink.record(&Record { table: at, row, cells: &cells });
        };
        sink.unsplit_of(at, row, Unsplit::Malformed, reason, &attributes.texts())
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
        if !self.begun {
            return Err(Refusal::Empty.into());
        }
        if sink.records() == 0 {
            return Err(Refusal::NoRows.into());
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
