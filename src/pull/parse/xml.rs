//! XML deliveries whose records are elements and whose values are attributes.
//!
//! A record may stand inside another; a column named `../X` is the attribute X of the enclosing one.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{Record, Sink, Stop, stop_of};
use crate::definition::{Contract, TableContract, Trailer};
use crate::problem::closest;
use crate::pull::Refusal;

/// An element's attributes.
type Attributes = HashMap<String, String>;

pub(super) fn parse(
    text: impl Read,
    root: &str,
    trailer: Option<&Trailer>,
    contract: &Contract,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    let mut lines = LineCounter { inner: BufReader::with_capacity(64 * 1024, text), line: 1 };
    let mut parser = Parser { contract, root, trailer, open: Vec::new(), strangers: Vec::new(), ended: false };
    let mut reader = Reader::from_reader(&mut lines);
    let mut buffer = Vec::new();
    loop {
        let event = reader.read_event_into(&mut buffer);
        let row = reader.get_ref().line;
        match event {
            Ok(Event::Start(element)) => parser.open(&element, row, sink)?,
            Ok(Event::Empty(element)) => {
                parser.open(&element, row, sink)?;
                parser.open.pop();
            }
            Ok(Event::End(_)) => drop(parser.open.pop()),
            Ok(Event::Eof) if !parser.open.is_empty() => {
                return Err(Refusal::Truncated { what: format!("the element `{root}` is not closed") }.into());
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(quick_xml::Error::Io(error)) => return Err(stop_of(&error)),
            Err(error) if is_early_end(&error) => {
                return Err(Refusal::Truncated { what: format!("{error} in row {row}") }.into());
            }
            Err(error) => return Err(malformed(row, &error)),
        }
        buffer.clear();
    }
    match trailer {
        Some(trailer) if !parser.ended => {
            Err(Refusal::Truncated { what: format!("the element `{}` is missing", trailer.element) }.into())
        }
        _ if sink.records() == 0 => Err(Refusal::Empty.into()),
        _ => Ok(()),
    }
}

fn is_early_end(error: &quick_xml::Error) -> bool {
    use quick_xml::errors::SyntaxError;
    matches!(
        error,
        quick_xml::Error::Syntax(
            SyntaxError::UnclosedTag
                | SyntaxError::UnclosedSingleQuotedAttributeValue
                | SyntaxError::UnclosedDoubleQuotedAttributeValue
        )
    )
}

fn malformed(row: u64, error: &impl ToString) -> Stop {
    Refusal::Malformed { format: "XML", row, reason: error.to_string() }.into()
}

struct Parser<'a> {
    contract: &'a Contract,
    root: &'a str,
    trailer: Option<&'a Trailer>,
    /// The attributes of the elements that are open, outermost first.
    open: Vec<Attributes>,
    /// Attributes that the contract does not know, each told once.
    strangers: Vec<String>,
    ended: bool,
}

impl Parser<'_> {
    fn open(&mut self, element: &BytesStart<'_>, row: u64, sink: &mut impl Sink) -> Result<(), Stop> {
        let name = element.name().as_ref().to_owned();
        let attributes = attributes_of(element, row)?;
        if self.open.is_empty() && name != self.root {
            let reason = format!("the root element is `{name}`, not `{}`", self.root);
            return Err(malformed(row, &reason));
        }
        let table = self.contract.tables.iter().position(|table| table.element.as_ref() == Some(&name));
        match (table, self.trailer) {
            (Some(table), _) => self.record(table, &attributes, row, sink)?,
            (None, Some(trailer)) if trailer.element == name => {
                let declared = attributes.get(&trailer.attribute).map_or("", |text| text.trim()).to_owned();
                let counted = sink.records();
                if declared.parse() != Ok(counted) {
                    return Err(Refusal::ControlTotal { declared, counted, row }.into());
                }
                self.ended = true;
                sink.control();
            }
            (None, _) if self.open.is_empty() => {}
            (None, _) => sink.control(),
        }
        self.open.push(attributes);
        Ok(())
    }

    fn record(&mut self, at: usize, attributes: &Attributes, row: u64, sink: &mut impl Sink) -> Result<(), Stop> {
        let table = &self.contract.tables[at];
        let enclosing = self.open.last();
        let find = |name: &String| match name.strip_prefix("../") {
            Some(name) => enclosing.and_then(|attributes| attributes.get(name)),
            None => attributes.get(name),
        };
        let mut cells = Vec::with_capacity(table.columns.len());
        for column in &table.columns {
            let cell = find(&column.raw).or_else(|| column.aliases.iter().find_map(find));
            if cell.is_none() {
                let strangers = attributes.keys().filter(|name| !is_known(table, name));
                let closest = closest(&column.raw, strangers.map(String::as_str)).map(str::to_owned);
                return Err(Refusal::MissingColumn { column: column.raw.clone(), closest }.into());
            }
            cells.push(cell.map(String::as_str));
        }
        for name in attributes.keys().filter(|name| !is_known(table, name)) {
            if !self.strangers.contains(name) {
                self.strangers.push(name.clone());
                sink.unknown_columns(std::slice::from_ref(name))?;
            }
        }
        sink.record(&Record { table: at, row, cells: &cells })
    }
}

fn is_known(table: &TableContract, name: &String) -> bool {
    table.unread.contains(name)
        || table.columns.iter().any(|column| column.raw == *name || column.aliases.contains(name))
}

fn attributes_of(element: &BytesStart<'_>, row: u64) -> Result<Attributes, Stop> {
    let mut attributes = Attributes::new();
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|error| malformed(row, &error))?;
        let name = attribute.key.as_ref().to_owned();
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| malformed(row, &error))?;
        attributes.insert(name, value.into_owned());
    }
    Ok(attributes)
}

/// Counts the lines that have been read, so that a record can be found again.
struct LineCounter<R> {
    inner: R,
    line: u64,
}

impl<R: BufRead> Read for LineCounter<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.line += newlines(&buffer[..length]);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for LineCounter<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        if let Ok(buffer) = self.inner.fill_buf() {
            self.line += newlines(&buffer[..amount.min(buffer.len())]);
        }
        self.inner.consume(amount);
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}
