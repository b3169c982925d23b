//! The places that sources come from: the environment's extracts, the project's definitions, and the entries beside its
//! models.

use std::collections::BTreeMap;
use std::sync::Arc;

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use super::extract::Extract;
use crate::definition::{Contract, Origin, Project};
use crate::pull::error::PullError;
use crate::pull::mark::{Mark, SYNTHETIC_MARK};
use crate::store::{Digest, Digests, Location, PassedOver, Usage, digest_of};

/// The places that sources come from.
#[derive(Debug, Clone)]
pub struct Origins {
    extracts: Location,
    definitions: Location,
    entries: Location,
}

impl Origins {
    /// Opens the environment's extracts and the project's definitions, with the `entries` that lie beside its models.
    ///
    /// # Errors
    /// The address of the extracts can't be opened.
    pub fn open(project: &Project, entries: Location) -> Result<Self, PullError> {
        Ok(Self {
            extracts: Location::parse(&project.environment.extracts, &project.root, Usage::Read)?,
            definitions: definitions(project)?,
            entries,
        })
    }

    /// The object store that holds a contract's files, and where in it one of them lies.
    pub(crate) fn object(&self, contract: &Contract, file: &str) -> (Arc<dyn ObjectStore>, Path) {
        let location = self.of(contract.origin);
        (location.objects(), location.path(&object_path(file)))
    }

    pub(super) fn of(&self, origin: Origin) -> &Location {
        match origin {
            Origin::Extracts => &self.extracts,
            Origin::Definitions => &self.definitions,
            Origin::Models => &self.entries,
        }
    }

    /// The files that are marked as synthetic, with their digests.
    pub(super) async fn marked(&self, files: &BTreeMap<String, u64>) -> Result<Mark, PullError> {
        if !files.contains_key(SYNTHETIC_MARK) {
            return Ok(Mark::default());
        }
        let unreadable = |reason| PullError::Unreadable { what: SYNTHETIC_MARK.to_owned(), reason };
        let path = self.extracts.path(&Path::from(SYNTHETIC_MARK));
        let mark = async { self.extracts.objects().get(&path).await?.bytes().await };
        let mark = mark.await.map_err(|error| unreadable(error.to_string()))?;
        serde_json::from_slice(&mark).map_err(|error| unreadable(error.to_string()))
    }

    /// The extract with its digest, or with the fault that keeps it from being read.
    ///
    /// # Errors
    /// The object store can't be read, so that no other file could be either.
    pub(super) async fn digest(
        &self,
        mut extract: Extract,
        origin: Origin,
        marked: &Mark,
        digests: &Digests,
    ) -> Result<Extract, PullError> {
        let location = self.of(origin);
        let taken = digest_at(location, &extract.file);
        match digests.of(location, &object_path(&extract.file), taken).await {
            Ok(sha256) => extract.sha256 = sha256,
            Err(error) if is_of_one_file(&error, location) => {
                // The name is all that there is to go by. Nothing of the file is staged, whoever it is about.
                extract.synthetic = origin == Origin::Extracts && marked.files.contains_key(&extract.file);
                extract.fault = Some(error.to_string());
                return Ok(extract);
            }
            Err(error) => return Err(PullError::Unreadable { what: extract.file, reason: error.to_string() }),
        }
        // A file that was changed since, or put there by somebody, may hold real persons.
        extract.synthetic = origin == Origin::Extracts && marked.files.get(&extract.file) == Some(&extract.sha256);
        if extract.synthetic && marked.sampled.contains(&extract.file) {
            extract.sample = marked.sample;
        }
        Ok(extract)
    }
}

async fn digest_at(location: &Location, file: &str) -> object_store::Result<Digest> {
    digest_of(location.objects().get(&location.path(&object_path(file))).await?).await
}

/// Whether an error is about one file alone. A service that can't be reached would fail for every file, each after its
/// retries.
pub(super) fn is_of_one_file(error: &object_store::Error, location: &Location) -> bool {
    use object_store::Error::{NotFound, PermissionDenied};
    location.folder().is_some() || matches!(error, NotFound { .. } | PermissionDenied { .. })
}

/// The folder that contracts of origin `definitions` are relative to.
pub(crate) fn definitions(project: &Project) -> Result<Location, PullError> {
    Ok(Location::parse(".", &project.definitions(), Usage::Read)?)
}

/// The files at an address by name, and what else lies there.
pub(crate) async fn list(location: &Location) -> Result<(BTreeMap<String, u64>, Vec<PassedOver>), PullError> {
    let (files, passed_over) = location
        .list_readable()
        .await
        .map_err(|error| PullError::Unreadable { what: location.to_string(), reason: error.to_string() })?;
    Ok((files.into_iter().map(|(path, bytes)| (path.to_string(), bytes)).collect(), passed_over))
}

/// The path of a file as it was listed: names are not encoded twice.
pub(super) fn object_path(file: &str) -> Path {
    Path::parse(file).unwrap_or_else(|_| Path::from(file))
}

#[cfg(test)]
mod tests {
    use object_store::memory::InMemory;

    use super::*;

    #[tokio::test]
    async fn a_file_that_can_not_be_read_is_told_and_keeps_no_other_back() {
        let objects = Arc::new(InMemory::new());
        objects.put(&Path::from("good.csv"), "a".into()).await.unwrap();
        let location = Location::over("memory", objects, Path::default());
        assert_eq!(digest_at(&location, "good.csv").await.unwrap(), Digest::of("a"));
        let error = digest_at(&location, "gone.csv").await.unwrap_err();
        assert!(is_of_one_file(&error, &location), "{error}");
        let unreachable = object_store::Error::Generic { store: "S3", source: "no route to host".into() };
        assert!(!is_of_one_file(&unreachable, &location));
    }

    #[tokio::test]
    async fn a_file_of_a_folder_that_can_not_be_read_becomes_an_extract_with_its_fault() {
        let folder = tempfile::tempdir().unwrap();
        // A folder under the name of a file can be opened and not read, by root either.
        std::fs::create_dir(folder.path().join("reg.csv")).unwrap();
        let location = Location::parse(".", folder.path(), Usage::Read).unwrap();
        let origins = Origins { extracts: location.clone(), definitions: location.clone(), entries: location };
        let found = origins
            .digest(Extract::undigested("reg", "reg.csv", 1), Origin::Extracts, &Mark::default(), &Digests::default())
            .await
            .unwrap();
        assert!(found.fault.is_some(), "{found:?}");
    }
}
