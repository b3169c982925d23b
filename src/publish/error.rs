//! Why nothing was published.

use arrow::error::ArrowError;
use datafusion::common::DataFusionError;

use super::{AuditResult, Fault};
use crate::engine::Blame;
use crate::problem::{Exit, Explain};
use crate::store::{Artefact, Commit, StoreError, TableError};

/// Publishing failed.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Audits found offences.
    #[error("{} audit{} failed: nothing is published", failed.len(), if failed.len() == 1 { "" } else { "s" })]
    Audits {
        /// The audits that failed.
        failed: Vec<AuditResult>,
        /// The candidate, kept for inspection.
        candidate: Artefact,
    },
    /// Another run published something else first.
    #[error("another run published version {} first", winner.version)]
    Lost {
        /// What it published.
        winner: Commit,
    },
    /// Files of a version are gone or cut, and what there is now makes another manifest of the same tables.
    #[error("files of version {} are gone or cut, and can't be made again", committed.version)]
    OtherManifest {
        /// The version's record.
        committed: Commit,
    },
    /// A query over the candidate failed.
    #[error("`{what}` can't be queried")]
    Query {
        /// The audit or table.
        what: String,
        /// Why.
        source: Box<DataFusionError>,
    },
    /// Rows do not fit the published schema.
    #[error("the rows of `{table}` do not fit the published schema")]
    Rows {
        /// The table.
        table: String,
        /// Why.
        source: ArrowError,
    },
    /// What the version is made of is not in the store.
    #[error("`{what}` is not in the store")]
    NotDerived {
        /// The artefact.
        what: String,
    },
    /// Figures that tell of a few can't be hidden well enough.
    #[error("{0}")]
    Protection(Fault),
    /// The store can't be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The local disk can't be written.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A JSON document can't be made.
    #[error("can't write {what}")]
    Json {
        /// The document.
        what: &'static str,
        /// Why.
        source: serde_json::Error,
    },
}

impl Explain for PublishError {
    fn exit(&self) -> Exit {
        match self {
            Self::Audits { .. } | Self::Protection(Fault::Group { .. }) => Exit::Audit,
            Self::Protection(Fault::Relations { .. } | Fault::Ended { .. }) => Exit::Bug,
            Self::Lost { .. } => Exit::Race,
            Self::Query { source, .. } => Blame::of(source).exit(Exit::Definition),
            Self::Rows { .. } => Exit::Definition,
            Self::NotDerived { .. } => Exit::Source,
            Self::Store(error) => error.exit(),
            Self::Table(_) | Self::OtherManifest { .. } => Exit::Store,
            Self::Json { .. } => Exit::Bug,
        }
    }

    fn cause(&self) -> Option<&dyn Explain> {
        match self {
            Self::Store(error) => Some(error),
            Self::Table(error) => Some(error),
            _ => None,
        }
    }

    fn details(&self) -> Vec<String> {
        match self {
            Self::Audits { failed, candidate } => {
                let mut details: Vec<String> = failed.iter().flat_map(AuditResult::in_words).collect();
                details.push(format!("the candidate is kept as {candidate}"));
                details
            }
            Self::Lost { winner } => vec![format!("it is {}", winner.folder)],
            Self::OtherManifest { committed } => {
                vec![format!("{}: its tables would be the same, and what its manifest says is not", committed.folder)]
            }
            Self::Query { source, .. } => vec![source.strip_backtrace()],
            Self::Rows { source, .. } => vec![source.to_string()],
            Self::Protection(Fault::Group { why, .. } | Fault::Relations { why } | Fault::Ended { why }) => {
                vec![why.clone()]
            }
            Self::NotDerived { .. } | Self::Store(_) | Self::Table(_) => Vec::new(),
            Self::Json { source, .. } => vec![source.to_string()],
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Audits { failed, .. } => {
                let remedies: Vec<&str> = failed.iter().map(|audit| audit.remedy.as_str()).collect();
                Some(remedies.join(" "))
            }
            Self::OtherManifest { .. } => Some(
                "Restore them from a copy, or run once with the definitions and extracts that it was made from.".to_owned(),
            ),
            Self::Lost { .. } => Some("Run again: the run then starts from the version that won.".to_owned()),
            Self::NotDerived { .. } => {
                Some("Run `maaltal run`, or `maaltal derive` before `maaltal publish`.".to_owned())
            }
            Self::Protection(Fault::Group { .. }) => Some(
                "Publish a higher level of it: `lowest` in the dataset's policy, a file in pipelines/disclosure/; or correct \
                 the relation that the policy names."
                    .to_owned(),
            ),
            Self::Query { source, .. } => Blame::of(source).hint(),
            Self::Protection(Fault::Relations { .. } | Fault::Ended { .. })
            | Self::Rows { .. }
            | Self::Store(_)
            | Self::Table(_)
            | Self::Json { .. } => None,
        }
    }
}
