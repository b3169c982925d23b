//! Why a task is to do: what differs from the latest version.

use std::fmt;

use super::{JobError, Plan, Publication, Task, What};
use crate::derive::Step;
use crate::observe::Stage;
use crate::publish::{Before, Change, ExtractNow, Pairs, PublishedVersion};
use crate::pull::ExtractStep;
use crate::store::{ArtefactKey, StoreError, VersionNumber};

/// Why a task is to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It is another than that of the latest version.
    Another(Change),
    /// It was made before, and is needed again.
    Gone,
    /// Nothing is published to compare it with.
    NeverDerived,
    /// There is no version yet.
    NothingPublished,
    /// Files of the version are not in the store.
    FilesGone(VersionNumber),
    /// Its tables are made anew.
    OtherTables(VersionNumber),
    /// Its tables are the same, and something else of its key differs.
    OtherKey {
        /// The key that it has now.
        key: ArtefactKey,
        /// The key of the latest version.
        latest: ArtefactKey,
        /// The latest version.
        version: VersionNumber,
    },
    /// It differs from the latest version, which is held: in words.
    Held(String),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Another(change) => change.fmt(f),
            Self::Gone => f.write_str("gone from the store"),
            Self::NeverDerived => f.write_str("never derived"),
            Self::NothingPublished => f.write_str("nothing is published"),
            Self::FilesGone(version) => write!(f, "files of version {version} are gone or cut"),
            Self::OtherTables(version) => write!(f, "tables differ from version {version}"),
            Self::OtherKey { key, latest, version } => {
                write!(f, "{} instead of {} of version {version}", key.short(), latest.short())
            }
            Self::Held(hold) => write!(f, "{hold}; `maaltal release` ends it"),
        }
    }
}

impl<'a> Plan<'a> {
    /// Every task with the reason why it is to do; `None` where it is done. The reasons are told by comparison with the
    /// latest version.
    ///
    /// # Errors
    /// The latest version's manifest is damaged, or the store can't be read.
    pub async fn reasons(&self) -> Result<Vec<(Task<'a>, Option<Why>)>, JobError> {
        let (store, dataset) = (&self.build.context.store, &self.build.compiled.dataset.name);
        let latest = match PublishedVersion::read(store, dataset, None).await {
            Ok(latest) => latest,
            Err(StoreError::Gone { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        let before = latest.as_ref().map(|latest| Before::new(&latest.manifest));
        let now = || self.build.staged.iter().map(|step| (step.extract.place(), step.extract.sha256));
        let pairs = latest.as_ref().map(|latest| Pairs::of(&latest.manifest.extracts, now())).unwrap_or_default();
        let why = |task: &Task<'a>| match task.what {
            What::Extract(staged) => why_pull(self, staged, &pairs),
            What::Step(step) => why_derive(step, before.as_ref()),
            What::Version(key) => why_publish(self, key),
        };
        Ok(self.tasks.iter().map(|task| (*task, (!task.is_done).then(|| why(task)))).collect())
    }
}

fn why_pull(plan: &Plan<'_>, staged: &ExtractStep, pairs: &Pairs<'_>) -> Why {
    let contract = plan.build.compiled.project.contracts.get(&staged.extract.source).map(|contract| contract.digest);
    pairs.change(ExtractNow::planned(staged, contract)).map_or(Why::Gone, Why::Another)
}

fn why_derive(step: &Step, before: Option<&Before<'_>>) -> Why {
    before.map_or(Why::NeverDerived, |before| before.of_step(step).map_or(Why::Gone, Why::Another))
}

fn why_publish(plan: &Plan<'_>, key: ArtefactKey) -> Why {
    match plan.publication.as_ref() {
        None | Some(Publication::After(None)) => Why::NothingPublished,
        Some(Publication::UpToDate(latest) | Publication::Again(latest)) => Why::FilesGone(latest.version),
        Some(Publication::Held(hold)) => Why::Held(hold.to_string()),
        Some(Publication::After(Some(latest))) => {
            let is_made_anew = plan.tasks.iter().any(|task| task.what.stage() != Stage::Publish && !task.is_done);
            match is_made_anew {
                true => Why::OtherTables(latest.version),
                false => Why::OtherKey { key, latest: latest.key, version: latest.version },
            }
        }
    }
}
