//! A workbook as its reader can trust it: what lies is left out, what is vague is written plainly, what is too large is
//! refused, before the reader believes any of it.
//!
//! `calamine` takes memory for as many texts as a workbook says that it has, takes the first text for an index that it
//! can't read, counts beyond its numbers in cells that no sheet has, gives up at an error of a kind that it does not know,
//! takes what stands for the value of a formula before it is computed for that value, and passes over CDATA in a value. The
//! parts that it needs are written anew here, to a temporary file.

mod cells;
mod formulas;
mod once;

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, Write};

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use self::cells::{Cells, Notation, check_style};
use self::formulas::{Formulas, Uncomputed};
use self::once::Once;
use super::lines::Events;
use super::sink::{Stop, stop_of};
use crate::pull::error::temporary_failed;
use crate::pull::mask::foreign;
use crate::pull::read::{Decompressing, Spooling, undecodable};
use crate::pull::refusal::Refusal;

pub(crate) use self::cells::{ERRORS, OTHER_ERROR};

/// The format's name in messages.
pub(super) const NAME: &str = "Excel";

/// Bytes of the largest sheet, unpacked: Excel's million rows of forty columns.
const LARGEST_SHEET: u64 = 2 * 1024 * 1024 * 1024;

/// Bytes of the largest of the other parts, unpacked. The texts of all sheets are one of them, and are held in memory.
const LARGEST_PART: u64 = 128 * 1024 * 1024;

/// Merged cells of a sheet: they are held in memory.
const MOST_MERGES: u32 = 100_000;

/// The workbook in `disk`, written anew.
pub(super) fn vetted(disk: File) -> Result<File, Stop> {
    let mut archive = ZipArchive::new(BufReader::new(disk)).map_err(|error| {
        let old = "older workbooks (.xls), and those under a password, are not read: save it as .xlsx";
        malformed(0, &format!("it is no .xlsx ({error}); {old}"))
    })?;
    let mut parts = Vec::new();
    let mut formulas = Formulas::Computed;
    for place in 0..archive.len() {
        let name = {
            let entry = archive.by_index_raw(place).map_err(|error| malformed(0, &error))?;
            entry.name().map_err(|error| malformed(0, &error))?.into_owned()
        };
        let is_xml = [".xml", ".rels"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
        let Some(part) = (if is_xml { part_of(&mut archive, place)? } else { None }) else { continue };
        if part == Part::Workbook && formulas == Formulas::Computed {
            formulas = formulas_of(unpacked(&mut archive, place, &name, part)?)?;
        }
        parts.push((place, name, part));
    }
    let written = tempfile::tempfile().map_err(temporary_failed)?;
    let mut written = ZipWriter::new(Spooling(written));
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).compression_level(Some(1));
    for (place, name, part) in parts {
        let mut known = formulas;
        loop {
            written.start_file(name.as_str(), options).map_err(|error| zip_failed(&error))?;
            let mut bytes = unpacked(&mut archive, place, &name, part)?;
            let said = match part {
                Part::Sheet | Part::Texts => rewrite(&mut bytes, known, BufWriter::new(&mut written))?,
                Part::Workbook | Part::Other => {
                    std::io::copy(&mut bytes, &mut written).map_err(|error| stop_of(&error))?;
                    known
                }
            };
            if said == known {
                break;
            }
            // A sheet says behind its rows that their formulas are not computed: it is written once more.
            written.abort_file().map_err(|error| zip_failed(&error))?;
            known = said;
        }
    }
    let Spooling(mut written) = written.finish().map_err(|error| zip_failed(&error))?;
    written.rewind().map_err(|error| stop_of(&error))?;
    Ok(written)
}

fn malformed(row: u64, error: &impl ToString) -> Stop {
    Refusal::Malformed { format: NAME, row, reason: foreign(error) }.into()
}

fn zip_failed(error: &zip::result::ZipError) -> Stop {
    match error {
        zip::result::ZipError::Io(error) => stop_of(error),
        other => malformed(0, other),
    }
}

/// What a part of a workbook is, by its root element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Sheet,
    Texts,
    /// What says which sheets there are, and whether their formulas are computed.
    Workbook,
    /// What says where those are, and which numbers are days.
    Other,
}

