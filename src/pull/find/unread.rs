//! Files that lie among the extracts and are not read: a late delivery under another name must not go unseen.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;

use super::days::Known;
use super::near::{Near, near};
use super::reading::Reading;
use crate::definition::{Contract, Match, OfAYear, Origin};
use crate::observe::{Event, Observers, Warning};
use crate::pull::mask::mask_numbers;
use crate::store::PassedOver;

/// A file that nothing reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The file, below the extracts' address; what looks like a person's number in its name is masked.
    pub file: String,
    /// Why not.
    pub why: Why,
}

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// No contract of the project has a pattern that its name fits, or nearly fits.
    NoSource,
    /// Its name nearly fits a source's pattern.
    NearName(Box<Near>),
    /// It can't be read, or is no file.
    Unreadable(String),
    /// It does not say on which day it was drawn, where its contract says that it does.
    NoDay {
        /// The source that it is of.
        source: String,
        /// What is wrong with the day.
        reason: String,
    },
    /// It is of a year that the pipeline does not derive.
    OtherYear {
        /// The source that it would be of.
        source: String,
        /// The year it would serve.
        year: i16,
    },
    /// It is of a year that its contract has no file of.
    OutOfYears {
        /// The source that it would be of.
        source: String,
        /// The year that its name says.
        year: i16,
    },
    /// It is a part that its year does not have.
    NoPart {
        /// The source that it is of.
        source: String,
        /// The year it would serve.
        year: i16,
        /// The part that its name says; what looks like a person's number is masked.
        part: String,
    },
    /// It was drawn too late for its year, and so were all others.
    TooLate {
        /// The source that it is of.
        source: String,
        /// The year it would serve.
        year: i16,
        /// The day before which it should have been drawn.
        before: Date,
    },
}

impl Why {
    /// The source that it is, or might be, of.
    pub fn source(&self) -> Option<&str> {
        match self {
            Self::NoSource | Self::Unreadable(_) => None,
            Self::NearName(near) => Some(&near.source),
            Self::NoDay { source, .. }
            | Self::OtherYear { source, .. }
            | Self::OutOfYears { source, .. }
            | Self::NoPart { source, .. }
            | Self::TooLate { source, .. } => Some(source),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSource => write!(f, "its name fits no source's `files`"),
            Self::NearName(near) => near.fmt(f),
            Self::Unreadable(why) => f.write_str(why),
            Self::NoDay { source, reason } => {
                write!(f, "{source}, but it does not say on which day it was drawn: {reason}")
            }
            Self::OtherYear { source, year } => {
                write!(f, "{source} of {year}, which is not among the pipeline's years")
            }
            Self::OutOfYears { source, year } => {
                write!(f, "{source} of {year}, which is not among the `years` of its contract")
            }
            Self::NoPart { source, year, part } => {
                write!(f, "{source} of {year}, but its contract has no part `{part}` in that year")
            }
            Self::TooLate { source, year, before } => {
                write!(f, "{source} of {year}, but none of that year was drawn before {before}, as its contract asks")
            }
        }
    }
}

/// The year that a file of `contract` serves, by what is known of it.
pub(crate) fn served_year(contract: &Contract, found: &Match) -> Option<i16> {
    found.year.map(|named| contract.serves.of_named(named))
}

/// Whether a file of a source of all years is of a year for which its contract says that there is none.
pub(super) fn is_out_of_years(contract: &Contract, found: &Match) -> bool {
    let years = contract.years.as_ref().filter(|_| !contract.yearly);
    years.zip(found.year).is_some_and(|(years, year)| !years.contain(year))
}

/// Those of the extracts' files that the pipeline does not read and no other of the project's sources is for.
pub(super) fn unread(read: &Reading<'_>, files: &BTreeMap<String, u64>, passed_over: Vec<PassedOver>) -> Vec<Unread> {
    let begins_with = |file: &str, mark: char| file.rsplit('/').next().is_some_and(|name| name.starts_with(mark));
    // Tools leave files of theirs, as `_SUCCESS` and `.DS_Store`; but whoever puts `_` before an extract's name is told.
    let is_a_tools = |file: &str, why: &Why| begins_with(file, '_') && *why == Why::NoSource;
    files
        .keys()
        .filter(|file| !begins_with(file, '.'))
        .filter_map(|file| Some((file, why(read, files, file)?)))
        .filter(|(file, why)| !is_a_tools(file, why))
        .map(|(file, why)| Unread { file: mask_numbers(file), why })
        .chain(passed_over.into_iter().map(|it| Unread { file: mask_numbers(&it.name), why: Why::Unreadable(it.why) }))
        .collect()
}

/// Why the pipeline does not read a file; `None` if it does, if another of its year serves it as the contract says, or if
/// the file is for another pipeline.
fn why(read: &Reading<'_>, files: &BTreeMap<String, u64>, file: &str) -> Option<Why> {
    let contracts = read.project.contracts.values().filter(|contract| contract.origin == Origin::Extracts);
    let mut why = None;
    for contract in contracts {
        let source = || contract.name.clone();
        let found = match read.days.of(contract, file) {
            Known::Other => continue,
            Known::NoDay(reason) => {
                why = Some(Why::NoDay { source: source(), reason: reason.to_owned() });
                continue;
            }
            Known::Of(found) => found,
        };
        let is_pulled = contract.yearly && read.has(contract);
        let no_part = |year: i16| {
            let (parts, part) = (contract.parts.as_ref()?, contract.part_of(file)?);
            (!parts.of(contract.serves.named_for(year)).contains(part)).then(|| mask_numbers(part))
        };
        let is_late = |year| read.too_late.iter().any(|late| late.file == file && late.year == Some(year));
        match (served_year(contract, &found), contract.of_a_year) {
            (Some(year), _) if is_pulled && !read.years.contain(year) => {
                why = Some(Why::OtherYear { source: source(), year });
            }
            (Some(year), _) if read.has(contract) && is_out_of_years(contract, &found) => {
                why = Some(Why::OutOfYears { source: source(), year });
            }
            (Some(year), _) if is_pulled && no_part(year).is_some() => {
                let part = no_part(year).unwrap_or_default();
                why = Some(Why::NoPart { source: source(), year, part });
            }
            (Some(year), OfAYear::NewestBefore(before)) if is_pulled && is_late(year) => {
                let drawn_in = found.year.unwrap_or(year);
                why = Some(Why::TooLate { source: source(), year, before: before.in_year(drawn_in) });
            }
            _ => return None,
        }
    }
    Some(why.unwrap_or_else(|| near(read, files, file).map_or(Why::NoSource, |near| Why::NearName(Box::new(near)))))
}

/// Warns of what is not read.
pub(super) fn tell(unread: &[Unread], observers: &Observers) {
    if !unread.is_empty() {
        let files = unread.iter().map(|unread| (unread.file.clone(), unread.why.to_string())).collect();
        observers.tell(&Event::Warned(Warning::NotRead(files)));
    }
}
