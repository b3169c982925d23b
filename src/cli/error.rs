//! What can end a command, and how it is told.

use crate::job::JobError;
use crate::observe::{LogFormat, printable};
use crate::problem::{self, Exit, Explain};
use crate::pull::PullError;

/// A command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error(transparent)]
    Job(#[from] JobError),
    #[error("can't start a thread")]
    Start(#[source] std::io::Error),
    #[error("can't write the answer")]
    Output(#[source] std::io::Error),
    #[error("maaltal has a bug")]
    Bug,
}

impl Explain for CliError {
    fn exit(&self) -> Exit {
        match self {
            Self::Job(error) => error.exit(),
            Self::Start(_) | Self::Output(_) => Exit::Store,
            Self::Bug => Exit::Bug,
        }
    }

    fn cause(&self) -> Option<&dyn Explain> {
        match self {
            Self::Job(error) => Some(error),
            Self::Start(_) | Self::Output(_) | Self::Bug => None,
        }
    }

    fn details(&self) -> Vec<String> {
        match self {
            Self::Start(error) | Self::Output(error) => vec![error.to_string()],
            Self::Job(_) | Self::Bug => Vec::new(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Bug => Some("Please report what is printed above.".to_owned()),
            Self::Job(_) | Self::Start(_) | Self::Output(_) => None,
        }
    }
}

impl CliError {
    /// Tells the error on stderr, as the log is written; several if there are. Who stopped the process needs no telling.
    pub(super) fn report(&self, log: LogFormat) -> Exit {
        match self {
            Self::Job(JobError::Stopped(_)) => {}
            Self::Job(error) => error.each().into_iter().for_each(|error| tell(error, log)),
            other => tell(other, log),
        }
        self.exit()
    }
}

/// One error, as a person reads it, or a log collector.
fn tell(error: &dyn Explain, log: LogFormat) {
    let (details, hint) = (problem::details(error), problem::hint(error));
    if log == LogFormat::Json {
        let (details, hint) = (details.join("; "), hint.unwrap_or_default());
        tracing::error!(exit_code = error.exit().code(), details, hint, "{error}");
        return;
    }
    // A line that register data begins must not look like one of ours.
    let shown = |text: &str| printable(text).replace('\n', "\n  ");
    eprintln!("error: {}", shown(&error.to_string()));
    for detail in details {
        eprintln!("  {}", shown(&detail));
    }
    if let Some(hint) = hint {
        eprintln!("\nhint: {}", shown(&hint));
    }
}

impl From<PullError> for CliError {
    fn from(error: PullError) -> Self {
        Self::Job(error.into())
    }
}
