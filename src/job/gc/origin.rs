//! What an artefact that goes would come back from.

use std::collections::BTreeSet;

use futures::{StreamExt, TryStreamExt, stream};
use object_store::ObjectStoreExt;

use super::needed::DatasetVersion;
use crate::job::{Build, JobError};
use crate::pull::Extract;
use crate::store::{Artefact, Digest, Lying, Provenance, digest_of};

/// Questions to the store that are asked at once.
const AT_ONCE: usize = 16;

/// Something that may go, with what it would come back from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Going {
    /// What lies there.
    pub lying: Lying,
    /// What it would be made from again.
    pub comes_back: ComesBack,
    /// The versions that were made of it, and can't be proved once it is gone.
    pub unproved: BTreeSet<DatasetVersion>,
}

/// What an artefact would be made from again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComesBack {
    /// An extract, pulled again.
    Pulled {
        /// Its file.
        file: String,
        /// Whether it is there with the same bytes.
        extract: Presence,
        /// Whether it would be read under the same contract.
        contract: Terms,
    },
    /// Other artefacts, by the SQL that is in its record.
    Made {
        /// What its tables were made of.
        from: Vec<Artefact>,
    },
    /// The figures of a year, by a publication that protects them.
    Protected,
    /// It was never completed: whoever needs it makes it from the beginning.
    Unfinished,
    /// Its record can't be read.
    Unknown,
}

/// Whether an extract is there as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// With the same bytes.
    There,
    /// A file of its name is there, and has other bytes.
    OtherBytes,
    /// No file of its name is there.
    Gone,
    /// The project has no such source any more.
    NoSource,
    /// It can't be read, so that nobody knows.
    Unreadable,
}

/// Whether a contract is that of then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terms {
    /// It is.
    Same,
    /// It says something else today.
    Other,
}

/// What each of these would come back from.
///
/// # Errors
/// The store can't be read.
pub(super) async fn origins(builds: &[Build<'_>], going: Vec<Lying>) -> Result<Vec<Going>, JobError> {
    stream::iter(going)
        .map(|lying| async move {
            let comes_back = origin(builds, &lying).await?;
            Ok(Going { lying, comes_back, unproved: BTreeSet::new() })
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await
}

async fn origin(builds: &[Build<'_>], lying: &Lying) -> Result<ComesBack, JobError> {
    let (Some(artefact), Some(build)) = (&lying.artefact, builds.first()) else { return Ok(ComesBack::Unfinished) };
    let record = match build.context.store.artefact(artefact).await {
        Ok(Some(record)) => record,
        Ok(None) => return Ok(ComesBack::Unfinished),
        Err(error) if error.finding().is_some() => return Ok(ComesBack::Unknown),
        Err(error) => return Err(error.into()),
    };
    Ok(match record.provenance {
        Provenance::Extract { file, sha256, contract, .. } => {
            let extract = presence(builds, build, &artefact.name, &file, sha256).await;
            let now = build.context.project.contracts.get(&artefact.name).map(|contract| contract.digest);
            let contract = if now == Some(contract) { Terms::Same } else { Terms::Other };
            ComesBack::Pulled { file, extract, contract }
        }
        Provenance::Model { inputs, .. } => {
            let from: BTreeSet<Artefact> = inputs.into_values().flatten().collect();
            ComesBack::Made { from: from.into_iter().collect() }
        }
        Provenance::Pattern { .. } => ComesBack::Protected,
        Provenance::Candidate { tables } => ComesBack::Made { from: tables.into_values().collect() },
    })
}

/// Whether the file that an artefact was staged from is there with the bytes of then.
async fn presence(builds: &[Build<'_>], build: &Build<'_>, source: &str, file: &str, sha256: Digest) -> Presence {
    let mut located = builds.iter().flat_map(|build| &build.staged).map(|staged| &staged.extract);
    let is_it = |extract: &&Extract| extract.source == source && extract.file == file;
    if let Some(found) = located.find(is_it).filter(|found| found.fault.is_none()) {
        return if found.sha256 == sha256 { Presence::There } else { Presence::OtherBytes };
    }
    // A file that no pipeline reads has no digest yet.
    let Some(contract) = build.context.project.contracts.get(source) else { return Presence::NoSource };
    let (objects, path) = build.origins.object(contract, file);
    let digest = async { digest_of(objects.get(&path).await?).await };
    match digest.await {
        Ok(found) if found == sha256 => Presence::There,
        Ok(_) => Presence::OtherBytes,
        Err(object_store::Error::NotFound { .. }) => Presence::Gone,
        Err(_) => Presence::Unreadable,
    }
}
