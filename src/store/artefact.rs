//! Artefacts: folders of Parquet files whose record, written last, says that they are complete.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use futures::{StreamExt, TryStreamExt, stream};
use jiff::civil::Date;
use object_store::path::Path;
use serde::{Deserialize, Serialize};

use super::seal::{Seal, opened, sealed};
use super::{ArtefactKey, Digest, KeyId, Store, StoreError, TableEntry, local};

/// The part of the store that an artefact belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zone {
    /// Extracts, checked and typed. Person-level, pseudonymised.
    Staged,
    /// What a refused extract left: its rejected rows and its counts.
    Refused,
    /// The models' tables.
    Derived,
    /// Dataset versions that did not pass their audits.
    Candidates,
}

impl Zone {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Staged, Self::Refused, Self::Derived, Self::Candidates];

    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::Staged => "staged",
            Self::Refused => "refused",
            Self::Derived => "derived",
            Self::Candidates => "candidates",
        }
    }
}

/// The name of an artefact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Artefact {
    /// Where it lives.
    pub zone: Zone,
    /// The source's, model's or dataset's name.
    pub name: String,
    /// The digest of all that determines it.
    pub key: ArtefactKey,
}

impl Artefact {
    /// The artefact's folder.
    pub fn path(&self) -> Path {
        Path::from_iter([self.zone.folder(), &self.name, &self.key.to_string()])
    }

    /// The Parquet file of one of its tables.
    pub fn table_path(&self, table: &str) -> Path {
        self.path().join(format!("{table}.parquet"))
    }

    /// The file of its record.
    pub fn record_path(&self) -> Path {
        self.path().join(RECORD_FILE)
    }
}

impl fmt::Display for Artefact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.zone.folder(), self.name, self.key.short())
    }
}

/// What an artefact was made from: enough to walk back from any number, and to make it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Provenance {
    /// A register extract.
    Extract {
        /// The extract's path below the extracts' address.
        file: String,
        /// Digest of its bytes.
        sha256: Digest,
        /// Digest of the contract it was read under.
        contract: Digest,
        /// The version of the layout that it was read as, where the contract has several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<String>,
        /// The year it serves; `None` for every year.
        year: Option<i16>,
        /// The day the register was drawn.
        extract_date: Option<Date>,
        /// Made by `maaltal-synth`, not by a register.
        synthetic: bool,
        /// The millionths of everybody that it is about.
        sample: u32,
    },
    /// A model's SQL over other artefacts.
    Model {
        /// The model's SQL without comments and layout, with the names of its parameters.
        sql: String,
        /// Digest of that; of a table whose rows were known from the run, the digest of those.
        sql_sha256: Digest,
        /// What ran it; nothing in the records of earlier releases.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        maker: String,
        /// The year it was run for; `None` for a model without parameters.
        year: Option<i16>,
        /// The year's reference date.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference_date: Option<Date>,
        /// The tables it read, each with the artefacts behind it.
        inputs: BTreeMap<String, Vec<Artefact>>,
    },
    /// The figures of a year that tell of a few, and what is published of them.
    Pattern {
        /// The year.
        year: i32,
    },
    /// A dataset version that failed its audits.
    Candidate {
        /// The derived tables it was assembled from.
        tables: BTreeMap<String, Artefact>,
    },
}

/// `_artefact.json`: its presence says that the artefact is complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtefactRecord {
    /// Version of this record's layout.
    pub format: u32,
    /// The artefact.
    #[serde(flatten)]
    pub artefact: Artefact,
    /// Its tables, as they were before they were encrypted.
    pub tables: BTreeMap<String, TableEntry>,
    /// The key that they are encrypted with, where they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_key: Option<KeyId>,
    /// What it was made from.
    pub provenance: Provenance,
}

pub(super) const RECORD_FORMAT: u32 = 1;

impl ArtefactRecord {
    /// The record's file.
    pub(super) fn to_file(&self) -> Result<Vec<u8>, StoreError> {
        let unwritable = |source| StoreError::Record { path: self.artefact.record_path().to_string(), source };
        sealed(self).map_err(unwritable)
    }
}

