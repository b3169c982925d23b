//! Parsers: one file format each, all of them streaming records to the same checks.
//!
//! Invariant: a parser knows names and positions, never types or rules.

mod beginning;
mod block;
mod cell;
mod csv;
mod excel;
mod fixed;
mod jsonl;
mod layout;
mod lines;
mod lone_cr;
mod parquet;
mod part;
mod quotes;
mod sas;
mod sink;
mod split;
mod toml;
mod version;
mod workbook;
mod xml;

use std::io::Read;

pub(crate) use beginning::declared_day;
pub(crate) use block::Block;
pub(crate) use cell::{Cell, Sort, days, text_of as cell_text};
pub(crate) use part::{Mark, Part, Placed, Unsplit};
use sink::stop_of;
pub(crate) use sink::{MOST_STRANGERS, Record, Sink, Stop};
pub(crate) use split::Delimited;
pub(crate) use version::version_of;
pub(crate) use workbook::ERRORS as SHEET_ERRORS;

use crate::definition::{Contract, Delivery, Encoding, Format};
use crate::pull::find::Extract;
use crate::pull::read::text_of;

/// Parses the bytes of an extract under its contract.
pub(crate) fn parse(
    bytes: impl Read + Send,
    extract: &Extract,
    delivery: &Delivery,
    contract: &Contract,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    let file = extract.file.as_str();
    let text = |bytes, encoding| text_of(bytes, file, encoding).map_err(|error| stop_of(&error));
    match &delivery.format {
        Format::Csv { encoding, delimiter, quote, header, trailer } => {
            let dialect =
                csv::Dialect { delimiter: *delimiter, quote: *quote, header: *header, trailer: trailer.as_deref() };
            csv::parse(text(bytes, *encoding)?, dialect, contract, sink)
        }
        Format::Fixed { encoding, .. } => {
            fixed::parse(text(bytes, *encoding)?, delivery, extract.extract_date, contract, sink)
        }
        Format::Xml { encoding, root, extract_date, trailer } => {
            let frame = xml::Frame {
                root,
                extract_date: extract_date.as_ref().zip(extract.extract_date),
                trailer: trailer.as_ref(),
            };
            xml::parse(text(bytes, *encoding)?, &frame, contract, sink)
        }
        Format::Excel { header_row } => {
            let dialect = excel::Dialect { header_row: *header_row, text: &delivery.text };
            excel::parse(bytes, file, dialect, contract, sink)
        }
        Format::JsonLines => jsonl::parse(text(bytes, Encoding::Utf8)?, &delivery.text, contract, sink),
        Format::Sas => sas::parse(bytes, file, &delivery.text, contract, sink),
        Format::Parquet => parquet::parse(bytes, file, &delivery.text, contract, sink),
        Format::Toml => toml::parse(text(bytes, Encoding::Utf8)?, contract, sink),
    }
}
