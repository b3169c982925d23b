//! An extract: a file that serves a year of a source, with the digest of its bytes.

use jiff::civil::Date;

use crate::pull::mark::Sample;
use crate::store::Digest;

/// Where an extract stands among all: its source, the year that it serves, and its file.
pub type Place<'a> = (&'a str, Option<i16>, &'a str);

/// An extract, found and digested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// The source.
    pub source: String,
    /// The file, below the address.
    pub file: String,
    /// The year it serves; `None` for every year.
    pub year: Option<i16>,
    /// The day the register was drawn, where its name or its content says it.
    pub extract_date: Option<Date>,
    /// Digest of the bytes as delivered.
    pub sha256: Digest,
    /// Bytes as delivered.
    pub bytes: u64,
    /// Made by `maaltal-synth`.
    pub synthetic: bool,
    /// The share of the people that it is about.
    pub sample: Sample,
    /// Why the file can't be read, if it can't: then it has no digest, and pulling it is an error.
    pub fault: Option<String>,
    /// Files that there were to choose it from, with itself.
    pub chosen_from: usize,
}

impl Extract {
    /// Where it stands among all: its source, the year that it serves, and its file.
    pub fn place(&self) -> Place<'_> {
        (&self.source, self.year, &self.file)
    }

    /// A file of a source that serves every year, before it is digested.
    pub(crate) fn undigested(source: &str, file: &str, bytes: u64) -> Self {
        Self {
            source: source.to_owned(),
            file: file.to_owned(),
            year: None,
            extract_date: None,
            sha256: Digest::of([]),
            bytes,
            synthetic: false,
            sample: Sample::WHOLE,
            fault: None,
            chosen_from: 1,
        }
    }
}
