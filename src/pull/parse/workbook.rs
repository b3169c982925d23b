//! A workbook as its reader can trust it: what lies is left out, what is vague is written plainly, what is too large is
//! refused, before the reader believes any of it.
//!
//! `calamine` takes memory for as many texts as a workbook says that it has, takes the first text for an index that it
//! can't read, and gives up at an error of a kind that it does not know. The parts that it needs are written anew here,
//! to a temporary file.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, Write};

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::lines::Events;
use super::sink::{Stop, stop_of};
use crate::pull::error::temporary_failed;
use crate::pull::mask::foreign;
use crate::pull::read::{Decompressing, Spooling, undecodable};
use crate::pull::refusal::Refusal;

/// The format's name in messages.
pub(super) const NAME: &str = "Excel";

/// Bytes of the largest sheet, unpacked: Excel's million rows of forty columns.
const LARGEST_SHEET: u64 = 2 * 1024 * 1024 * 1024;

/// Bytes of the largest of the other parts, unpacked. The texts of all sheets are one of them, and are held in memory.
const LARGEST_PART: u64 = 128 * 1024 * 1024;

/// Merged cells of a sheet: they are held in memory.
const MOST_MERGES: u32 = 100_000;

/// The error that stands for those that Excel has added since.
const ANY_ERROR: &str = "#N/A";

/// What a cell shows whose formula went wrong.
pub(crate) const ERRORS: [&str; 7] = ["#DIV/0!", ANY_ERROR, "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

/// The workbook in `disk`, written anew.
pub(super) fn vetted(disk: File) -> Result<File, Stop> {
    let mut archive = ZipArchive::new(BufReader::new(disk)).map_err(|error| {
        let old = "older workbooks (.xls), and those under a password, are not read: save it as .xlsx";
        malformed(0, &format!("it is no .xlsx ({error}); {old}"))
    })?;
    let written = tempfile::tempfile().map_err(temporary_failed)?;
    let mut written = ZipWriter::new(Spooling(written));
    for place in 0..archive.len() {
        let name = {
            let entry = archive.by_index_raw(place).map_err(|error| malformed(0, &error))?;
            entry.name().map_err(|error| malformed(0, &error))?.into_owned()
        };
        let is_xml = [".xml", ".rels"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
        let Some(part) = (if is_xml { part_of(&mut archive, place)? } else { None }) else { continue };
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        written.start_file(name.as_str(), options.compression_level(Some(1))).map_err(|error| zip_failed(&error))?;
        let most = if part == Part::Sheet { LARGEST_SHEET } else { LARGEST_PART };
        let entry = archive.by_index(place).map_err(|error| malformed(0, &error))?;
        let entry = Limited { inner: Decompressing { inner: entry, format: NAME }, left: most, name: &name, most };
        let mut bytes = BufReader::with_capacity(64 * 1024, entry);
        match part {
            Part::Sheet | Part::Texts => rewrite(&mut bytes, BufWriter::new(&mut written))?,
            Part::Other => drop(std::io::copy(&mut bytes, &mut written).map_err(|error| stop_of(&error))?),
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
            "Types" | "Relationships" | "workbook" | "styleSheet" => Some(Part::Other),
            _ => None,
        });
    }
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

/// How the value of a cell is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notation {
    /// As the place of one of the workbook's texts.
    Index,
    /// As an error.
    Error,
    /// As a number, a truth or a day.
    Number,
    /// As letters.
    Letters,
}

impl Notation {
    fn of(cell: &BytesStart<'_>) -> Result<Self, quick_xml::Error> {
        Ok(match cell.try_get_attribute("t")?.as_ref().map(|kind| kind.value.as_ref()) {
            Some("s") => Self::Index,
            Some("e") => Self::Error,
            Some("b" | "d" | "n") | None => Self::Number,
            Some(_) => Self::Letters,
        })
    }

    /// The value as the reader takes it.
    fn plain(self, value: &str) -> Result<&str, String> {
        let value = value.trim();
        match self {
            // The reader would take `+1` for 0.
            Self::Index if !value.is_empty() && !is_place(value) => Err(format!("`{value}` is no place of a text")),
            Self::Error if !ERRORS.contains(&value) => Ok(ANY_ERROR),
            _ => Ok(value),
        }
    }
}

/// Whether a value is the number of a text.
fn is_place(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit()) && value.parse::<usize>().is_ok()
}

/// Writes a part anew: texts without the number that there are said to be, values without blanks and references.
fn rewrite(bytes: &mut impl BufRead, written: impl Write) -> Result<(), Stop> {
    let mut reader = Reader::from_reader(Events::new(bytes, NAME));
    let mut writer = Writer::new(written);
    let mut notation = None;
    let mut value: Option<String> = None;
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
        if let Event::Start(element) | Event::Empty(element) = &event
            && element.local_name().as_ref() == "mergeCell"
        {
            merges += 1;
        }
        if merges > MOST_MERGES {
            return Err(malformed(0, &format!("more than {MOST_MERGES} cells are merged")));
        }
        match (&event, &mut value) {
            (Event::Eof, _) => break,
            (Event::Start(element), _) => match element.local_name().as_ref() {
                "row" => row += 1,
                "c" => notation = Some(Notation::of(element).map_err(|error| malformed(row, &error))?),
                "v" if notation.is_some_and(|notation| notation != Notation::Letters) => value = Some(String::new()),
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
                let plain = notation.unwrap_or(Notation::Number).plain(text).map_err(|error| malformed(row, &error))?;
                let text = Event::Text(BytesText::new(plain));
                writer.write_event(text).map_err(|error| stop_of(&error))?;
                value = None;
            }
            (Event::End(element), None) if element.local_name().as_ref() == "c" => notation = None,
            (Event::DocType(_) | Event::Comment(_) | Event::PI(_), _) => continue,
            _ => {}
        }
        let event = match event {
            Event::Start(element) if element.local_name().as_ref() == "sst" => Event::Start(uncounted(&element)?),
            event => event,
        };
        writer.write_event(event).map_err(|error| stop_of(&error))?;
    }
    writer.into_inner().flush().map_err(|error| stop_of(&error))
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
