//! Digests of files that lie outside the store: a file that did not change is not read again only to find that out.
//!
//! A digest is believed only of the very file that it was taken of: the same address, path, size and marks of change. On a
//! disk these are the file's number and both its times to the nanosecond, on a service its entity tag. Where a mark is
//! missing, or so fresh that a later change could leave it as it is, the file is read. Whoever reads a file's content
//! compares it with the digest once more.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use object_store::ObjectStoreExt;
use object_store::path::Path;
use serde::{Deserialize, Serialize};
use tracing::debug;

use super::{Digest, Location, Store, StoreError};

/// Where they are kept.
const FILE: &str = "remembered/digests.json";

/// Version of that file's layout.
const FORMAT: u32 = 1;

/// How old the times of a file have to be, in seconds: the clocks of some disks stand still for two.
const SETTLED_SECONDS: i64 = 3;

/// What changes with a file's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "on")]
enum Marks {
    /// On a disk: where the file is on it, and when its content and anything about it changed.
    Disk { device: u64, number: u64, bytes: u64, modified: (i64, i64), changed: (i64, i64) },
    /// On a service.
    Service { tag: String, bytes: u64, modified: String },
}

impl Marks {
    async fn of(location: &Location, file: &Path) -> Option<Self> {
        if let Some(folder) = location.folder() {
            let file = file.parts().fold(folder.to_owned(), |below, part| below.join(part.as_ref()));
            return Self::on_disk(&tokio::fs::metadata(file).await.ok()?);
        }
        if !location.is_service() {
            return None;
        }
        let found = location.objects().head(&location.path(file)).await.ok()?;
        // A weak tag may stay when the content changes.
        let tag = found.e_tag.filter(|tag| !tag.is_empty() && !tag.starts_with("W/"))?;
        Some(Self::Service { tag, bytes: found.size, modified: found.last_modified.to_rfc3339() })
    }

    #[cfg(unix)]
    #[allow(clippy::unnecessary_wraps, reason = "elsewhere there are none")]
    fn on_disk(found: &std::fs::Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        Some(Self::Disk {
            device: found.dev(),
            number: found.ino(),
            bytes: found.size(),
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
        })
    }

    #[cfg(not(unix))]
    fn on_disk(_: &std::fs::Metadata) -> Option<Self> {
        None
    }

