//! What the stages of a job tell of themselves.

use std::time::Duration;

/// A stage of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Extracts become staged artefacts.
    Pull,
    /// Models are run.
    Derive,
    /// The dataset becomes a version.
    Publish,
}

impl Stage {
    /// The stage's name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Derive => "derive",
            Self::Publish => "publish",
        }
    }
}

/// Something happened in a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A stage begins that has so much to make: extracts, steps or tables.
    Begun { stage: Stage, steps: usize },
    /// A stage is left, whether it did all that it had to do or not.
    Ended { stage: Stage },
    /// An extract, or the step of a model, became nothing. Why is in the error that the job ends with.
    Failed { stage: Stage, what: String },
    /// An extract was checked, and its tables are in the store.
    Staged { source: String, file: String, rejected: u64, took: Duration },
    /// A step's table is in the store. The year is `None` where the model has no parameters.
    Derived { model: String, year: Option<i16>, rows: u64, took: Duration },
    /// A table of a version is in the store, where nobody looks before the version is published.
    TableWritten { table: String, rows: u64 },
    /// A version can be seen by everybody.
    Published { dataset: String, version: String, key: String },
    /// Something that ends no job, and that somebody has to look at.
    Warned(Warning),
}

/// What somebody has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// Files lie among the extracts that nothing reads: each, and why.
    NotRead(Vec<(String, String)>),
    /// Extracts are awaited: each source, and of which year.
    Awaited(Vec<(String, String)>),
    /// Extracts are not in the store as they would be staged now, so that their rows are in no count.
    NotStaged(Vec<String>),
    /// An extract has a column that its contract does not know, and was staged without it.
    ColumnLeftOut { source: String, file: String, column: String },
    /// An extract has records of types that its contract does not know, so many of each, which are passed over.
    OtherRecordTypes { source: String, file: String, types: Vec<(String, u64)> },
    /// Extracts of a source have the same accepted rows, which its contract allows.
    SameRows { source: String, files: Vec<String> },
    /// An extract has the bytes of the one that the published version took for another year, whose file is not there any more.
    Moved { file: String, year: i16, before: String, then: i16 },
    /// An audit that stops no version found rows: how many, the first of them in words, and what to do.
    AuditFound { audit: String, offences: u64, words: Vec<String>, remedy: String },
    /// Audits could not compare with the version before: the tables that keep them from it, each with the reason.
    NotCompared { version: String, audits: Vec<String>, tables: Vec<(String, String)> },
    /// The version that says all that there is to say was published without the key that there is now: by nobody's, or by
    /// another.
    NotSigned { version: String, by: Option<String> },
    /// A version was published without a signature, and the one before it has one.
    SignedNoMore { version: String, before: String },
    /// Nothing was published: the latest version restores an earlier one and is held, and what there is now differs from it.
    Held { version: String, restores: String, since: String, reason: Option<String> },
    /// The hint for simple readers does not name the latest version.
    LatestNotWritten { error: String },
    /// The record of the latest version was gone, and was put back from that hint.
    RecordPutBack { version: String },
}