/// What the part is; `None` where no reader of values needs it.
fn part_of<R: Read + Seek>(archive: &mut ZipArchive<R>, place: usize) -> Result<Option<Part>, Stop> {
    let entry = archive.by_index(place).map_err(|error| malformed(0, &error))?;
    let entry = Decompressing { inner: entry, format: NAME };
    let mut reader = Reader::from_reader(Events::new(BufReader::new(entry), NAME));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let root = match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(root) | Event::Empty(root)) => root,
            Err(quick_xml::Error::Io(error)) => return Err(stop_of(&error)),
            Ok(Event::Eof) | Err(_) => return Ok(None),
            Ok(_) => continue,
        };
        return Ok(match root.local_name().as_ref() {
            "worksheet" => Some(Part::Sheet),
            "sst" => Some(Part::Texts),
            "workbook" => Some(Part::Workbook),
            "Types" | "Relationships" | "styleSheet" => Some(Part::Other),
            _ => None,
        });
    }
}

/// The bytes of a part, as far as one can reach.
fn unpacked<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    place: usize,
    name: &str,
    part: Part,
) -> Result<impl BufRead, Stop> {
    let most = if part == Part::Sheet { LARGEST_SHEET } else { LARGEST_PART };
    let inner = archive.by_index(place).map_err(|error| malformed(0, &error))?;
    let inner = Decompressing { inner, format: NAME };
    Ok(BufReader::with_capacity(64 * 1024, Limited { inner, left: most, name, most }))
}

/// A part that ends with an error where it is larger than any can be.
struct Limited<'a, R> {
    inner: R,
    left: u64,
    name: &'a str,
    most: u64,
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(length as u64).ok_or_else(|| {
            let reason = format!("`{}` is larger than {} MiB when it is unpacked", self.name, self.most >> 20);
            undecodable(Refusal::Malformed { format: NAME, row: 0, reason: foreign(&reason) })
        })?;
        Ok(length)
    }
}

/// What the workbook says of the values of its formulas.
fn formulas_of(bytes: impl BufRead) -> Result<Formulas, Stop> {
    let mut reader = Reader::from_reader(Events::new(bytes, NAME));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        reader.get_mut().begin();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) if element.local_name().as_ref() == "calcPr" => {
                return Formulas::said_by(&element).map_err(|reason| malformed(0, &reason));
            }
            Ok(Event::Eof) => return Ok(Formulas::Computed),
            Ok(_) => {}
            Err(quick_xml::Error::Io(error)) => return Err(stop_of(&error)),
            Err(error) => return Err(malformed(0, &error)),
        }
    }
}

