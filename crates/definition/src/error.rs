//! Errors in definitions: they point at file and line.

use std::fmt;
use std::path::PathBuf;

use crate::problem::{Exit, Explain};

/// What is wrong with a definition.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    #[error("can't read the definition")]
    Unreadable(#[source] std::io::Error),
    /// Not TOML, or not of the shape that is expected; the text says which key.
    #[error("{0}")]
    Shape(String),
    #[error("no {what} is named `{name}`")]
    UnknownName {
        /// What kind of thing was looked for, e.g. "column".
        what: &'static str,
        name: String,
        closest: Option<String>,
    },
    /// A value that is not allowed where it stands.
    #[error("`{value}` is not {expected}")]
    Value {
        value: String,
        /// What is allowed, e.g. "a regular expression".
        expected: &'static str,
    },
    #[error("{what} needs `{key}`")]
    Missing {
        /// What lacks it.
        what: String,
        key: &'static str,
    },
    #[error("two {what}s are named `{name}`")]
    Duplicate { what: &'static str, name: String },
}

#[derive(Debug)]
pub struct DefinitionError {
    pub problem: Problem,
    /// The file, relative to the project.
    pub file: PathBuf,
    /// Line and column, from 1, where known.
    pub place: Option<(usize, usize)>,
}

impl From<DefinitionError> for Vec<DefinitionError> {
    fn from(error: DefinitionError) -> Self {
        vec![error]
    }
}

/// The errors of one reading, so that it tells all of them and not the first.
#[derive(Debug, Default)]
pub(crate) struct Errors(Vec<DefinitionError>);

impl Errors {
    /// What came out well; what did not is kept.
    pub(crate) fn take<T>(&mut self, result: Result<T, impl Into<Vec<DefinitionError>>>) -> Option<T> {
        result.map_err(|errors| self.0.extend(errors.into())).ok()
    }

    /// All of `results`, or `None` if one of them is an error.
    pub(crate) fn take_all<T>(
        &mut self,
        results: impl Iterator<Item = Result<T, impl Into<Vec<DefinitionError>>>>,
    ) -> Option<Vec<T>> {
        let taken: Vec<Option<T>> = results.map(|result| self.take(result)).collect();
        taken.into_iter().collect()
    }

    pub(crate) fn push(&mut self, error: DefinitionError) {
        self.0.push(error);
    }

    pub(crate) fn all(self) -> Vec<DefinitionError> {
        self.0
    }

    /// Ends the reading if there is an error.
    pub(crate) fn none(self) -> Result<(), Vec<DefinitionError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

impl fmt::Display for DefinitionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl std::error::Error for DefinitionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            Problem::Unreadable(source) => Some(source),
            _ => None,
        }
    }
}

impl Explain for DefinitionError {
    fn exit(&self) -> Exit {
        Exit::Definition
    }

    fn details(&self) -> Vec<String> {
        let place = match self.place {
            Some((line, column)) => format!("{}:{line}:{column}", self.file.display()),
            None => self.file.display().to_string(),
        };
        match &self.problem {
            Problem::Unreadable(source) => vec![place, source.to_string()],
            _ => vec![place],
        }
    }

    fn hint(&self) -> Option<String> {
        match &self.problem {
            Problem::UnknownName { closest: Some(name), .. } => Some(format!("Did you mean `{name}`?")),
            Problem::Unreadable(_) => {
                Some("Run maaltal in the project's folder, or name it with --project.".to_owned())
            }
            _ => None,
        }
    }
}
