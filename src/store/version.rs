//! The log of published versions: numbered records, each created once.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use bytes::Bytes;
use object_store::path::Path;
use serde::{Deserialize, Serialize};

use super::location::name_of;
use super::seal::{Seal, opened, sealed};
use super::{ArtefactKey, Created, Digest, Signature, SigningKey, Store, StoreError};

/// The number of a published version, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VersionNumber(u64);

impl VersionNumber {
    /// The first version.
    pub const FIRST: Self = Self(1);

    /// The version after this one; `None` after the largest that there can be.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }

    /// The version before this one; `None` for the first.
    #[must_use]
    pub fn before(self) -> Option<Self> {
        self.0.checked_sub(1).filter(|number| *number > 0).map(Self)
    }
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that is not a version number.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a version number: give a whole number from 1")]
pub struct NotAVersion(String);

impl FromStr for VersionNumber {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        match text.strip_prefix('v').unwrap_or(text).parse() {
            Ok(number) if number > 0 => Ok(Self(number)),
            _ => Err(NotAVersion(text.to_owned())),
        }
    }
}

/// A record of the log: the version exists because this exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// The version's number.
    pub version: VersionNumber,
    /// The digest of all that determines the version's content.
    pub key: ArtefactKey,
    /// The version's folder, below the dataset's.
    pub folder: String,
    /// Digest of the version's manifest, which holds those of all its tables. Earlier versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest_sha256: Option<Digest>,
    /// What it has otherwise than the version before it, and why. It follows from the two of them, and is in no key; nothing
    /// in the first version, and where the one before could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Reason>,
    /// The version whose content this one has once more: key, folder and manifest are its. Nothing where the content is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restores: Option<Restored>,
    /// The publisher's, of its [statement](Self::statement); nothing where it was published without a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Box<Signature>>,
    /// When it was committed, UTC. Of no other meaning: the content has no clock in it.
    pub committed_at: String,
}

/// What a version restores. It is held until somebody releases it: no run publishes anything after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// The version that was published with this content.
    pub version: VersionNumber,
    /// Why, as whoever took back the versions after it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Why something was made anew, in words: the same thing for the same reason in a row of years is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The stage: pull, derive or publish.
    pub stage: String,
    /// The source, model or dataset.
    pub what: String,
    /// The years; none for what is of all years.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub years: Vec<i16>,
    /// Why, as `maaltal plan` says it.
    pub why: String,
}

impl Commit {
    /// The version's folder in the store.
    pub fn path(&self, dataset: &str) -> Path {
        dataset_path(dataset).join(self.folder.as_str())
    }

    /// The version that was published with this content: its number is in the folder's name, the manifest and the data package.
    pub fn content(&self) -> VersionNumber {
        self.restores.as_ref().map_or(self.version, |restored| restored.version)
    }

    /// What is signed of it: a line that says which dataset, which version and which manifest. With the number in it, a version
    /// that was signed once can't be put in the place of a later one. `None` where it does not have its manifest's digest.
    pub fn statement(&self, dataset: &str) -> Option<String> {
        let manifest = self.manifest_sha256?;
        Some(format!("maaltal {dataset} {} {manifest}\n", self.version))
    }

    /// Whether its signature, if it has one, is of this dataset, version and manifest.
    pub fn fits_its_signature(&self, dataset: &str) -> bool {
        let Some(signature) = &self.signature else { return true };
        self.statement(dataset).is_some_and(|statement| signature.fits(&statement))
    }

    /// The record's file, which has a digest of its own, and so has the hint, its copy.
    ///
    /// # Errors
    /// It can't be written as JSON.
    pub fn to_file(&self) -> Result<Bytes, serde_json::Error> {
        sealed(self).map(Bytes::from)
    }

    /// It with the signature under a key, where there is one.
    #[must_use]
    pub fn signed(mut self, dataset: &str, key: Option<&SigningKey>) -> Self {
        self.signature = key.and_then(|key| Some(Box::new(key.sign(&self.statement(dataset)?))));
        self
    }
}

fn dataset_path(dataset: &str) -> Path {
    Path::from_iter(["published", dataset])
}

/// The datasets of which something was published, or was to be.
///
/// # Errors
/// The store can't be listed.
pub async fn datasets(store: &Store) -> Result<BTreeSet<String>, StoreError> {
    let found = store.list(&Path::from("published")).await?;
    let dataset = |path: &Path| path.parts().nth(1).map(|name| name_of(&name));
    Ok(found.iter().filter_map(dataset).collect())
}

/// How an attempt to commit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommitOutcome {
    /// The version is published.
    Published,
    /// Another run had published the same content under this number, with this record.
    SameAlready(Commit),
    /// Another run had published something else under this number.
    Lost(Commit),
}

