//! What may not go: all that a published version was made of, and all that a run of the definitions of today would use.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::Sensitivity;
use crate::job::{Build, Compiled, Context, JobError};
use crate::publish::PublishedVersion;
use crate::pull::refused_artefact;
use crate::store::{Artefact, Store, StoreError, VersionLog, VersionNumber, Zone, datasets};

/// A published version of a dataset.
pub type DatasetVersion = (String, VersionNumber);

/// What published versions were made of.
#[derive(Debug, Default)]
pub(super) struct Published {
    /// The artefacts that their manifests name, each with those versions.
    pub(super) versions: BTreeMap<Artefact, BTreeSet<DatasetVersion>>,
    /// Those of each dataset's latest version.
    pub(super) latest: BTreeSet<Artefact>,
}

/// What the versions of every dataset that the store has were made of.
///
/// # Errors
/// A record or a manifest can't be read, so that nobody knows what its version needs.
pub(super) async fn published(store: &Store) -> Result<Published, JobError> {
    let unknown = |source: StoreError| JobError::NeedUnknown { source };
    let mut needed = Published::default();
    for dataset in datasets(store).await? {
        VersionLog::new(store, &dataset).check_end().await.map_err(unknown)?;
        let all = PublishedVersion::all(store, &dataset).await.map_err(unknown)?;
        for version in &all {
            for artefact in version.artefacts() {
                let versions = needed.versions.entry(artefact.clone()).or_default();
                versions.insert((dataset.clone(), version.commit.version));
            }
        }
        needed.latest.extend(all.last().into_iter().flat_map(PublishedVersion::artefacts).cloned());
    }
    Ok(needed)
}

/// The pipelines of the project, each with its extracts located.
///
/// # Errors
/// A definition is wrong or a required extract is missing, so that nobody knows what a run would use.
pub(super) async fn builds(context: &Context) -> Result<Vec<Build<'_>>, JobError> {
    let mut builds = Vec::new();
    for pipeline in context.project.pipelines.values() {
        builds.push(Build::new(context, pipeline).await?);
    }
    Ok(builds)
}

/// The artefacts that a run would use or make: of each extract also what it leaves when it is refused, and the candidate.
pub(super) fn present(build: &Build<'_>) -> BTreeSet<Artefact> {
    let staged = build.staged.iter().map(|it| it.artefact.clone());
    let refused = build.staged.iter().map(|it| refused_artefact(&it.artefact));
    let steps = build.steps();
    let name = build.compiled.dataset.name.clone();
    let candidate = Artefact { zone: Zone::Candidates, name, key: build.release(&steps).key() };
    let derived = steps.all().iter().map(|step| step.artefact.clone());
    staged.chain(refused).chain(derived).chain([candidate]).collect()
}

/// Whether rows of an artefact may be about single persons, by the definitions of today. A source or a model that no pipeline has
/// any more counts as such, since nobody knows what it held.
pub(super) fn is_personal(context: &Context, builds: &[Build<'_>], artefact: &Artefact) -> bool {
    let name = artefact.name.as_str();
    match artefact.zone {
        Zone::Staged => {
            let contract = context.project.contracts.get(name);
            contract.is_none_or(|contract| contract.sensitivity == Sensitivity::Person)
        }
        Zone::Derived => {
            let mut known = builds.iter().map(|build| &build.compiled).filter(|it| it.graph.model(name).is_some());
            let is_personal = |it: &Compiled<'_>| {
                it.graph.is_personal(name, &|table| it.dataset.tables.iter().any(|published| published.name == table))
            };
            known.clone().next().is_none() || known.any(is_personal)
        }
        // No version is made of them.
        Zone::Refused | Zone::Candidates => false,
    }
}
