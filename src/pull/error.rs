//! What can go wrong while pulling, told so that a data engineer can act on it.

use arrow::error::ArrowError;

use super::mark::SYNTHETIC_MARK;
use super::refusal::Refusal;
use crate::definition::years_in_words;
use crate::problem::{Exit, Explain};
use crate::store::{LocationError, StoreError, TableError};

/// Why a job does not go on without an extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Its contract says that nothing is published without it.
    Required,
    /// Not a single extract of a register is there.
    NothingThere,
    /// Whoever asked wants everything or nothing.
    Complete,
}

/// An extract could not be pulled.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The extracts' address can't be opened.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// No file has the name of the source's extracts.
    #[error("no extract of `{source_name}`{} at {address}", if years.is_empty() { String::new() } else { format!(" for {}", years_in_words(years)) })]
    Missing {
        /// The source.
        source_name: String,
        /// The years that lack one; empty for a source that is of no year.
        years: Vec<i16>,
        /// Where was looked.
        address: String,
        /// The names looked for.
        patterns: Vec<String>,
        /// Why the job does not go on without it.
        need: Need,
    },
    /// Two files serve the same year and neither is newer.
    #[error(
        "two extracts of `{source_name}` serve {} and none is the newer",
        year.map_or_else(|| "all years".to_owned(), |year| year.to_string())
    )]
    Ambiguous {
        /// The source.
        source_name: String,
        /// The year; `None` for all.
        year: Option<i16>,
        /// The files.
        files: [String; 2],
    },
    /// Extracts have the same accepted rows.
    #[error("{} extracts of `{source_name}` have the same rows", files.len())]
    SameRows {
        /// The source.
        source_name: String,
        /// The files, two or more.
        files: Vec<String>,
    },
    /// Rows of two files that are read together have the same key.
    #[error("rows of two files of `{source_name}` have the same {}", columns.join(", "))]
    KeyTwice {
        /// The source.
        source_name: String,
        /// The key's columns, as the register names them.
        columns: Vec<String>,
        /// The first two such rows: each one's file, and where it stands there.
        rows: [(String, u64); 2],
    },
    /// An extract that the published version was made of is gone, and with it its year.
    #[error("the extract of `{source_name}` for {year} is not there any more")]
    Gone {
        /// The source, without which a year is none.
        source_name: String,
        /// The year that it served.
        year: i16,
        /// The file that it was.
        file: String,
        /// The last year that is left.
        last: i16,
        /// The pipeline.
        pipeline: String,
    },
    /// The address can't be listed or the file can't be read.
    #[error("can't read {what}")]
    Unreadable {
        /// The address or file.
        what: String,
        /// Why.
        reason: String,
    },
    /// Real extracts need a key.
    #[error("no pseudonym key: the environment variable {name} is not set")]
    NoPseudonymKey {
        /// The variable.
        name: String,
        /// A source on persons.
        source_name: String,
        /// An extract of it that is not synthetic.
        file: String,
    },
    /// The key could be guessed.
    #[error("the pseudonym key in {name} is shorter than {shortest} bytes")]
    WeakPseudonymKey {
        /// The variable.
        name: String,
        /// The least number of bytes.
        shortest: usize,
    },
    /// The extract breaks its contract beyond its limit.
    #[error("{source_name}: {refusal}")]
    Refused {
        /// The source.
        source_name: String,
        /// The extract's file.
        file: String,
        /// Why.
        refusal: Box<Refusal>,
    },
    /// The extract that its foreign keys refer to was not staged.
    #[error("{source_name}: not pulled, since `{referred}`, which it refers to, is not staged")]
    Unreferred {
        /// The source.
        source_name: String,
        /// The extract's file.
        file: String,
        /// The table referred to.
        referred: String,
    },
    /// The extract has far more or far fewer rows than the one of the year before.
    #[error("{source_name}: {rows} rows accepted where the year before had {previous}")]
    RowsOutside {
        /// The source.
        source_name: String,
        /// The extract's file.
        file: String,
        /// Rows accepted.
        rows: u64,
        /// Rows accepted of the year before.
        previous: u64,
        /// How much they may differ, in percent.
        within: f64,
    },
    /// The store can't be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The local disk can't be written.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl From<PullError> for Vec<PullError> {
    fn from(error: PullError) -> Self {
        vec![error]
    }
}

impl PullError {
    /// Whether the error only follows from another one.
    pub fn follows(&self) -> bool {
        matches!(self, Self::Unreferred { .. })
    }
}

impl Explain for PullError {
    fn exit(&self) -> Exit {
        match self {
            Self::Location(error) => error.exit(),
            Self::Missing { .. }
            | Self::Gone { .. }
            | Self::Ambiguous { .. }
            | Self::SameRows { .. }
            | Self::Unreadable { .. } => Exit::Source,
            Self::NoPseudonymKey { .. } | Self::WeakPseudonymKey { .. } => Exit::Definition,
            Self::Refused { .. } | Self::Unreferred { .. } | Self::RowsOutside { .. } | Self::KeyTwice { .. } => {
                Exit::Contract
            }
            Self::Store(error) => error.exit(),
            Self::Table(_) => Exit::Store,
        }
    }