/// Folders that are listed at once.
const AT_ONCE: usize = 16;

/// The record's name in an artefact's folder.
const RECORD_FILE: &str = "_artefact.json";

/// What is wrong with a record in the place of another's.
pub(super) const OF_ANOTHER: &str = "it is the record of another artefact";

impl Store {
    /// The artefacts of a name in a zone.
    ///
    /// # Errors
    /// The store can't be listed.
    pub async fn artefacts(&self, zone: Zone, name: &str) -> Result<Vec<Artefact>, StoreError> {
        let found = self.list(&Path::from_iter([zone.folder(), name])).await?;
        let key = |path: &Path| {
            let mut parts = path.parts().skip(2);
            let key: Digest = parts.next()?.as_ref().parse().ok()?;
            (parts.next()?.as_ref() == RECORD_FILE).then_some(key)
        };
        Ok(found.iter().filter_map(key).map(|key| Artefact { zone, name: name.to_owned(), key: key.into() }).collect())
    }

    /// Those of `artefacts` that are complete, each of one table of its own name. Nothing is read of them.
    ///
    /// # Errors
    /// The store can't be listed.
    pub async fn complete(&self, artefacts: Vec<Artefact>) -> Result<BTreeSet<Artefact>, StoreError> {
        let files = |artefact: &Artefact| [artefact.record_path(), artefact.table_path(&artefact.name)];
        if let Some(folder) = self.folder().map(ToOwned::to_owned) {
            return local::blocking(move || {
                let is_there = |path: Path| local::is_there(&folder, &path);
                let is_complete = |artefact: &Artefact| files(artefact).into_iter().all(is_there);
                Ok(artefacts.into_iter().filter(is_complete).collect())
            })
            .await;
        }
        let folders: BTreeSet<Path> =
            artefacts.iter().map(|artefact| Path::from_iter([artefact.zone.folder(), &artefact.name])).collect();
        let lists: Vec<Vec<Path>> = stream::iter(folders)
            .map(|folder| async move { self.list(&folder).await })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        let there: BTreeSet<Path> = lists.into_iter().flatten().collect();
        let is_complete = |artefact: &Artefact| files(artefact).iter().all(|file| there.contains(file));
        Ok(artefacts.into_iter().filter(is_complete).collect())
    }

    /// The record of `artefact`, or `None` while it is not complete or where a file of it is gone: it can be made again.
    ///
    /// # Errors
    /// The store can't be read, or holds something else in the record's place.
    pub async fn whole(&self, artefact: &Artefact) -> Result<Option<ArtefactRecord>, StoreError> {
        let Some(record) = self.artefact(artefact).await? else { return Ok(None) };
        if let Some(folder) = self.folder() {
            let is_there = |table: &String| local::is_there(folder, &artefact.table_path(table));
            return Ok(record.tables.keys().all(is_there).then_some(record));
        }
        let there = self.list(&artefact.path()).await?;
        let is_there = |table: &String| there.contains(&artefact.table_path(table));
        Ok(record.tables.keys().all(is_there).then_some(record))
    }

    /// The record of `artefact`, or `None` while it is not complete.
    ///
    /// # Errors
    /// The store can't be read, or holds something else in the record's place.
    pub async fn artefact(&self, artefact: &Artefact) -> Result<Option<ArtefactRecord>, StoreError> {
        let Some((record, seal)) = self.opened(artefact).await? else { return Ok(None) };
        match seal.fault().filter(|_| seal == Seal::Broken) {
            Some(fault) => Err(self.damaged(&artefact.record_path(), fault)),
            None if record.artefact != *artefact => Err(self.damaged(&artefact.record_path(), OF_ANOTHER)),
            None => Ok(Some(record)),
        }
    }

    /// The record of `artefact` with what its own digest says of it, or `None` while it is not complete.
    pub(super) async fn opened(&self, artefact: &Artefact) -> Result<Option<(ArtefactRecord, Seal)>, StoreError> {
        let path = artefact.record_path();
        let Some(bytes) = self.get(&path).await? else { return Ok(None) };
        opened(&bytes).map(Some).map_err(|source| StoreError::Record { path: path.to_string(), source })
    }
}
