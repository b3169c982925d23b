//! Files that lie among the extracts and are not read: a late delivery under another name must not go unseen.

use std::fmt;

use crate::definition::{Contract, Match, Origin, Pipeline, Project, Serves};
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
    /// No contract of the project has a pattern that its name fits.
    NoSource,
    /// It can't be read, or is no file.
    Unreadable(String),
    /// It is of a year that the pipeline does not derive.
    OtherYear {
        /// The source that it would be of.
        source: String,
        /// The year it would serve.
        year: i16,
    },
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSource => write!(f, "its name fits no source's `files`"),
            Self::Unreadable(why) => f.write_str(why),
            Self::OtherYear { source, year } => {
                write!(f, "{source} of {year}, which is not among the pipeline's years")
            }
        }
    }
}

/// The year that a file of `contract` serves, by its name.
pub(crate) fn served_year(contract: &Contract, found: &Match) -> Option<i16> {
    match contract.serves {
        Serves::SameYear => found.year,
        Serves::FollowingYear => found.year.map(|year| year + 1),
    }
}

/// Those of the extracts' files that the pipeline does not read and no other of the project's sources is for.
pub(super) fn unread<'a>(
    project: &Project,
    pipeline: &Pipeline,
    files: impl Iterator<Item = &'a String>,
    passed_over: Vec<PassedOver>,
) -> Vec<Unread> {
    let is_mark = |file: &str| file.rsplit('/').next().is_some_and(|name| name.starts_with(['_', '.']));
    files
        .filter(|file| !is_mark(file))
        .filter_map(|file| Some(Unread { file: mask_numbers(file), why: why(project, pipeline, file)? }))
        .chain(passed_over.into_iter().map(|it| Unread { file: mask_numbers(&it.name), why: Why::Unreadable(it.why) }))
        .collect()
}

/// Why the pipeline does not read a file; `None` if it does, or if the file is for another pipeline.
fn why(project: &Project, pipeline: &Pipeline, file: &str) -> Option<Why> {
    let contracts = project.contracts.values().filter(|contract| contract.origin == Origin::Extracts);
    let mut why = Why::NoSource;
    for contract in contracts {
        let Some((_, found)) = contract.delivery(file) else { continue };
        match served_year(contract, &found) {
            Some(year)
                if contract.yearly
                    && pipeline.sources.contains(&contract.name)
                    && !pipeline.years.iter().any(|derived| derived == year) =>
            {
                why = Why::OtherYear { source: contract.name.clone(), year };
            }
            _ => return None,
        }
    }
    Some(why)
}

/// Warns of what is not read.
pub(super) fn tell(unread: &[Unread], observers: &Observers) {
    if !unread.is_empty() {
        let files = unread.iter().map(|unread| (unread.file.clone(), unread.why.to_string())).collect();
        observers.tell(&Event::Warned(Warning::NotRead(files)));
    }
}
