//! Why a task is to do: what differs from the latest version.

use std::collections::BTreeSet;
use std::fmt;

use super::{JobError, Plan, Publication, Task, What};
use crate::derive::Step;
use crate::observe::Stage;
use crate::publish::{Manifest, PublishedVersion};
use crate::pull::ExtractStep;
use crate::store::{ArtefactKey, StoreError, VersionNumber};

/// Why a task is to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The latest version has no such extract.
    NewExtract,
    /// It has other bytes.
    ChangedExtract,
    /// It was read under another contract.
    ChangedContract,
    /// It had another name.
    RenamedExtract,
    /// Something else of its key changed.
    ChangedReference,
    /// It was made before, and is needed again.
    Gone,
    /// Nothing is published to compare it with.
    NeverDerived,
    /// The latest version has no such model, or not for that year.
    NewStep,
    /// Another query.
    ChangedSql,
    /// Tables that it reads have changed.
    ChangedInputs(Vec<String>),
    /// It reads fewer artefacts than before.
    FewerInputs,
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
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewExtract => f.write_str("new extract"),
            Self::ChangedExtract => f.write_str("changed extract"),
            Self::ChangedContract => f.write_str("changed contract"),
            Self::RenamedExtract => f.write_str("renamed extract"),
            Self::ChangedReference => f.write_str("changed reference list or pseudonym key"),
            Self::Gone => f.write_str("gone from the store"),
            Self::NeverDerived => f.write_str("never derived"),
            Self::NewStep => f.write_str("new model or year"),
            Self::ChangedSql => f.write_str("changed SQL"),
            Self::ChangedInputs(tables) => write!(f, "changed {}", tables.join(", ")),
            Self::FewerInputs => f.write_str("fewer inputs"),
            Self::NothingPublished => f.write_str("nothing is published"),
            Self::FilesGone(version) => write!(f, "files of version {version} are gone from the store"),
            Self::OtherTables(version) => write!(f, "tables differ from version {version}"),
            Self::OtherKey { key, latest, version } => {
                write!(f, "{} instead of {} of version {version}", key.short(), latest.short())
            }
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
        let why = |task: &Task<'a>| match task.what {
            What::Extract(staged) => why_pull(self, staged, before.as_ref()),
            What::Step(step) => why_derive(step, before.as_ref()),
            What::Version(key) => why_publish(self, key),
        };
        Ok(self.tasks.iter().map(|task| (*task, (!task.is_done).then(|| why(task)))).collect())
    }
}

/// What the latest version was made of.
struct Before<'a> {
    manifest: &'a Manifest,
    artefacts: BTreeSet<ArtefactKey>,
}

impl<'a> Before<'a> {
    fn new(manifest: &'a Manifest) -> Self {
        let extracts = manifest.extracts.iter().map(|extract| extract.artefact.key);
        let artefacts = extracts.chain(manifest.models.iter().map(|model| model.artefact.key)).collect();
        Self { manifest, artefacts }
    }
}

fn why_pull(plan: &Plan<'_>, staged: &ExtractStep, before: Option<&Before<'_>>) -> Why {
    let extract = &staged.extract;
    let Some(before) = before else { return Why::NewExtract };
    let contract = plan.build.compiled.project.contracts.get(&extract.source).map(|contract| contract.digest);
    let mut earlier =
        before.manifest.extracts.iter().filter(|it| it.source == extract.source && it.year == extract.year);
    match earlier.next() {
        None => Why::NewExtract,
        Some(earlier) if earlier.sha256 != extract.sha256 => Why::ChangedExtract,
        Some(earlier) if Some(earlier.contract) != contract => Why::ChangedContract,
        Some(earlier) if earlier.file != extract.file => Why::RenamedExtract,
        Some(earlier) if earlier.artefact == staged.artefact => Why::Gone,
        Some(_) => Why::ChangedReference,
    }
}

fn why_derive(step: &Step, before: Option<&Before<'_>>) -> Why {
    let Some(before) = before else { return Why::NeverDerived };
    let year = step.calendar_year();
    match before.manifest.models.iter().find(|it| it.model == step.model && it.year == year) {
        None => Why::NewStep,
        Some(earlier) if earlier.artefact == step.artefact => Why::Gone,
        Some(earlier) if earlier.sql_sha256 != step.sql => Why::ChangedSql,
        Some(_) => {
            let is_new = |key| !before.artefacts.contains(&key);
            let changed = step.inputs.iter().filter(|(_, inputs)| inputs.iter().any(|it| is_new(it.artefact.key)));
            let changed: Vec<String> = changed.map(|(table, _)| table.clone()).collect();
            if changed.is_empty() { Why::FewerInputs } else { Why::ChangedInputs(changed) }
        }
    }
}

fn why_publish(plan: &Plan<'_>, key: ArtefactKey) -> Why {
    match plan.publication.as_ref() {
        None | Some(Publication::After(None)) => Why::NothingPublished,
        Some(Publication::UpToDate(latest) | Publication::Again(latest)) => Why::FilesGone(latest.version),
        Some(Publication::After(Some(latest))) => {
            let is_made_anew = plan.tasks.iter().any(|task| task.what.stage() != Stage::Publish && !task.is_done);
            match is_made_anew {
                true => Why::OtherTables(latest.version),
                false => Why::OtherKey { key, latest: latest.key, version: latest.version },
            }
        }
    }
}
