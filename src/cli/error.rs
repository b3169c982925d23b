//! All that can end a command, and how it is told.

use crate::definition::DefinitionError;
use crate::derive::DeriveError;
use crate::engine::Blame;
use crate::observe::LogFormat;
use crate::problem::{Exit, Explain, closest};
use crate::publish::PublishError;
use crate::pull::PullError;
use crate::store::StoreError;
use crate::synth::SynthError;

use super::print_problem;

/// A command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error("the definitions do not fit")]
    Definition(Vec<DefinitionError>),
    #[error("extracts could not be pulled")]
    Pull(Vec<PullError>),
    #[error("the SQL does not fit")]
    Check(Vec<DeriveError>),
    /// Errors of several kinds, told one after the other.
    #[error("the project does not fit")]
    Several(Vec<Self>),
    #[error(transparent)]
    Derive(#[from] DeriveError),
    #[error(transparent)]
    Publish(#[from] PublishError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Synth(#[from] SynthError),
    #[error("no {kind} is named `{name}`")]
    Unknown { kind: &'static str, name: String, hint: Option<String> },
    #[error("which pipeline?")]
    WhichPipeline { known: Vec<String> },
    #[error("`{dataset}` has no published version{}", version.as_ref().map(|it| format!(" {it}")).unwrap_or_default())]
    NothingPublished { dataset: String, version: Option<String> },
    #[error("`{artefact}` is not in the store")]
    StageMissing { artefact: String, command: &'static str },
    #[error("the query is wrong: {message}")]
    Query { message: String, hint: Option<String> },
    #[error("the query failed: {message}")]
    Unreadable { message: String, blame: Blame },
    #[error("no rejected rows of `{source_name}`")]
    NoRejects { source_name: String, known: Vec<String> },
    #[error("can't write the answer")]
    Output(#[source] std::io::Error),
    #[error("maaltal has a bug")]
    Bug,
}

/// As many names fit into a hint.
const FEW: usize = 20;

impl CliError {
    /// The hint is the name that was probably meant, or else all names, if they are few.
    pub(super) fn unknown<'a>(kind: &'static str, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Self {
        let hint = match closest(name, known.clone()) {
            Some(meant) => Some(format!("Did you mean `{meant}`?")),
            None if known.clone().count() <= FEW => {
                Some(format!("Name one of {}.", known.collect::<Vec<_>>().join(", ")))
            }
            None => None,
        };
        Self::Unknown { kind, name: name.to_owned(), hint }
    }
}

/// The exit code of extracts that could not be pulled. What the store refuses says nothing of the extracts, and comes
/// first; then a missing source, which is told before a broken contract. What only follows from another error is told
/// where there is no other.
fn exit_of(errors: &[PullError]) -> Exit {
    let exits = |follows: bool| errors.iter().filter(move |error| error.follows() == follows).map(Explain::exit);
    match exits(false).find(|exit| *exit == Exit::Store) {
        Some(store) => store,
        None => exits(false).min().or_else(|| exits(true).min()).unwrap_or(Exit::Source),
    }
}

impl Explain for CliError {
    fn exit(&self) -> Exit {
        match self {
            Self::Definition(_) => Exit::Definition,
            Self::Pull(errors) => exit_of(errors),
            Self::Check(errors) => errors.iter().map(Explain::exit).min().unwrap_or(Exit::Definition),
            Self::Several(errors) => errors.iter().map(Explain::exit).min().unwrap_or(Exit::Definition),
            Self::Derive(error) => error.exit(),
            Self::Publish(error) => error.exit(),
            Self::Store(error) => error.exit(),
            Self::Synth(_) | Self::Output(_) => Exit::Store,
            Self::Unknown { .. }
            | Self::WhichPipeline { .. }
            | Self::NothingPublished { .. }
            | Self::Query { .. }
            | Self::NoRejects { .. } => Exit::Usage,
            Self::Unreadable { blame, .. } => blame.exit(Exit::Usage),
            Self::StageMissing { .. } => Exit::Source,
            Self::Bug => Exit::Bug,
        }
    }

    fn details(&self) -> Vec<String> {
        match self {
            Self::Derive(error) => error.details(),
            Self::Publish(error) => error.details(),
            Self::Store(error) => error.details(),
            Self::Synth(error) => std::error::Error::source(error).map(ToString::to_string).into_iter().collect(),
            Self::Output(error) => vec![error.to_string()],
            _ => Vec::new(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Derive(error) => error.hint(),
            Self::Publish(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::WhichPipeline { known } => Some(format!("Name one of {}.", known.join(", "))),
            Self::NothingPublished { .. } => {
                Some("`maaltal run` publishes one; `maaltal versions` lists them.".to_owned())
            }
            Self::StageMissing { command, .. } => Some(format!("Run `{command}` first.")),
            Self::Unreadable { blame, .. } => blame.hint(),
            Self::Query { hint, .. } | Self::Unknown { hint, .. } => hint.clone(),
            Self::NoRejects { known, .. } if known.is_empty() => None,
            Self::NoRejects { known, .. } => Some(format!("There are some of {}.", known.join(", "))),
            Self::Bug => Some("Please report what is printed above.".to_owned()),
            Self::Definition(_)
            | Self::Pull(_)
            | Self::Check(_)
            | Self::Several(_)
            | Self::Synth(_)
            | Self::Output(_) => None,
        }
    }
}

impl CliError {
    /// Tells the error on stderr, as the log is written; several if there are.
    pub(super) fn report(&self, log: LogFormat) -> Exit {
        match self {
            Self::Definition(errors) => errors.iter().for_each(|error| print_problem(error, log)),
            Self::Pull(errors) => errors.iter().for_each(|error| print_problem(error, log)),
            Self::Check(errors) => errors.iter().for_each(|error| print_problem(error, log)),
            Self::Several(errors) => {
                for error in errors {
                    error.report(log);
                }
            }
            other => print_problem(other, log),
        }
        self.exit()
    }
}

impl From<Vec<DefinitionError>> for CliError {
    fn from(errors: Vec<DefinitionError>) -> Self {
        Self::Definition(errors)
    }
}

impl From<Vec<PullError>> for CliError {
    fn from(errors: Vec<PullError>) -> Self {
        Self::Pull(errors)
    }
}

impl From<PullError> for CliError {
    fn from(error: PullError) -> Self {
        Self::Pull(vec![error])
    }
}

impl From<Vec<DeriveError>> for CliError {
    fn from(errors: Vec<DeriveError>) -> Self {
        Self::Check(errors)
    }
}
