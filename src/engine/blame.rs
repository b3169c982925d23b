//! Whether a query that failed is wrong, or what it ran on.

use datafusion::common::DataFusionError;

use crate::problem::Exit;
use crate::store::UNREACHABLE;

/// What made a query fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The query, or values that it does not fit.
    Query,
    /// A file of the store that is gone or damaged.
    Store,
    /// The store, which did not answer with what it has.
    Unreachable,
    /// The memory that the environment allows.
    Memory,
}

impl Blame {
    /// What an error of the engine is to be blamed on.
    pub fn of(error: &DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => Self::Memory,
            DataFusionError::ObjectStore(error) if !matches!(**error, object_store::Error::NotFound { .. }) => {
                Self::Unreachable
            }
            DataFusionError::ObjectStore(_) | DataFusionError::ParquetError(_) | DataFusionError::IoError(_) => {
                Self::Store
            }
            _ => Self::Query,
        }
    }

    /// The exit code; `query` where the query is to blame.
    pub fn exit(self, query: Exit) -> Exit {
        match self {
            Self::Query => query,
            Self::Store | Self::Unreachable | Self::Memory => Exit::Store,
        }
    }

    /// What to do about it, where it is not the query.
    pub fn hint(self) -> Option<String> {
        match self {
            Self::Query => None,
            Self::Store => Some("A file of the store is gone or damaged: restore it, or run `maaltal run`.".to_owned()),
            Self::Unreachable => Some(format!("{UNREACHABLE} `maaltal verify` says whether a file is damaged.")),
            Self::Memory => Some("Give `memory_mib` in the environment's file a larger value.".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_fault_of_the_query_is_told_as_such() {
        let error = DataFusionError::ResourcesExhausted("no more".to_owned()).context("a join");
        let blame = Blame::of(&error);
        assert_eq!((blame, blame.exit(Exit::Definition)), (Blame::Memory, Exit::Store));
        assert!(blame.hint().is_some_and(|hint| hint.contains("memory_mib")));
        let error = DataFusionError::from(object_store::Error::Generic { store: "S3", source: "403 Forbidden".into() });
        let blame = Blame::of(&error.context("a scan"));
        assert_eq!((blame, blame.exit(Exit::Definition)), (Blame::Unreachable, Exit::Store));
        assert!(blame.hint().is_some_and(|hint| hint.contains("the network")));
        let error = DataFusionError::Plan("no such column".to_owned());
        assert_eq!(Blame::of(&error).exit(Exit::Definition), Exit::Definition);
    }
}
