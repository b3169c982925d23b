//! The day on which an extract was drawn, as its beginning says it: nothing else of it is read.

use std::io::{BufReader, Read};
use std::ops::ControlFlow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::fixed;
use super::lines::Events;
use super::sink::{Stop, stop_of};
use super::xml::{Attributes, NAME, malformed};
use crate::definition::{Contract, DayAttribute, Delivery, Format};
use crate::pull::mask::{foreign, quoted};
use crate::pull::read::text_of;

/// Elements, texts and comments that may stand before the first record.
const MOST_BEFORE_RECORDS: usize = 1000;

/// What a file says at its beginning is the day on which it was drawn; `None` where records begin before it says one.
pub(crate) fn declared_day(
    bytes: impl Read + Send,
    file: &str,
    delivery: &Delivery,
    contract: &Contract,
) -> Result<Option<String>, Stop> {
    let text = |bytes, encoding| text_of(bytes, file, encoding).map_err(|error| stop_of(&error));
    match &delivery.format {
        Format::Fixed { encoding, record_type, start: Some(start), .. } => {
            fixed::declared_day(text(bytes, *encoding)?, *record_type, start)
        }
        Format::Xml { encoding, root, extract_date: Some(place), .. } => {
            of_document(text(bytes, *encoding)?, root, place, contract)
        }
        _ => Ok(None),
    }
}

/// What the delivery says is the day on which it was drawn, before its first record.
fn of_document(text: impl Read, root: &str, place: &DayAttribute, contract: &Contract) -> Result<Option<String>, Stop> {
    let mut is_first = true;
    first_of(text, |element, row| {
        let name = element.name();
        let name: &str = name.as_ref();
        if std::mem::take(&mut is_first) && name != root {
            return Err(malformed(row, &format!("the root element is `{}`, not `{root}`", quoted(name))));
        }
        if contract.tables.iter().any(|table| table.element.as_deref() == Some(name)) {
            return Ok(ControlFlow::Break(None));
        }
        if name != place.element {
            return Ok(ControlFlow::Continue(()));
        }
        let declared = attribute_of(element, &place.attribute, row)?;
        Ok(ControlFlow::Break(Some(declared).filter(|declared| !declared.is_empty())))
    })
    .map(Option::flatten)
}

/// What an attribute of an element says, without white space around it; nothing where it has none.
pub(super) fn attribute_of(element: &BytesStart<'_>, attribute: &str, row: u64) -> Result<String, Stop> {
    let mut attributes = Attributes::default();
    attributes.read(element).map_err(|reason| malformed(row, &reason))?;
    Ok(attributes.get(attribute).map_or("", str::trim).to_owned())
}

/// What `see` finds in one of a document's elements, which it is shown in their order, each with its row.
pub(super) fn first_of<T>(
    text: impl Read,
    mut see: impl FnMut(&BytesStart<'_>, u64) -> Result<ControlFlow<T>, Stop>,
) -> Result<Option<T>, Stop> {
    let mut lines = Events::new(BufReader::with_capacity(64 * 1024, text), NAME);
    let mut reader = Reader::from_reader(&mut lines);
    let mut buffer = Vec::new();
    // What has so many elements before its records is no delivery.
    for _ in 0..MOST_BEFORE_RECORDS {
        reader.get_mut().begin();
        let event = reader.read_event_into(&mut buffer);
        let row = reader.get_ref().line();
        match event {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                if let ControlFlow::Break(found) = see(&element, row)? {
                    return Ok(Some(found));
                }
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(quick_xml::Error::Io(error)) => return Err(stop_of(&error)),
            Err(error) => return Err(malformed(row, &foreign(&error))),
        }
        buffer.clear();
    }
    Ok(None)
}
