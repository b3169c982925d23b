//! What a store can't do.

use std::fmt;
use std::path::PathBuf;

use super::{KeyId, LocationError, NotGiven};
use crate::problem::{Exit, Explain};

/// What to do about a store that does not answer.
pub const UNREACHABLE: &str = "Check the store's address, its disk or the network, and for S3 the AWS_* variables.";

/// The store can't do what was asked of it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The location does not name a store.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// The object store answered with an error.
    #[error("can't {action} `{path}` in the store {store}")]
    Object {
        /// What was tried, e.g. "read".
        action: &'static str,
        /// The path in the store.
        path: String,
        /// The store.
        store: String,
        /// The answer.
        source: object_store::Error,
    },
    /// A file of a local store, or one on its way to a store, can't be read or written.
    #[error("can't {action} the file {}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The answer.
        source: std::io::Error,
    },
    /// A file that a record names is not there.
    #[error("`{path}` is gone from the store {store}")]
    Gone {
        /// The path in the store.
        path: String,
        /// The store.
        store: String,
    },
    /// A file is not what its record says.
    #[error("`{path}` in the store {store} is damaged")]
    Damaged {
        /// The path in the store.
        path: String,
        /// The store.
        store: String,
        /// What differs.
        what: String,
    },
    /// A file is encrypted, and this process does not have the key.
    #[error("`{path}` in the store {store} is encrypted")]
    Encrypted {
        /// The path in the store.
        path: String,
        /// The store.
        store: String,
        /// The key that it is encrypted with.
        with: KeyId,
        /// Why there is no such key.
        key: NoKey,
    },
    /// Tables are to be encrypted, and there is no key.
    #[error("there is no encryption key")]
    NoEncryptionKey(NotGiven),
    /// A link in a local store leads out of it.
    #[error("`{path}` leads out of the store {store}")]
    LeadsOut {
        /// The path in the store.
        path: String,
        /// The store.
        store: String,
        /// Where it leads.
        to: PathBuf,
    },
    /// Something lies where a record belongs, and is none.
    #[error("`{path}` is no record")]
    Occupied {
        /// The path in the store.
        path: String,
    },
    /// No version can come after the latest.
    #[error("the latest version of `{dataset}` has the largest number that there is")]
    LastNumber {
        /// The dataset.
        dataset: String,
    },
    /// A record in the store is not what maaltal writes there.
    #[error("the record `{path}` can't be read")]
    Record {
        /// The path in the store.
        path: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// Why this process has not the key that a file is encrypted with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoKey {
    /// The environment names no variable for a key.
    Unnamed,
    /// The variable has none.
    NotGiven(NotGiven),
    /// The variable has another key.
    Another {
        /// The variable.
        name: String,
        /// That key.
        id: KeyId,
    },
}

impl NoKey {
    fn remedy(&self) -> String {
        match self {
            Self::Unnamed => {
                "Name the variable that has the key in the environment's file: encryption_key = { env = \"NAME\" }."
                    .to_owned()
            }
            Self::NotGiven(why) => why.remedy(),
            Self::Another { name, .. } => format!("Set {name} to the key that it is encrypted with."),
        }
    }
}

impl fmt::Display for NoKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unnamed => f.write_str("the environment names no `encryption_key`"),
            Self::NotGiven(why) => why.fmt(f),
            Self::Another { name, id } => write!(f, "the environment variable {name} has the key {id}"),
        }
    }
}

impl StoreError {
    /// The path and what is wrong with it, where a file is gone or is not what is written of it; `None` where nobody knows,
    /// since the store could not be asked.
    pub fn finding(&self) -> Option<(&str, String)> {
        match self {
            Self::Gone { path, .. } => Some((path, "it is gone".to_owned())),
            Self::Damaged { path, what, .. } => Some((path, what.clone())),
            Self::Record { path, source } => Some((path, format!("it can't be read: {source}"))),
            Self::LeadsOut { path, .. } => Some((path, "it is a link out of the store".to_owned())),
            Self::Location(_)
            | Self::Object { .. }
            | Self::File { .. }
            | Self::Encrypted { .. }
            | Self::NoEncryptionKey(_)
            | Self::Occupied { .. }
            | Self::LastNumber { .. } => None,
        }
    }
}

/// Whether a file is a version's: only what versions are made of can be made again from extracts that are there.
fn is_published(path: &str) -> bool {
    path.starts_with("published/")
}

/// Whether a file is the record that makes a version visible.
fn is_record(path: &str) -> bool {
    is_published(path) && path.contains("/_versions/")
}

impl Explain for StoreError {
    fn exit(&self) -> Exit {
        match self {
            Self::Location(error) => error.exit(),
            Self::Encrypted { .. } | Self::NoEncryptionKey(_) => Exit::Definition,
            Self::Object { .. }
            | Self::File { .. }
            | Self::Gone { .. }
            | Self::Damaged { .. }
            | Self::LeadsOut { .. }
            | Self::Occupied { .. }
            | Self::LastNumber { .. }
            | Self::Record { .. } => Exit::Store,
        }
    }

    fn cause(&self) -> Option<&dyn Explain> {
        match self {
            Self::Location(error) => Some(error),
            _ => None,
        }
    }

    fn details(&self) -> Vec<String> {
        match self {
            Self::Object { source, .. } => vec![source.to_string()],
            Self::File { source, .. } => vec![source.to_string()],
            Self::Encrypted { with, key, .. } => vec![format!("it needs the key {with}; {key}")],
            Self::NoEncryptionKey(why) => vec![why.to_string()],
            Self::Location(_) | Self::Gone { .. } | Self::Occupied { .. } | Self::LastNumber { .. } => Vec::new(),
            Self::Damaged { what, .. } => vec![what.clone()],
            Self::LeadsOut { to, .. } => vec![format!("a link leads to {}", to.display())],
            Self::Record { source, .. } => vec![source.to_string()],
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Location(_) => None,
            Self::Object { .. } => Some(UNREACHABLE.to_owned()),
            Self::File { .. } => Some("Check that the disk has room and that the folder may be written.".to_owned()),
            Self::Gone { path, .. } if is_record(path) => Some(
                "Restore it from a copy: `maaltal run` takes latest.json for one, if it is that version's.".to_owned(),
            ),
            Self::Gone { path, .. } | Self::Damaged { path, .. } if is_published(path) => {
                Some("Restore it from a copy. `maaltal run` makes again what is gone or cut of the latest version, if nothing else has changed.".to_owned())
            }
            Self::Gone { .. } => Some("Restore it, or run `maaltal run`, which makes again what it can.".to_owned()),
            Self::Damaged { .. } => {
                Some("Restore it, or delete it and run `maaltal run`, which makes it again if it can.".to_owned())
            }
            Self::Encrypted { key, .. } => Some(key.remedy()),
            Self::NoEncryptionKey(why) => Some(why.remedy()),
            Self::LeadsOut { .. } => {
                Some("Put what it leads to in the place of the link, or have the store where it leads.".to_owned())
            }
            Self::Occupied { .. } => {
                Some("Remove what lies there: the next version's record belongs there.".to_owned())
            }
            Self::LastNumber { .. } => Some("No run has come so far: delete that record below `_versions`.".to_owned()),
            Self::Record { .. } => {
                Some("The record was changed by hand or by another tool: restore or delete it.".to_owned())
            }
        }
    }
}
