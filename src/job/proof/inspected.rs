//! What checks look at, and what they tell.

use crate::derive::Recorded;
use crate::engine::Engine;
use crate::job::JobError;
use crate::problem::Exit;
use crate::publish::PublishedVersion;
use crate::store::{Store, StoreError, Tally, VersionNumber};

/// What a check looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The version's own files.
    Published,
    /// Who published it.
    Signature,
    /// The tables that they were made of.
    Derived,
    /// The extracts behind those.
    Staged,
    /// What the store keeps of what is hidden of a year, for all versions and datasets.
    Patterns,
    /// The versions before it, to whose figures its protection is held.
    Earlier,
    /// What is hidden of the figures.
    Protection,
    /// The audits, over the tables as they lie there.
    Audits,
    /// The tables derived again.
    Rebuilt,
}

impl Part {
    /// The part in a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Signature => "signature",
            Self::Derived => "derived",
            Self::Staged => "staged",
            Self::Patterns => "patterns",
            Self::Earlier => "earlier",
            Self::Protection => "protection",
            Self::Audits => "audits",
            Self::Rebuilt => "rebuilt",
        }
    }
}

/// What a check did.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// What it looked at.
    pub part: Part,
    /// How many files, audits or tables are as they have to be.
    pub good: u64,
    /// The bytes of the files.
    pub bytes: Option<u64>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What nobody can tell, and why.
    pub not_judged: Vec<Finding>,
}

/// A thing, and what there is to say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file, by its path in the store, or the audit.
    pub what: String,
    /// What is to say.
    pub said: String,
}

impl Finding {
    pub(super) fn new(what: impl Into<String>, said: impl Into<String>) -> Self {
        Self { what: what.into(), said: said.into() }
    }

    /// The finding that an error of the store is, where it is one.
    pub(super) fn of(error: &StoreError) -> Option<Self> {
        error.finding().map(|(path, said)| Self::new(path, said))
    }
}

impl Inspected {
    /// A check that has looked at nothing yet.
    pub(super) fn new(part: Part) -> Self {
        Self { part, good: 0, bytes: None, findings: Vec::new(), not_judged: Vec::new() }
    }

    pub(super) fn files(part: Part, tally: Tally) -> Self {
        let findings = tally.wrong.iter().filter_map(Finding::of).collect();
        Self { good: tally.files, bytes: Some(tally.bytes), findings, ..Self::new(part) }
    }
}

/// What is known of a version after all checks.
#[derive(Debug)]
pub struct Proof {
    /// The dataset.
    pub dataset: String,
    /// The version; `None` where its record can't be believed.
    pub version: Option<VersionNumber>,
    /// The checks, in the order in which they were made.
    pub checks: Vec<Inspected>,
}

impl Proof {
    /// What a proof that found something ends with.
    pub fn verdict(&self) -> Option<JobError> {
        let of = |is_part: &dyn Fn(Part) -> bool| {
            let checks = self.checks.iter().filter(|check| is_part(check.part));
            checks.map(|check| check.findings.len()).sum::<usize>()
        };
        let (all, audits) = (of(&|_| true), of(&|part| matches!(part, Part::Audits | Part::Protection)));
        let (dataset, version) =
            (self.dataset.clone(), self.version.map_or_else(|| "?".to_owned(), |version| version.to_string()));
        match all {
            0 => None,
            _ if of(&|part| part == Part::Signature) == all => Some(JobError::NotThePublishers { dataset, version }),
            findings => {
                let exit = if findings > audits { Exit::Store } else { Exit::Audit };
                Some(JobError::NotProved { dataset, version, findings, exit })
            }
        }
    }
}

/// What checks look at: a version whose own files lead on.
pub(super) struct Proving<'a> {
    pub(super) store: &'a Store,
    pub(super) engine: Engine,
    pub(super) version: &'a PublishedVersion,
    /// The steps behind it whose records can be believed, each after those that it reads.
    pub(super) steps: Vec<Recorded>,
}
