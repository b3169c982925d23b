//! What may not go: all that a published version was made of, and all that a run of the definitions of today would use.

use std::collections::BTreeSet;

use crate::job::{Build, Context, JobError};
use crate::publish::PublishedVersion;
use crate::pull::refused_artefact;
use crate::store::{Artefact, Store, StoreError, Zone, datasets};

/// The artefacts that the manifests of all versions name, of every dataset that the store has.
///
/// # Errors
/// A record or a manifest can't be read, so that nobody knows what its version needs.
pub(super) async fn published(store: &Store) -> Result<BTreeSet<Artefact>, JobError> {
    let unknown = |source: StoreError| JobError::NeedUnknown { source };
    let mut needed = BTreeSet::new();
    for dataset in datasets(store).await? {
        for version in PublishedVersion::all(store, &dataset).await.map_err(unknown)? {
            needed.extend(version.artefacts().cloned());
        }
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