/// Writes a part anew: texts without the number that there are said to be, values without blanks and references, letters
/// without CDATA, and formulas without what stands for their value. The answer is what is known of the formulas at its end.
fn rewrite(bytes: &mut impl BufRead, formulas: Formulas, written: impl Write) -> Result<Formulas, Stop> {
    let mut reader = Reader::from_reader(Events::new(bytes, NAME));
    let mut writer = Writer::new(written);
    let mut notation = None;
    let mut value: Option<String> = None;
    let mut uncomputed = Uncomputed::new(formulas);
    let mut once = Once::default();
    let mut said = formulas;
    // The beginning of letters of which it is not known yet whether there are any.
    let mut held = None;
    let (mut row, mut merges) = (0, 0);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        reader.get_mut().begin();
        let event = match reader.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(quick_xml::Error::Io(error)) => return Err(stop_of(&error)),
            Err(error) => return Err(malformed(row, &error)),
        };
        if let Event::Start(element) | Event::Empty(element) = &event {
            let cells = Cells::of(element).map_err(|reason| malformed(row, &reason))?;
            once.begin(element.local_name().as_ref(), notation).map_err(|reason| malformed(row, &reason))?;
            match element.local_name().as_ref() {
                "mergeCell" => merges += 1,
                "c" => uncomputed.begin(cells.as_ref()),
                "f" => uncomputed.formula(element, cells).map_err(|reason| malformed(row, &reason))?,
                "sheetCalcPr" if said == Formulas::Computed => {
                    said = Formulas::said_by(element).map_err(|reason| malformed(row, &reason))?;
                }
                _ => {}
            }
        }
        match &event {
            Event::Empty(element) => once.end(element.local_name().as_ref()),
            Event::End(element) => once.end(element.local_name().as_ref()),
            _ => {}
        }
        if merges > MOST_MERGES {
            return Err(malformed(0, &format!("more than {MOST_MERGES} cells are merged")));
        }
        let mut is_left_out = false;
        match (&event, &mut value) {
            (Event::Eof, _) => break,
            (Event::Start(element), _) => match element.local_name().as_ref() {
                "row" => row += 1,
                "c" => {
                    notation = Some(Notation::of(element).map_err(|error| malformed(row, &error))?);
                    check_style(element).map_err(|reason| malformed(row, &reason))?;
                }
                "v" if notation.is_some_and(|notation| !notation.is_letters()) => value = Some(String::new()),
                "v" if uncomputed.is_here => {
                    held = Some(element.to_owned());
                    continue;
                }
                _ => {}
            },
            (Event::Text(text), Some(value)) => {
                value.push_str(&text.xml10_content());
                continue;
            }
            (Event::CData(text), Some(value)) => {
                value.push_str(&text.xml10_content());
                continue;
            }
            // There is no letter yet.
            (Event::CData(text), None) if text.is_empty() => continue,
            (Event::GeneralRef(reference), Some(value)) => {
                let letter = reference.resolve_char_ref().map_err(|error| malformed(row, &error))?;
                match (letter, resolve_xml_entity(reference)) {
                    (Some(letter), _) => value.push(letter),
                    (None, Some(letters)) => value.push_str(letters),
                    (None, None) => return Err(malformed(row, &"it refers to what it does not define")),
                }
                continue;
            }
            (Event::End(element), Some(text)) if element.local_name().as_ref() == "v" => {
                let notation = notation.unwrap_or(Notation::Number);
                let plain = notation.plain(text).map_err(|error| malformed(row, &error))?;
                is_left_out = uncomputed.stands_for_value(notation, plain);
                let text = Event::Text(BytesText::new(if is_left_out { "" } else { plain }));
                writer.write_event(text).map_err(|error| stop_of(&error))?;
                value = None;
            }
            (Event::End(element), None) => match element.local_name().as_ref() {
                "c" => notation = None,
                // What stands behind the rows, stands in none.
                "sheetData" => row = 0,
                _ => {}
            },
            (Event::DocType(_) | Event::Comment(_) | Event::PI(_), _) => continue,
            _ => {}
        }
        let event = match event {
            Event::CData(letters) => Event::Text(letters.partial_escape().map_err(|error| malformed(row, &error))?),
            event => event,
        };
        let event = match (event, held.take()) {
            (Event::Start(element), _) if element.local_name().as_ref() == "sst" => Event::Start(uncounted(&element)?),
            // How far the sheet reaches is of no use, and may be anything.
            (Event::Start(element) | Event::Empty(element), _) if element.local_name().as_ref() == "dimension" => {
                continue;
            }
            (Event::End(element), _) if element.local_name().as_ref() == "dimension" => continue,
            (Event::End(_), Some(_)) => no_value(),
            (Event::Empty(element), _) if uncomputed.is_here && element.local_name().as_ref() == "v" => no_value(),
            (event, Some(start)) => {
                writer.write_event(Event::Start(start)).map_err(|error| stop_of(&error))?;
                event
            }
            (event, None) => event,
        };
        writer.write_event(event).map_err(|error| stop_of(&error))?;
        if is_left_out {
            writer.write_event(no_value()).map_err(|error| stop_of(&error))?;
        }
    }
    writer.into_inner().flush().map_err(|error| stop_of(&error))?;
    Ok(said)
}

/// What tells the reader of a formula, which is without its value: in the cells of a formula for several only the first has one.
fn no_value() -> Event<'static> {
    Event::Empty(BytesStart::new("f"))
}

/// The element without the numbers of what it says that it holds.
fn uncounted(element: &BytesStart<'_>) -> Result<BytesStart<'static>, Stop> {
    let mut plain = BytesStart::new(element.name().as_ref().to_owned());
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|error| malformed(0, &error))?;
        if !matches!(attribute.key.local_name().as_ref(), "count" | "uniqueCount") {
            plain.push_attribute(attribute);
        }
    }
    Ok(plain)
}
