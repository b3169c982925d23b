//! What lies in a zone of the store, and removing some of it.
//!
//! **Nothing that is being removed looks complete.** An artefact is complete while its record is there, so that is what goes
//! first. On a folder its whole folder gets another name in one step, which no reader takes for an artefact's, and is
//! emptied under that name: whoever makes the artefact again at the same moment writes into a folder of his own. On a service,
//! which has no folders, all records go before any table does. Whoever is killed on the way leaves tables without a
//! record, as a run that is killed does.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use object_store::ObjectStoreExt;
use object_store::path::Path;

use super::location::name_of;
use super::removal::{LEFT_PREFIX, list_written, remove_files, remove_folders};
use super::{Artefact, Digest, Store, StoreError, Written, Zone, local};

/// Objects that a service is asked to remove at once.
const AT_ONCE: usize = 16;

/// What lies in the folder of an artefact, or what is left of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lying {
    /// The folder.
    pub folder: Path,
    /// The artefact whose folder it is; `None` for a folder that is being removed.
    pub artefact: Option<Artefact>,
    /// Its files.
    pub files: BTreeMap<Path, Written>,
}

impl Lying {
    /// Its bytes.
    pub fn bytes(&self) -> u64 {
        self.files.values().map(|file| file.bytes).sum()
    }

    /// When a file of it was last written; `None` where there is none.
    pub fn last_written(&self) -> Option<Timestamp> {
        self.files.values().map(|file| file.at).max()
    }

    /// Whether its record is there.
    pub fn has_record(&self) -> bool {
        self.artefact.as_ref().is_some_and(|artefact| self.files.contains_key(&artefact.record_path()))
    }

    /// What writers that were killed left in it, as if it lay there alone: no record names such files.
    #[must_use]
    pub fn leftovers(&self) -> Self {
        let is_left = |path: &Path| path.filename().is_some_and(local::is_staged);
        let files = self.files.iter().filter(|(path, _)| is_left(path));
        Self { files: files.map(|(path, file)| (path.clone(), *file)).collect(), ..self.clone() }
    }
}

impl Store {
    /// What lies in a zone, folder by folder. What lies elsewhere in it than an artefact's files do is nobody's to remove.
    ///
    /// # Errors
    /// The store can't be listed.
    pub async fn lying(&self, zone: Zone) -> Result<Vec<Lying>, StoreError> {
        self.lying_below(zone, &Path::from(zone.folder())).await
    }

    /// What lies in a zone under a name, folder by folder.
    ///
    /// # Errors
    /// The store can't be listed.
    pub async fn lying_under(&self, zone: Zone, name: &str) -> Result<Vec<Lying>, StoreError> {
        self.lying_below(zone, &Path::from(zone.folder()).join(name)).await
    }

    async fn lying_below(&self, zone: Zone, below: &Path) -> Result<Vec<Lying>, StoreError> {
        let mut folders: BTreeMap<Path, Lying> = BTreeMap::new();
        for (path, file) in self.written(below).await? {
            let parts: Vec<String> = path.parts().map(|part| name_of(&part)).collect();
            let [_, name, key, _] = parts.as_slice() else { continue };
            let artefact = match key.parse::<Digest>() {
                Ok(digest) => Some(Artefact { zone, name: name.clone(), key: digest.into() }),
                Err(_) if key.starts_with(LEFT_PREFIX) => None,
                Err(_) => continue,
            };
            let Some((folder, _)) = path.as_ref().rsplit_once('/') else { continue };
            let Ok(folder) = Path::parse(folder) else { continue };
            let lying = folders.entry(folder.clone()).or_insert(Lying { folder, artefact, files: BTreeMap::new() });
            lying.files.insert(path, file);
        }
        Ok(folders.into_values().collect())
    }

    /// Removes folders of artefacts with all that lies in them, but for those in which anything was written since they were
    /// listed. Answers which are gone.
    ///
    /// # Errors
    /// The store can't be listed or written. Some may be gone.
    pub async fn remove(&self, folders: Vec<Lying>) -> Result<Vec<Lying>, StoreError> {
        let mut same = Vec::with_capacity(folders.len());
        for lying in folders {
            if self.written(&lying.folder).await? == lying.files {
                same.push(lying);
            }
        }
        if let Some(root) = self.folder().map(ToOwned::to_owned) {
            return local::blocking(move || {
                remove_folders(&root, &same.iter().map(|it| it.folder.clone()).collect::<Vec<_>>())?;
                Ok(same)
            })
            .await;
        }
        let records: BTreeSet<Path> =
            same.iter().filter_map(|it| it.artefact.as_ref()).map(Artefact::record_path).collect();
        let (first, then): (Vec<&Path>, Vec<&Path>) =
            same.iter().flat_map(|it| it.files.keys()).partition(|path| records.contains(path));
        self.delete(first).await?;
        self.delete(then).await?;
        Ok(same)
    }

    /// Removes files alone that no record names.
    ///
    /// # Errors
    /// The store can't be written. Some may be gone.
    pub async fn remove_leftovers(&self, left: &Lying) -> Result<(), StoreError> {
        let files = left.leftovers().files;
        match self.folder().map(ToOwned::to_owned) {
            Some(root) => local::blocking(move || remove_files(&root, files.keys())).await,
            None => self.delete(files.keys().collect()).await,
        }
    }

    async fn delete(&self, paths: Vec<&Path>) -> Result<(), StoreError> {
        stream::iter(paths)
            .map(|path| async move {
                match self.objects().delete(&self.object_path(path)).await {
                    // Whoever else removed it did the same.
                    Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                    Err(source) => Err(self.failed("remove", path, source)),
                }
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
    }

    /// The files below a folder as they were last written, those of killed writers among them. Links are not followed: what they lead
    /// to is not the zone's.
    async fn written(&self, folder: &Path) -> Result<BTreeMap<Path, Written>, StoreError> {
        if let Some(root) = self.folder().map(ToOwned::to_owned) {
            let folder = folder.clone();
            return local::blocking(move || list_written(&root, &folder)).await;
        }
        let listed = self.objects().list(Some(&self.object_path(folder))).map_ok(|object| {
            let modified = object.last_modified;
            let nanoseconds = i32::try_from(modified.timestamp_subsec_nanos()).unwrap_or_default();
            // A time that can't be told is none that is long ago.
            let at = Timestamp::new(modified.timestamp(), nanoseconds).unwrap_or(Timestamp::MAX);
            (self.location().below(&object.location), Written { bytes: object.size, at })
        });
        let listed: Vec<_> = listed.try_collect().await.map_err(|source| self.failed("list", folder, source))?;
        Ok(listed.into_iter().filter_map(|(path, file)| Some((path?, file))).collect())
    }
}
