//! Digests of files that lie outside the store, and what such files say of themselves at their beginnings: a file that did
//! not change is not read again only to find that out.
//!
//! A digest is believed only of the very file that it was taken of: the same address, path, size and marks of change. On a
//! disk these are the file's number and both its times to the nanosecond, on a service its entity tag. Where a mark is
//! missing, or so fresh that a later change could leave it as it is, the file is read. Whoever reads a file's content
//! compares it with the digest once more.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use object_store::path::Path;
use serde::{Deserialize, Serialize};
use tracing::debug;

use super::marks::Marks;
use super::{Digest, Location, Store, StoreError};

/// Where they are kept.
const FILE: &str = "remembered/digests.json";

/// Version of that file's layout.
const FORMAT: u32 = 2;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Remembered<T> {
    marks: Marks,
    what: T,
}

/// By address, by path below it.
type Files<T> = BTreeMap<String, BTreeMap<String, Remembered<T>>>;

/// What a file says, by itself, to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Answered {
    question: String,
    answer: String,
}

/// All that is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Memory {
    digests: Files<Digest>,
    /// What files say of themselves at their beginnings.
    answers: Files<Answered>,
}

/// The file's content, with a digest of its own: one flipped bit must not make a file another.
#[derive(Debug, Serialize, Deserialize)]
struct Document<M> {
    format: u32,
    sha256: Digest,
    memory: M,
}

/// The digests that a store remembers, and what files said of themselves.
#[derive(Debug, Default)]
pub struct Digests {
    /// What the store has; `None` where it has no memory, or a damaged one.
    before: Option<Memory>,
    now: Mutex<Memory>,
}

impl Digests {
    /// The digests that the store remembers. A memory that can't be read is none.
    pub async fn read(store: &Store) -> Self {
        let bytes = store.get(&Path::from(FILE)).await.ok().flatten();
        let document = bytes.and_then(|bytes| serde_json::from_slice::<Document<Memory>>(&bytes).ok());
        let is_whole = |document: &Document<Memory>| {
            document.format == FORMAT && digest_of(&document.memory).is_ok_and(|sha256| sha256 == document.sha256)
        };
        let before = document.filter(is_whole).map(|document| document.memory);
        Self { now: Mutex::new(before.clone().unwrap_or_default()), before }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
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
        let taken = async {
            let sha256 = taken.await?;
            debug!(file = file.to_string(), "digested");
            Ok(sha256)
        };
        self.recall(location, file, |memory| &mut memory.digests, |_| true, taken).await
    }

    /// What a file says to a `question` about its beginning, which is `looked` up only where the answer is not remembered.
    ///
    /// # Errors
    /// The file can't be read.
    pub async fn answer<E>(
        &self,
        location: &Location,
        file: &Path,
        question: &str,
        looked: impl Future<Output = Result<String, E>>,
    ) -> Result<String, E> {
        let looked = async {
            let answer = looked.await?;
            debug!(file = file.to_string(), "looked into");
            Ok(Answered { question: question.to_owned(), answer })
        };
        let is_asked = |answered: &Answered| answered.question == question;
        Ok(self.recall(location, file, |memory| &mut memory.answers, is_asked, looked).await?.answer)
    }

    /// What is remembered of a file as it is now, if it is what is wanted, or else what is `found` in it.
    async fn recall<T: Clone, E>(
        &self,
        location: &Location,
        file: &Path,
        of: impl Fn(&mut Memory) -> &mut Files<T>,
        is_wanted: impl Fn(&T) -> bool,
        found: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let (address, name) = (location.to_string(), file.to_string());
        let marks = Marks::of(location, file).await;
        let known = of(&mut self.memory()).get(&address).and_then(|files| files.get(&name)).cloned();
        if let (Some(known), Some(marks)) = (known, &marks)
            && known.marks == *marks
            && is_wanted(&known.what)
        {
            return Ok(known.what);
        }
        let now = SystemTime::now();
        let what = found.await?;
        let unchanged = marks.filter(|marks| marks.are_settled(now));
        let remembered = match unchanged {
            Some(marks) if Marks::of(location, file).await.as_ref() == Some(&marks) => {
                Some(Remembered { marks, what: what.clone() })
            }
            _ => None,
        };
        let mut memory = self.memory();
        let files = of(&mut memory).entry(address).or_default();
        match remembered {
            Some(remembered) => drop(files.insert(name, remembered)),
            None => drop(files.remove(&name)),
        }
        Ok(what)
    }

    /// Forgets the files at an address that are not there any more.
    pub fn retain(&self, location: &Location, is_there: impl Fn(&str) -> bool) {
        let address = location.to_string();
        let memory = &mut *self.memory();
        if let Some(files) = memory.digests.get_mut(&address) {
            files.retain(|name, _| is_there(name));
        }
        if let Some(files) = memory.answers.get_mut(&address) {
            files.retain(|name, _| is_there(name));
        }
    }

    /// Writes them into the store, if there is anything new.
    ///
    /// # Errors
    /// The store can't be written.
    pub async fn write(&self, store: &Store) -> Result<(), StoreError> {
        let memory = self.memory().clone();
        if self.before.as_ref() == Some(&memory) { Ok(()) } else { put(store, &memory).await }
    }

    /// Makes the store forget all digests: one of them was wrong.
    ///
    /// # Errors
    /// The store can't be written.
    pub async fn forget(store: &Store) -> Result<(), StoreError> {
        put(store, &Memory::default()).await
    }
}

async fn put(store: &Store, memory: &Memory) -> Result<(), StoreError> {
    let unwritable = |source| StoreError::Record { path: FILE.to_owned(), source };
    let document = Document { format: FORMAT, sha256: digest_of(memory).map_err(unwritable)?, memory };
    let bytes = serde_json::to_vec_pretty(&document).map_err(unwritable)?;
    store.put(&Path::from(FILE), bytes.into()).await
}

fn digest_of(memory: &Memory) -> Result<Digest, serde_json::Error> {
    serde_json::to_vec(memory).map(Digest::of)
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
            let files = [("a.csv".to_owned(), Remembered { marks, what: sha256 })].into();
            digests.memory().digests.insert(self.location.to_string(), files);
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
    async fn what_a_file_says_is_remembered_with_what_it_was_asked() {
        let place = Place::new();
        let digests = place.remembered().await;
        let marks = digests.memory().digests[&place.location.to_string()]["a.csv"].marks.clone();
        let what = Answered { question: "day".to_owned(), answer: "2018-04-18".to_owned() };
        let files = [("a.csv".to_owned(), Remembered { marks, what })].into();
        digests.memory().answers.insert(place.location.to_string(), files);
        digests.write(&place.store).await.unwrap();
        let digests = Digests::read(&place.store).await;
        let asked = async |question: &str| {
            let found = async { Ok::<_, Infallible>("another".to_owned()) };
            digests.answer(&place.location, &Path::from("a.csv"), question, found).await.unwrap()
        };
        assert_eq!(asked("day").await, "2018-04-18");
        assert_eq!(place.digest(&digests).await, (Digest::of("one"), false));
        assert_eq!(asked("day under another contract").await, "another");
        fs::write(place.file(), "two").unwrap();
        assert_eq!(asked("day").await, "another");
    }

    #[tokio::test]
    async fn what_was_forgotten_is_read() {
        let place = Place::new();
        place.remembered().await;
        Digests::forget(&place.store).await.unwrap();
        assert_eq!(place.digest(&Digests::read(&place.store).await).await, (Digest::of("one"), true));
    }
}