    /// Whether a change from now on would leave other marks.
    fn are_settled(&self, now: SystemTime) -> bool {
        match self {
            Self::Disk { modified, changed, .. } => {
                let now = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
                let latest = i64::try_from(now).unwrap_or(0) - SETTLED_SECONDS;
                modified.0 < latest && changed.0 < latest
            }
            Self::Service { .. } => true,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Remembered {
    marks: Marks,
    sha256: Digest,
}

/// By address, by path below it.
type Files = BTreeMap<String, BTreeMap<String, Remembered>>;

/// The file's content, with a digest of its own: one flipped bit must not make a file another.
#[derive(Debug, Serialize, Deserialize)]
struct Document<F> {
    format: u32,
    sha256: Digest,
    files: F,
}

/// The digests that a store remembers.
#[derive(Debug, Default)]
pub struct Digests {
    /// What the store has; `None` where it has no memory, or a damaged one.
    before: Option<Files>,
    now: Mutex<Files>,
}

impl Digests {
    /// The digests that the store remembers. A memory that can't be read is none.
    pub async fn read(store: &Store) -> Self {
        let bytes = store.get(&Path::from(FILE)).await.ok().flatten();
        let document = bytes.and_then(|bytes| serde_json::from_slice::<Document<Files>>(&bytes).ok());
        let is_whole = |document: &Document<Files>| {
            document.format == FORMAT && digest_of(&document.files).is_ok_and(|sha256| sha256 == document.sha256)
        };
        let before = document.filter(is_whole).map(|document| document.files);
        Self { now: Mutex::new(before.clone().unwrap_or_default()), before }
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The digest of a file, which is `taken` only where it is not remembered.
    ///
    /// # Errors
    /// The file can't be read.
    pub async fn of<E>(
        &self,
        location: &Location,
        file: &Path,
        taken: impl Future<Output = Result<Digest, E>>,
    ) -> Result<Digest, E> {
        let (address, name) = (location.to_string(), file.to_string());
        let marks = Marks::of(location, file).await;
        let known = self.files().get(&address).and_then(|files| files.get(&name)).cloned();
        if let (Some(known), Some(marks)) = (known, &marks)
            && known.marks == *marks
        {
            return Ok(known.sha256);
        }
        let now = SystemTime::now();
        let sha256 = taken.await?;
        debug!(file = name, "digested");
        let unchanged = marks.filter(|marks| marks.are_settled(now));
        let remembered = match unchanged {
            Some(marks) if Marks::of(location, file).await.as_ref() == Some(&marks) => {
                Some(Remembered { marks, sha256 })
            }
            _ => None,
        };
        let mut files = self.files();
        let files = files.entry(address).or_default();
        match remembered {
            Some(remembered) => drop(files.insert(name, remembered)),
            None => drop(files.remove(&name)),
        }
        Ok(sha256)
    }

    /// Forgets the files at an address that are not there any more.
    pub fn retain(&self, location: &Location, is_there: impl Fn(&str) -> bool) {
        if let Some(files) = self.files().get_mut(&location.to_string()) {
            files.retain(|name, _| is_there(name));
        }
    }

    /// Writes them into the store, if there is anything new.
    ///
    /// # Errors
    /// The store can't be written.
    pub async fn write(&self, store: &Store) -> Result<(), StoreError> {
        let files = self.files().clone();
        if self.before.as_ref() == Some(&files) { Ok(()) } else { put(store, &files).await }
    }

    /// Makes the store forget all digests: one of them was wrong.
    ///
    /// # Errors
    /// The store can't be written.
    pub async fn forget(store: &Store) -> Result<(), StoreError> {
        put(store, &Files::new()).await
    }
}

async fn put(store: &Store, files: &Files) -> Result<(), StoreError> {
    let unwritable = |source| StoreError::Record { path: FILE.to_owned(), source };
    let document = Document { format: FORMAT, sha256: digest_of(files).map_err(unwritable)?, files };
    let bytes = serde_json::to_vec_pretty(&document).map_err(unwritable)?;
    store.put(&Path::from(FILE), bytes.into()).await
}

fn digest_of(files: &Files) -> Result<Digest, serde_json::Error> {
    serde_json::to_vec(files).map(Digest::of)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

    use std::convert::Infallible;
    use std::fs;
    use std::time::Duration;

    use super::*;
    use crate::store::Usage;

    /// A folder with a file in it, and the store beside it.
    struct Place {
        folder: tempfile::TempDir,
        location: Location,
        store: Store,
    }

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("extracts")).unwrap();
            fs::write(folder.path().join("extracts/a.csv"), "one").unwrap();
            let location = Location::parse("extracts", folder.path(), Usage::Read).unwrap();
            let store = Store::open("store", folder.path()).unwrap();
            Self { folder, location, store }
        }

        fn file(&self) -> std::path::PathBuf {
            self.folder.path().join("extracts/a.csv")
        }

        /// The digest of the file, and whether it was read for it.
        async fn digest(&self, digests: &Digests) -> (Digest, bool) {
            let mut is_read = false;
            let taken = async {
                is_read = true;
                Ok::<_, Infallible>(Digest::of(fs::read(self.file()).unwrap()))
            };
            let sha256 = digests.of(&self.location, &Path::from("a.csv"), taken).await.unwrap();
            (sha256, is_read)
        }

        /// The digests of a process that took them long after the file was written.
        async fn remembered(&self) -> Digests {
            let digests = Digests::default();
            let marks = Marks::of(&self.location, &Path::from("a.csv")).await.unwrap();
            assert!(marks.are_settled(SystemTime::now() + Duration::from_secs(60)));
            let sha256 = Digest::of(fs::read(self.file()).unwrap());
            let files = [("a.csv".to_owned(), Remembered { marks, sha256 })].into();
            digests.files().insert(self.location.to_string(), files);
            digests.write(&self.store).await.unwrap();
            Digests::read(&self.store).await
        }
    }

    #[tokio::test]
    async fn a_file_that_did_not_change_is_not_read_again() {
        let place = Place::new();
        let digests = place.remembered().await;
        assert_eq!(place.digest(&digests).await, (Digest::of("one"), false));
    }

    #[tokio::test]
    async fn a_file_that_changed_in_any_way_is_read() {
        type Change = fn(&std::path::Path);
        let back_in_time: Change = |file| {
            let before = fs::metadata(file).unwrap().modified().unwrap();
            fs::write(file, "two").unwrap();
            fs::File::options().write(true).open(file).unwrap().set_modified(before).unwrap();
        };
        let replaced: Change = |file| {
            let other = file.with_extension("new");
            fs::write(&other, "two").unwrap();
            fs::rename(other, file).unwrap();
        };
        let written: Change = |file| fs::write(file, "two").unwrap();
        for change in [written, back_in_time, replaced] {
            let place = Place::new();
            let digests = place.remembered().await;
            change(&place.file());
            assert_eq!(place.digest(&digests).await, (Digest::of("two"), true));
        }
    }

    #[tokio::test]
    async fn the_digest_of_a_file_that_was_just_written_is_not_remembered() {
        let place = Place::new();
        let digests = Digests::default();
        assert_eq!(place.digest(&digests).await, (Digest::of("one"), true));
        assert_eq!(place.digest(&digests).await, (Digest::of("one"), true), "a change now might leave its times");
    }

    #[tokio::test]
    async fn a_memory_in_which_a_bit_flipped_is_none() {
        let place = Place::new();
        place.remembered().await;
        let memory = place.folder.path().join("store").join(FILE);
        let whole = fs::read_to_string(&memory).unwrap();
        let sha256 = Digest::of("one").to_string();
        fs::write(&memory, whole.replace(&sha256, &Digest::of("two").to_string())).unwrap();
        assert_eq!(place.digest(&Digests::read(&place.store).await).await, (Digest::of("one"), true));
        fs::write(&memory, &whole[..100]).unwrap();
        assert_eq!(place.digest(&Digests::read(&place.store).await).await, (Digest::of("one"), true));
    }

    #[tokio::test]
    async fn what_was_forgotten_is_read() {
        let place = Place::new();
        place.remembered().await;
        Digests::forget(&place.store).await.unwrap();
        assert_eq!(place.digest(&Digests::read(&place.store).await).await, (Digest::of("one"), true));
    }
}
