//! Errors in SQL, with file and line, and failures while it runs.

use std::fmt;
use std::path::PathBuf;

use arrow::error::ArrowError;
use datafusion::common::DataFusionError;

use crate::engine::Blame;
use crate::problem::{Exit, Explain};
use crate::store::{StoreError, TableError};

/// A place in a SQL file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlPlace {
    /// The file, relative to the project.
    pub file: PathBuf,
    /// Line and column, from 1, where known.
    pub place: Option<(u64, u64)>,
}

impl fmt::Display for SqlPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((line, column)) => write!(f, "{}:{line}:{column}", self.file.display()),
            None => write!(f, "{}", self.file.display()),
        }
    }
}

/// A source that a contract describes and the pipeline does not use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// The source.
    pub source: String,
    /// Its contract's file.
    pub contract: PathBuf,
    /// The pipeline's file.
    pub pipeline: PathBuf,
}

/// A model can't be planned or run.
#[derive(Debug, thiserror::Error)]
pub enum DeriveError {
    /// The SQL can't be read.
    #[error("can't read the SQL")]
    Unreadable {
        /// The file or folder.
        at: SqlPlace,
        /// Why.
        source: std::io::Error,
    },
    /// The SQL is wrong: its syntax, a name or a type.
    #[error("{message}")]
    Sql {
        /// Where.
        at: SqlPlace,
        /// What is wrong.
        message: String,
        /// What was meant, perhaps.
        hint: Option<String>,
    },
    /// A table that neither a source nor a model makes.
    #[error("no source and no model makes the table `{name}`")]
    UnknownTable {
        /// Where it is named.
        at: SqlPlace,
        /// The name.
        name: String,
        /// The closest name there is.
        closest: Option<String>,
        /// The contract that describes the table, where its source is not among the pipeline's.
        unused: Option<Unused>,
    },
    /// A published table that no model makes.
    #[error("no model makes the published table `{name}`")]
    Unmade {
        /// Where it is promised.
        at: SqlPlace,
        /// The table.
        name: String,
        /// The closest model there is.
        closest: Option<String>,
    },
    /// A model that needs itself.
    #[error("the models need each other in a circle: {}", path.join(" → "))]
    Cycle {
        /// Where one of them names the next.
        at: SqlPlace,
        /// The models, the first again at the end.
        path: Vec<String>,
    },
    /// Two makers of one table.
    #[error("the table `{name}` is made twice")]
    MadeTwice {
        /// The second maker.
        at: SqlPlace,
        /// The name.
        name: String,
        /// The first maker.
        first: String,
    },
    /// A query failed although it was planned.
    #[error("the model `{model}`{} failed", year.map(|year| format!(" for {year}")).unwrap_or_default())]
    Run {
        /// The model.
        model: String,
        /// The year it ran for.
        year: Option<i16>,
        /// Why.
        source: Box<DataFusionError>,
    },
    /// A step that was run can't be run again: of a table that it read there was nothing, not even its columns.
    #[error("nothing tells the columns of `{table}`, which `{step}` read without a row")]
    NoColumns {
        /// The step's model.
        step: String,
        /// The table.
        table: String,
    },
    /// The engine can't start.
    #[error("the query engine can't start")]
    Engine(#[source] Box<DataFusionError>),
    /// The store can't be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The local disk can't be written.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Rows can't be written as the table's schema.
    #[error("the rows of `{model}` do not fit their schema")]
    Rows {
        /// The model.
        model: String,
        /// Why.
        source: ArrowError,
    },
}

impl DeriveError {
    /// What the engine says of the SQL in `file`, with the place and the suggestion it gives.
    pub(super) fn of_sql(file: &std::path::Path, error: &DataFusionError) -> Self {
        let root = error.find_root();
        let diagnostic = error.diagnostic();
        let mut message = diagnostic.map_or_else(|| root.strip_backtrace(), |it| it.message.clone());
        let mut place = diagnostic.and_then(|it| it.span).map(|span| (span.start.line, span.start.column));
        if place.is_none() {
            place = place_in_words(&message);
        }
        let words = root.strip_backtrace();
        let quoted = |after: &str| words.split_once(after)?.1.split_once('\'').map(|(name, _)| name.to_owned());
        let hint = quoted("Did you mean '").map(|name| {
            let name = name.rsplit('.').next().unwrap_or(&name).to_owned();
            format!("Did you mean `{name}`?")
        });
        let hint = hint
            .or_else(|| words.split_once("Valid fields are ").map(|(_, names)| format!("There are {names}")))
            // The diagnostic places the error; the words under it say more.
            .or_else(|| diagnostic.map(|_| plain(&words).to_owned()).filter(|words| !words.contains(&message)));
        message = plain(&message).to_owned();
        Self::Sql { at: SqlPlace { file: file.to_owned(), place }, message, hint }
    }
}

/// The first line, without the engine's own classes of errors.
fn plain(message: &str) -> &str {
    let first = message.lines().next().unwrap_or_default();
    ["SQL error: ", "Schema error: ", "Error during planning: ", "This feature is not implemented: "]
        .iter()
        .find_map(|prefix| first.strip_prefix(prefix))
        .unwrap_or(first)
}

/// The place in "… at Line: 3, Column: 5", as the parser writes it.
fn place_in_words(message: &str) -> Option<(u64, u64)> {
    let (line, rest) = message.split_once("Line: ")?.1.split_once(", Column: ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((line.parse().ok()?, digits.parse().ok()?))
}

impl DeriveError {
    /// Whether the memory did not suffice, of which other steps may have had the most.
    pub(super) fn is_of_memory(&self) -> bool {
        matches!(self, Self::Run { source, .. } if matches!(Blame::of(source), Blame::Memory))
    }
}

impl Explain for DeriveError {
    fn exit(&self) -> Exit {
        match self {
            Self::Unreadable { .. }
            | Self::Sql { .. }
            | Self::UnknownTable { .. }
            | Self::Unmade { .. }
            | Self::Cycle { .. }
            | Self::MadeTwice { .. }
            | Self::NoColumns { .. }
            | Self::Rows { .. } => Exit::Definition,
            Self::Run { source, .. } => Blame::of(source).exit(Exit::Definition),
            Self::Engine(_) => Exit::Bug,
            Self::Store(error) => error.exit(),
            Self::Table(_) => Exit::Store,
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
            Self::Unreadable { at, source } => vec![at.to_string(), source.to_string()],
            Self::UnknownTable { at, unused: Some(unused), .. } => {
                let source = format!("{} describes it, as a table of `{}`", unused.contract.display(), unused.source);
                vec![at.to_string(), source]
            }
            Self::Sql { at, .. } | Self::UnknownTable { at, .. } | Self::Unmade { at, .. } | Self::Cycle { at, .. } => {
                vec![at.to_string()]
            }
            Self::MadeTwice { at, first, .. } => vec![at.to_string(), format!("first made by {first}")],
            Self::Run { source, .. } | Self::Engine(source) => vec![source.strip_backtrace()],
            Self::NoColumns { .. } | Self::Store(_) | Self::Table(_) => Vec::new(),
            Self::Rows { source, .. } => vec![source.to_string()],
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Sql { hint, .. } => hint.clone(),
            Self::UnknownTable { unused: Some(unused), .. } => {
                let pipeline = unused.pipeline.display();
                Some(format!("The pipeline does not use that source: add it to `sources` in {pipeline}."))
            }
            Self::UnknownTable { closest: Some(name), .. } | Self::Unmade { closest: Some(name), .. } => {
                Some(format!("Did you mean `{name}`?"))
            }
            Self::Unmade { closest: None, .. } => {
                Some("Write a model of that name, or take the table out of the dataset.".to_owned())
            }
            Self::UnknownTable { closest: None, .. } => {
                Some("Add its source to the pipeline's `sources`, or a model of that name.".to_owned())
            }
            Self::Cycle { .. } => Some("Move what they share into a model of its own.".to_owned()),
            Self::MadeTwice { .. } => Some("Rename one of them.".to_owned()),
            Self::Run { source, .. } => {
                Some(Blame::of(source).hint().unwrap_or_else(|| {
                    "A cast or a division can fail on values that planning does not see.".to_owned()
                }))
            }
            Self::NoColumns { .. } => {
                Some("Rebuild with the definitions that the version was made by: they tell its columns.".to_owned())
            }
            Self::Unreadable { .. } | Self::Engine(_) | Self::Store(_) | Self::Table(_) | Self::Rows { .. } => None,
        }
    }
}
