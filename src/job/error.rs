//! All that can end a job.

use std::path::PathBuf;

use crate::definition::DefinitionError;
use crate::derive::{DeriveError, OtherMaker};
use crate::engine::Blame;
use crate::problem::{Exit, Explain, closest};
use crate::publish::PublishError;
use crate::pull::PullError;
use crate::store::{Store, StoreError, VersionNumber};

/// A job failed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// A definition can't be used.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// An extract could not be pulled.
    #[error(transparent)]
    Pull(#[from] PullError),
    /// SQL does not fit, or failed.
    #[error(transparent)]
    Derive(#[from] DeriveError),
    /// Nothing was published.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The store can't be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Several errors, told one after the other.
    #[error("there are several errors")]
    Several(Vec<Self>),
    /// A name that nothing has.
    #[error("no {kind} is named `{name}`")]
    Unknown {
        /// What was looked for.
        kind: &'static str,
        /// The name given.
        name: String,
        /// What was meant, perhaps.
        hint: Option<String>,
    },
    /// There are several pipelines, and none was named.
    #[error("which pipeline?")]
    WhichPipeline {
        /// Their names.
        known: Vec<String>,
    },
    /// There is no such version.
    #[error("`{dataset}` has no published version{} in the store {store}", version.map(|it| format!(" {it}")).unwrap_or_default())]
    NothingPublished {
        /// The dataset.
        dataset: String,
        /// The version asked for; `None` for the latest.
        version: Option<VersionNumber>,
        /// The store, whose address may be mistyped.
        store: String,
    },
    /// A stage was asked for alone, and the one before it has not made all.
    #[error("`{artefact}` is not in the store")]
    StageMissing {
        /// What is missing.
        artefact: String,
        /// What makes it.
        command: &'static str,
    },
    /// Masks hide figures, and no policy says which.
    #[error("`{dataset}` has masks, and no policy says what they hide")]
    NoPolicy {
        /// The dataset.
        dataset: String,
        /// One of its masks.
        mask: PathBuf,
    },
    /// A query that can't be run.
    #[error("the query is wrong: {message}")]
    Query {
        /// What is wrong.
        message: String,
        /// What was meant, perhaps.
        hint: Option<String>,
    },
    /// A query that failed on what it read.
    #[error("the query failed: {message}")]
    Unreadable {
        /// How.
        message: String,
        /// On what.
        blame: Blame,
    },
    /// There is nothing to show or to replay.
    #[error("no rejected rows of `{source_name}`")]
    NoRejects {
        /// The source asked for.
        source_name: String,
        /// The sources that have some.
        known: Vec<String>,
    },
    /// A published version is not what its records say, or audits find rows in it.
    #[error("version {version} of `{dataset}` can't be proved: {findings} finding{}", if *findings == 1 { "" } else { "s" })]
    NotProved {
        /// The dataset.
        dataset: String,
        /// The version.
        version: String,
        /// How many things are wrong.
        findings: usize,
        /// Whether files are, or audits find rows.
        exit: Exit,
    },
    /// A published version is what its records say, and not signed by whom it should be.
    #[error("version {version} of `{dataset}` is not signed by its publisher")]
    NotThePublishers {
        /// The dataset.
        dataset: String,
        /// The version.
        version: String,
    },
    /// A version whose content was to be published once more is not what its records say.
    #[error("version {version} of `{dataset}` can't be restored: nothing is published")]
    NotTakenBack {
        /// The dataset.
        dataset: String,
        /// The version.
        version: String,
        /// What is wrong with it.
        wrong: Vec<StoreError>,
    },
    /// A version under no disclosure policy was to be restored, and the dataset has a policy now.
    #[error("version {version} of `{dataset}` is not restored: it was published under no disclosure policy")]
    NotProtected {
        /// The dataset.
        dataset: String,
        /// The version.
        version: String,
        /// The policy that the dataset has now.
        policy: PathBuf,
    },
    /// The record or the manifest of a version can't be read, so that nobody knows what its proof needs.
    #[error("nothing is removed: what a version needs can't be told")]
    NeedUnknown {
        /// What is wrong with it.
        source: StoreError,
    },
    /// A version was made by other releases, which may write the same rows as other bytes.
    #[error("version {version} of `{dataset}` can't be derived again by this release")]
    OtherMakers {
        /// The dataset.
        dataset: String,
        /// The version.
        version: String,
        /// The release of maaltal that published it.
        tool: String,
        /// What derived its tables then, and what would now.
        makers: Vec<OtherMaker>,
    },
    /// What is to be the key that versions are signed with is none. It is not told: it may be a secret.
    #[error("the signing key in {name} is not 64 hexadecimal digits")]
    NotASigningKey {
        /// The variable.
        name: &'static str,
    },
    /// There is no key that versions are signed with.
    #[error("{name} is not set: there is no key to tell the public key of")]
    NoSigningKey {
        /// The variable.
        name: &'static str,
    },
    /// The job was told to stop, and has.
    #[error("the job was stopped")]
    Stopped(Exit),
}

/// As many names fit into a hint.
const FEW: usize = 20;

impl JobError {
    /// The hint is the name that was probably meant, or else all names, if they are few.
    pub fn unknown<'a>(kind: &'static str, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Self {
        let hint = match closest(name, known.clone()) {
            Some(meant) => Some(format!("Did you mean `{meant}`?")),
            None if known.clone().count() <= FEW => {
                Some(format!("Name one of {}.", known.collect::<Vec<_>>().join(", ")))
            }
            None => None,
        };
        Self::Unknown { kind, name: name.to_owned(), hint }
    }

    /// There is no such version of a dataset, or none at all.
    pub fn nothing_published(store: &Store, dataset: &str, version: Option<VersionNumber>) -> Self {
        Self::NothingPublished { dataset: dataset.to_owned(), version, store: store.address() }
    }

    /// The errors that there are, one or several.
    pub fn each(&self) -> Vec<&Self> {
        match self {
            Self::Several(errors) => errors.iter().flat_map(Self::each).collect(),
            one => vec![one],
        }
    }

    /// Whether the error only follows from another one.
    fn follows(&self) -> bool {
        matches!(self, Self::Pull(error) if error.follows())
    }
}

/// The exit code of several errors. What the store refuses says nothing of the extracts, and comes first; then a missing
/// source, which is told before a broken contract. What only follows from another error counts where there is no other.
fn exit_of(errors: &[&JobError]) -> Exit {
    let exits = |follows: bool| errors.iter().filter(move |error| error.follows() == follows).map(|error| error.exit());
    match exits(false).find(|exit| *exit == Exit::Store) {
        Some(store) => store,
        None => exits(false).min().or_else(|| exits(true).min()).unwrap_or(Exit::Bug),
    }
}

impl Explain for JobError {
    fn exit(&self) -> Exit {
        match self {
            Self::Definition(error) => error.exit(),
            Self::Pull(error) => error.exit(),
            Self::Derive(error) => error.exit(),
            Self::Publish(error) => error.exit(),
            Self::Store(error) => error.exit(),
            Self::Several(_) => exit_of(&self.each()),
            Self::Unknown { .. }
            | Self::WhichPipeline { .. }
            | Self::NothingPublished { .. }
            | Self::Query { .. }
            | Self::NoRejects { .. } => Exit::Usage,
            Self::Unreadable { blame, .. } => blame.exit(Exit::Usage),
            Self::StageMissing { .. } => Exit::Source,
            Self::OtherMakers { .. }
            | Self::NoPolicy { .. }
            | Self::NotProtected { .. }
            | Self::NotASigningKey { .. }
            | Self::NoSigningKey { .. } => Exit::Definition,
            Self::NotThePublishers { .. } | Self::NotTakenBack { .. } => Exit::Store,
            Self::NeedUnknown { source } => source.exit(),
            Self::NotProved { exit, .. } | Self::Stopped(exit) => *exit,
        }
    }

    fn cause(&self) -> Option<&dyn Explain> {
        match self {
            Self::Definition(error) => Some(error),
            Self::Pull(error) => Some(error),
            Self::Derive(error) => Some(error),
            Self::Publish(error) => Some(error),
            Self::Store(error) => Some(error),
            _ => None,
        }
    }

    fn details(&self) -> Vec<String> {
        match self {
            Self::OtherMakers { makers, .. } => {
                let words =
                    |it: &OtherMaker| format!("tables were derived by `{}`, and would be by `{}`", it.then, it.now);
                makers.iter().map(words).collect()
            }
            Self::NeedUnknown { source } => [vec![source.to_string()], source.details()].concat(),
            Self::NotProtected { policy, .. } => {
                vec![format!("what {} has to hide would be shown as the latest", policy.display())]
            }
            Self::NotTakenBack { wrong, .. } => {
                let words = |(path, what): (&str, String)| format!("{path}: {what}");
                wrong.iter().filter_map(StoreError::finding).map(words).collect()
            }
            _ => Vec::new(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NotProved { exit: Exit::Audit, .. } => {
                Some(
                    "The files match their records, but whoever changed a file may have changed its record too: run `maaltal \
                     verify --rebuild` and `maaltal verify --key`, or compare with a copy. If these agree, ask who published \
                     it: its audits and its protection were run on other rows."
                        .to_owned(),
                )
            }
            Self::NotProved { .. } => Some(
                "Restore the files from a copy. What is in `derived` and `staged` can also be deleted and made again by \
                 `maaltal run`, from the same extracts and definitions."
                    .to_owned(),
            ),
            Self::NotThePublishers { .. } => Some(
                "Ask those who published it for their public key, by another way than the store, and whether the version is \
                 theirs: it may be of somebody who can write the store."
                    .to_owned(),
            ),
            Self::NoPolicy { mask, .. } => Some(format!(
                "Give it one in pipelines/disclosure/, or delete {} and the masks beside it where nobody is to be protected.",
                mask.display()
            )),
            Self::NotTakenBack { .. } => {
                Some("Restore its files from a copy, or take back to another version: `maaltal versions` lists them.".to_owned())
            }
            Self::NotProtected { .. } => Some(
                "Take back to a version that was published under a policy, or correct the extracts and run.".to_owned(),
            ),
            Self::NeedUnknown { source } => source.hint(),
            Self::OtherMakers { tool, .. } => Some(format!("Take the release that published it: {tool}.")),
            Self::NotASigningKey { name } => {
                Some(format!("Make one with `openssl rand -hex 32`, or unset {name} to publish without a signature."))
            }
            Self::NoSigningKey { .. } => Some("Make a key with `openssl rand -hex 32`, and keep it.".to_owned()),
            Self::WhichPipeline { known } => Some(format!("Name one of {}.", known.join(", "))),
            Self::NothingPublished { version: Some(_), .. } => {
                Some("`maaltal versions` lists those that there are.".to_owned())
            }
            Self::NothingPublished { version: None, .. } => Some("`maaltal run` publishes one.".to_owned()),
            Self::StageMissing { command, .. } => Some(format!("Run `{command}` first.")),
            Self::Unreadable { blame, .. } => blame.hint(),
            Self::Query { hint, .. } | Self::Unknown { hint, .. } => hint.clone(),
            Self::NoRejects { known, .. } if known.is_empty() => None,
            Self::NoRejects { known, .. } => Some(format!("There are some of {}.", known.join(", "))),
            _ => None,
        }
    }
}

impl<E: Into<Self>> From<Vec<E>> for JobError {
    fn from(errors: Vec<E>) -> Self {
        Self::Several(errors.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem;
    use crate::pull::Need;

    fn missing() -> JobError {
        let (address, years, patterns) = (String::new(), Vec::new(), Vec::new());
        let need = Need::Required;
        PullError::Missing { source_name: "yder".to_owned(), years, address, patterns, need }.into()
    }

    fn unreferred() -> JobError {
        let name = || "sikrede".to_owned();
        PullError::Unreferred { source_name: name(), file: name(), referred: "yder".to_owned() }.into()
    }

    fn gone() -> JobError {
        StoreError::Gone { path: "staged/yder".to_owned(), store: "data".to_owned() }.into()
    }

    #[test]
    fn of_several_errors_the_store_comes_first_and_what_only_follows_last() {
        let exit = |errors: Vec<JobError>| JobError::Several(errors).exit();
        assert_eq!(exit(vec![missing(), gone()]), Exit::Store);
        assert_eq!(exit(vec![unreferred(), missing()]), Exit::Source);
        assert_eq!(exit(vec![unreferred()]), Exit::Contract);
        assert_eq!(exit(vec![JobError::Several(vec![unreferred(), missing()]), gone()]), Exit::Store);
    }

    #[test]
    fn details_and_hint_are_those_of_the_cause_unless_the_error_has_its_own() {
        let source = || StoreError::Damaged { path: String::new(), store: String::new(), what: "cut off".to_owned() };
        let error = JobError::from(PublishError::from(source()));
        assert_eq!(problem::details(&error), ["cut off"]);
        assert_eq!(problem::hint(&error), source().hint());
        let own = JobError::StageMissing { artefact: String::new(), command: "maaltal pull" };
        assert_eq!(problem::hint(&own).as_deref(), Some("Run `maaltal pull` first."));
    }
}
