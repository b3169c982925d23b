//! Of which version of its layout an extract is, as it says itself: only as much of it is read as tells that.

use std::collections::BTreeSet;
use std::io::Read;
use std::ops::ControlFlow;
use std::panic::{self, AssertUnwindSafe};

use super::beginning::{attribute_of, first_of};
use super::sink::{Stop, stop_of};
use super::{csv, excel, fixed};
use crate::definition::{Contract, Delivery, Format, Said, Says, Version, VersionPlace, Versions};
use crate::problem::closest;
use crate::pull::mask::{Discretion, mask_numbers};
use crate::pull::read::text_of;
use crate::pull::refusal::Refusal;

/// The version of a file; `None` where the contract has a single one, and then the file is not opened.
pub(crate) fn version_of<'c, R: Read + Send>(
    open: impl FnOnce() -> R,
    file: &str,
    contract: &'c Contract,
) -> Result<Option<&'c Version>, Stop> {
    let Some(versions) = &contract.versions else { return Ok(None) };
    let Some((delivery, _)) = contract.delivery(file) else { return Ok(None) };
    let asking = AssertUnwindSafe(|| said(open(), file, delivery, versions));
    match panic::catch_unwind(asking).unwrap_or(Err(Stop::Refused(Refusal::Damaged)))? {
        Some(said) => versions.of(&said).map(Some).ok_or_else(|| unknown(&said, versions, contract).into()),
        // It has no row, whatever version it is read as.
        None => Ok(versions.each.first()),
    }
}

/// What a file says at the place that tells its version; `None` where it has nothing in that place, and no record.
fn said(bytes: impl Read + Send, file: &str, delivery: &Delivery, versions: &Versions) -> Result<Option<Said>, Stop> {
    let text = |bytes, encoding| text_of(bytes, file, encoding).map_err(|error| stop_of(&error));
    let tables = || versions.each.iter().flat_map(|version| &version.tables);
    let elements: BTreeSet<&str> = tables().filter_map(|table| table.element.as_deref()).collect();
    Ok(Some(match (&delivery.format, &versions.place) {
        (Format::Xml { encoding, .. }, place) => {
            let Some(said) = of_document(text(bytes, *encoding)?, place, &elements)? else { return Ok(None) };
            Said::Text(said)
        }
        (Format::Fixed { encoding, record_type, start, .. }, VersionPlace::LineWidth { record_type: of }) => {
            let of = of.as_deref().map_or(elements, |of| [of].into());
            let width = fixed::width_of(text(bytes, *encoding)?, *record_type, start.is_some(), &of)?;
            let Some(width) = width else { return Ok(None) };
            Said::Text(width.to_string())
        }
        (Format::Fixed { encoding, .. }, VersionPlace::FirstLine(at)) => {
            Said::Text(fixed::field_of_first(text(bytes, *encoding)?, *at)?)
        }
        (Format::Csv { encoding, delimiter, quote, header, .. }, _) => {
            let dialect = csv::Dialect { delimiter: *delimiter, quote: *quote, header: *header, trailer: None };
            Said::Columns(csv::header_of(text(bytes, *encoding)?, dialect)?)
        }
        (Format::Excel { header_row }, _) => {
            let dialect = excel::Dialect { header_row: *header_row, text: &delivery.text };
            Said::Columns(excel::headers_of(bytes, file, dialect, &elements)?)
        }
        _ => unreachable!("no other format tells a version"),
    }))
}

/// What a document says before its records, or in the first of them.
fn of_document(text: impl Read, place: &VersionPlace, records: &BTreeSet<&str>) -> Result<Option<String>, Stop> {
    first_of(text, |element, row| {
        let name = element.name();
        let name: &str = name.as_ref();
        Ok(match place {
            VersionPlace::Attribute { element: of, attribute } if of == name => {
                ControlFlow::Break(attribute_of(element, attribute, row)?)
            }
            VersionPlace::Attribute { .. } if records.contains(name) => ControlFlow::Break(String::new()),
            VersionPlace::Attribute { .. } => ControlFlow::Continue(()),
            _ => ControlFlow::Break(name.to_owned()),
        })
    })
}

/// That a file is of none of the versions: what it says, and what they say.
fn unknown(said: &Said, versions: &Versions, contract: &Contract) -> Refusal {
    let told: Vec<&Says> = versions.each.iter().map(|version| &version.says).collect();
    let said = match said {
        Said::Text(text) if text.is_empty() => "says nothing".to_owned(),
        Said::Text(text) => {
            let texts = told.iter().flat_map(|says| match says {
                Says::OneOf(texts) => texts.iter().map(String::as_str).collect::<Vec<_>>(),
                Says::Columns { .. } => Vec::new(),
            });
            // What is nearly a known version's word is no person's; anything else may be, where a file is something else.
            let text = match closest(text, texts) {
                Some(_) => mask_numbers(text),
                None => Discretion::of(contract).words(text),
            };
            format!("says `{}`", text.replace('`', "'"))
        }
        Said::Columns(names) => {
            let telling = told.iter().flat_map(|says| match says {
                Says::OneOf(_) => Vec::new(),
                Says::Columns { with, without } => with.iter().chain(without).collect(),
            });
            let is_there = |column: &&String| names.contains(column);
            let there: BTreeSet<&String> = telling.filter(is_there).collect();
            match there.is_empty() {
                true => "has none of the columns that tell one".to_owned(),
                false => {
                    let names: Vec<String> = there.iter().map(|name| format!("`{name}`")).collect();
                    format!("has {} of the columns that tell one", names.join(" and "))
                }
            }
        }
    };
    let known = versions.each.iter().map(|version| format!("version `{}`: {}", version.name, version.says));
    Refusal::OtherVersion { said: format!("{} {said}", versions.place), known: known.collect() }
}