    fn cause(&self) -> Option<&dyn Explain> {
        match self {
            Self::Location(error) => Some(error),
            Self::Store(error) => Some(error),
            Self::Table(error) => Some(error),
            _ => None,
        }
    }

    fn details(&self) -> Vec<String> {
        match self {
            Self::Missing { patterns, .. } => vec![format!("looked for {}", patterns.join(", "))],
            Self::Gone { file, last, .. } => vec![
                format!("the published version was made of {file}"),
                format!("the source is `required`: without it the years end with {last}"),
            ],
            Self::Ambiguous { files, .. } => files.to_vec(),
            Self::SameRows { files, .. } => files.clone(),
            Self::KeyTwice { rows, .. } => rows.iter().map(|(file, row)| format!("{file}, row {row}")).collect(),
            Self::Unreadable { reason, .. } => vec![reason.clone()],
            Self::NoPseudonymKey { source_name, file, .. } => vec![format!(
                "{file} of `{source_name}` is not synthetic: {SYNTHETIC_MARK} beside the extracts does not list it with \
                 its digest"
            )],
            Self::WeakPseudonymKey { .. } => Vec::new(),
            Self::Refused { file, refusal, .. } => {
                let mut details = vec![format!("file {file}")];
                details.extend(refusal.detail());
                details
            }
            Self::Unreferred { file, .. } => vec![format!("file {file}")],
            Self::RowsOutside { file, within, .. } => {
                vec![format!("file {file}"), format!("the contract allows a difference of {within} %")]
            }
            Self::Location(_) | Self::Store(_) | Self::Table(_) => Vec::new(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { years, need, source_name, .. } => {
                let extracts = if years.len() > 1 { "extracts" } else { "extract" };
                Some(match need {
                    Need::Required if years.is_empty() => {
                        format!("Put the {extracts} there, or check `extracts` in the environment.")
                    }
                    Need::Required => format!(
                        "Put the {extracts} there: nothing is published without it, since \
                         pipelines/sources/{source_name}.toml says that it is `required`."
                    ),
                    Need::NothingThere => "Check `extracts` in the environment: not a single extract of a register is \
                                             there."
                        .to_owned(),
                    Need::Complete => format!(
                        "Put the {extracts} there. Without `--complete` the others are pulled, and what needs it waits."
                    ),
                })
            }
            Self::Gone { year, last, pipeline, .. } => Some(format!(
                "Put the file back. If the year is to go, end `years` in pipelines/{pipeline}.toml with `to = {last}`, and \
                 accept `revision;*;{year};*` in pipelines/reference/accepteret.csv."
            )),
            Self::Ambiguous { .. } => Some("Remove one of them.".to_owned()),
            Self::Unreadable { .. } => Some("Check the address, the permissions and the AWS_* variables.".to_owned()),
            Self::NoPseudonymKey { name, .. } => {
                Some(format!("Real extracts hold CPR numbers: set {name} to a secret of at least {} bytes.", 32))
            }
            Self::WeakPseudonymKey { .. } => {
                Some("Use a longer secret, for example `openssl rand -hex 32`.".to_owned())
            }
            Self::Refused { source_name, refusal, .. } => Some(refusal.hint(source_name)),
            Self::SameRows { source_name, .. } => Some(format!(
                "One was delivered under the name of another: ask the provider for the one that is missing. If a delivery \
                 can repeat another, and no key stands in both that are read together, say `same_rows = \"warn\"` in pipelines/sources/{source_name}.toml."
            )),
            Self::KeyTwice { .. } => Some(
                "Both would be counted: ask the provider which one is right, and take the other out of its file."
                    .to_owned(),
            ),
            Self::Unreferred { .. } => Some("Mend the extract that it refers to first.".to_owned()),
            Self::RowsOutside { source_name, .. } => Some(format!(
                "Ask the provider whether the delivery is complete; if it is, raise `rows_within` in \
                 pipelines/sources/{source_name}.toml."
            )),
            Self::Location(_) | Self::Store(_) => None,
            Self::Table(_) => Some("Check that the temporary folder (TMPDIR) has room.".to_owned()),
        }
    }
}

/// A failure of Arrow, as one of a table on the local disk.
pub(crate) fn arrow_failed(error: ArrowError) -> PullError {
    PullError::Table(TableError::Parquet(error.into()))
}

/// A failure of the temporary folder.
pub(crate) fn temporary_failed(error: std::io::Error) -> PullError {
    PullError::Table(TableError::File(error))
}

impl From<ArrowError> for PullError {
    fn from(error: ArrowError) -> Self {
        arrow_failed(error)
    }
}