/// What is wrong with a record at another's number.
const OF_ANOTHER: &str = "it is the record of another version";

/// The folder of the records that make versions visible.
const LOG: &str = "_versions";

/// The versions of one dataset.
#[derive(Debug, Clone)]
pub struct VersionLog<'a> {
    pub(super) store: &'a Store,
    dataset: String,
}

impl<'a> VersionLog<'a> {
    /// The log of `dataset`.
    pub fn new(store: &'a Store, dataset: &str) -> Self {
        Self { store, dataset: dataset.to_owned() }
    }

    /// The dataset's folder.
    pub fn dataset_path(&self) -> Path {
        dataset_path(&self.dataset)
    }

    /// The copy of the latest record, for readers that can't list.
    pub fn hint_path(&self) -> Path {
        self.dataset_path().join("latest.json")
    }

    /// The path of a version's record.
    pub fn commit_path(&self, version: VersionNumber) -> Path {
        self.record_path(LOG, version)
    }

    /// The file of a record on a version, in a folder of the dataset's.
    pub(super) fn record_path(&self, folder: &str, version: VersionNumber) -> Path {
        self.dataset_path().join(folder).join(format!("{:020}.json", version.0))
    }

    /// All version numbers, ascending.
    ///
    /// # Errors
    /// The store can't be listed.
    pub async fn numbers(&self) -> Result<Vec<VersionNumber>, StoreError> {
        let found = self.store.list(&self.dataset_path().join(LOG)).await?;
        let number = |path: &Path| {
            let digits = path.filename()?.strip_suffix(".json").filter(|digits| digits.len() == 20)?.to_owned();
            digits.parse().ok().map(VersionNumber)
        };
        Ok(found.iter().filter_map(number).collect())
    }

    /// Refuses a log with a gap: numbers follow one another, so that one that is not there was there. The last one is missed by
    /// [`VersionLog::latest`].
    ///
    /// # Errors
    /// A record is gone, or the store can't be listed.
    pub async fn check_gaps(&self) -> Result<(), StoreError> {
        let numbers = self.numbers().await?;
        let expected = std::iter::successors(Some(VersionNumber::FIRST), |number| number.next());
        match numbers.into_iter().zip(expected).find(|(found, expected)| found != expected) {
            Some((_, gone)) => Err(self.store.gone(&self.commit_path(gone))),
            None => Ok(()),
        }
    }

    /// The number after the last that has a record.
    ///
    /// # Errors
    /// The store can't be listed.
    pub async fn next(&self) -> Result<Option<VersionNumber>, StoreError> {
        Ok(self.numbers().await?.last().map_or(Some(VersionNumber::FIRST), |last| last.next()))
    }

    /// Refuses a log whose end is gone: a run begins with the files of the version after the latest, so that a folder of a later
    /// one says that there were records, whose numbers must not be used a second time.
    ///
    /// # Errors
    /// Records are gone, or the store can't be listed.
    pub async fn check_end(&self) -> Result<(), StoreError> {
        // Another job may commit in between: what is begun is looked at first.
        let begun = self.begun().await?;
        match self.next().await?.filter(|next| begun.is_some_and(|begun| begun > *next)) {
            Some(gone) => Err(self.store.gone(&self.commit_path(gone))),
            None => Ok(()),
        }
    }

    /// The commit of `version`, if it was published.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn commit(&self, version: VersionNumber) -> Result<Option<Commit>, StoreError> {
        let Some((commit, seal)) = self.opened(version).await? else { return Ok(None) };
        match seal.fault().filter(|_| seal == Seal::Broken) {
            Some(fault) => Err(self.store.damaged(&self.commit_path(version), fault)),
            None if commit.version != version => Err(self.store.damaged(&self.commit_path(version), OF_ANOTHER)),
            None => Ok(Some(commit)),
        }
    }

    /// The commit of `version`, every byte of whose record is as it was written, and how many bytes that are.
    ///
    /// # Errors
    /// The record is gone or damaged, or has no digest of its own, or the store can't be read.
    pub async fn proven(&self, version: VersionNumber) -> Result<(Commit, u64), StoreError> {
        let path = self.commit_path(version);
        let Some((commit, seal)) = self.opened(version).await? else { return Err(self.store.gone(&path)) };
        match seal.fault() {
            Some(fault) => Err(self.store.damaged(&path, fault)),
            None if commit.version != version => Err(self.store.damaged(&path, OF_ANOTHER)),
            None => {
                let bytes = commit.to_file().map_err(|source| StoreError::Record { path: path.to_string(), source })?;
                Ok((commit, bytes.len() as u64))
            }
        }
    }

    async fn opened(&self, version: VersionNumber) -> Result<Option<(Commit, Seal)>, StoreError> {
        let path = self.commit_path(version);
        let Some(bytes) = self.store.get(&path).await? else { return Ok(None) };
        opened(&bytes).map(Some).map_err(|source| StoreError::Record { path: path.to_string(), source })
    }

    /// Every commit, the first version first.
    ///
    /// # Errors
    /// The record of a version that there was is gone or damaged, or the store can't be read.
    pub async fn all(&self) -> Result<Vec<Commit>, StoreError> {
        self.up_to(self.last().await?).await
    }

    /// Every commit up to that of a version, the first version first.
    ///
    /// # Errors
    /// As [`VersionLog::all`].
    pub async fn up_to(&self, last: Option<VersionNumber>) -> Result<Vec<Commit>, StoreError> {
        let mut commits = Vec::new();
        let mut next = Some(VersionNumber::FIRST);
        while let Some(version) = next.filter(|version| Some(*version) <= last) {
            let Some(commit) = self.commit(version).await? else {
                return Err(self.store.gone(&self.commit_path(version)));
            };
            commits.push(commit);
            next = version.next();
        }
        Ok(commits)
    }

    /// The commit of a version, or of the latest: the highest number. `None` of one that there never was.
    ///
    /// # Errors
    /// The record is gone or damaged, or the store can't be read.
    pub async fn find(&self, version: Option<VersionNumber>) -> Result<Option<Commit>, StoreError> {
        let last = self.last().await?;
        let Some(version) = version.or(last) else { return Ok(None) };
        match self.commit(version).await? {
            None if Some(version) <= last => Err(self.store.gone(&self.commit_path(version))),
            found => Ok(found),
        }
    }

    /// The latest commit.
    ///
    /// # Errors
    /// As [`VersionLog::find`].
    pub async fn latest(&self) -> Result<Option<Commit>, StoreError> {
        self.find(None).await
    }

    /// The highest number, also of a version whose record is gone.
    async fn last(&self) -> Result<Option<VersionNumber>, StoreError> {
        let (last, lost) = self.last_and_lost().await?;
        let last = lost.map(|lost| lost.version).or(last);
        if last.is_none() {
            self.check_end().await?;
        }
        Ok(last)
    }

    /// The commit of the latest version as the hint has it, where the record is gone: the hint is written after it. One whose own
    /// digest says that it is damaged tells of nothing.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn lost(&self) -> Result<Option<Commit>, StoreError> {
        Ok(self.last_and_lost().await?.1)
    }

    /// The highest number that has a record, and the commit after it, as [`VersionLog::lost`] has it.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn last_and_lost(&self) -> Result<(Option<VersionNumber>, Option<Commit>), StoreError> {
        let hint = self.hinted().await?;
        let last = self.numbers().await?.last().copied();
        Ok((last, hint.filter(|hint| Some(hint.version) > last)))
    }

    /// The highest number that a folder of a version's files has in its name, whether the version was committed or not.
    ///
    /// # Errors
    /// The store can't be listed.
    pub async fn begun(&self) -> Result<Option<VersionNumber>, StoreError> {
        let found = self.store.list(&self.dataset_path()).await?;
        let number = |path: &Path| {
            let folder = path.parts().nth(2)?;
            let (number, _) = folder.as_ref().strip_prefix('v')?.split_once('-')?;
            number.parse().ok().map(VersionNumber)
        };
        Ok(found.iter().filter_map(number).max())
    }

    /// What the hint for simple readers says, where it can be read and is not damaged.
    ///
    /// # Errors
    /// The store can't be read.
    async fn hinted(&self) -> Result<Option<Commit>, StoreError> {
        let hint = self.store.get(&self.hint_path()).await?;
        let opened = hint.and_then(|bytes| opened::<Commit>(&bytes).ok());
        Ok(opened.filter(|(_, seal)| *seal != Seal::Broken).map(|(hint, _)| hint))
    }

    /// Publishes a version: the one atomic act that makes it visible.
    ///
    /// # Errors
    /// The store can't be written.
    pub async fn publish(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        let path = self.commit_path(commit.version);
        let bytes = commit.to_file().map_err(|source| StoreError::Record { path: path.to_string(), source })?;
        match self.store.create(&path, bytes).await? {
            Created::Now => Ok(CommitOutcome::Published),
            Created::Already => match self.commit(commit.version).await? {
                // Our own, whose answer was lost on the way: nobody else has committed at the same moment.
                Some(theirs) if theirs == *commit => Ok(CommitOutcome::Published),
                Some(theirs) if theirs.key == commit.key => Ok(CommitOutcome::SameAlready(theirs)),
                Some(theirs) => Ok(CommitOutcome::Lost(theirs)),
                // Something lies there that is no record, such as a folder.
                None => Err(StoreError::Occupied { path: path.to_string() }),
            },
        }
    }
}
