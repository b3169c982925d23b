//! A published version as its readers find it: its record, its manifest, and the way to its tables and to those behind them.

use std::collections::BTreeSet;

use bytes::Bytes;
use object_store::path::Path;

use super::{Manifest, PublishedEntry, datapackage};
use crate::store::{Artefact, Commit, Digest, Store, StoreError, VersionLog, VersionNumber};

/// A version whose record and manifest were read and held to each other.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedVersion {
    /// The record that makes it visible.
    pub commit: Commit,
    /// What it is made of.
    pub manifest: Manifest,
}

/// Which tables a name is looked for among.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tables {
    /// The version's own.
    Published,
    /// The models behind it.
    Derived,
    /// The extracts behind those.
    Staged,
}

impl PublishedVersion {
    /// The version of this number, or the latest; `None` where there is none.
    ///
    /// # Errors
    /// The version's manifest is gone or damaged, or the store can't be read.
    pub async fn read(
        store: &Store,
        dataset: &str,
        version: Option<VersionNumber>,
    ) -> Result<Option<Self>, StoreError> {
        match VersionLog::new(store, dataset).find(version).await? {
            Some(commit) => Self::of(store, dataset, commit).await.map(Some),
            None => Ok(None),
        }
    }

    /// Every version of a dataset, the first first.
    ///
    /// # Errors
    /// A record or a manifest is gone or damaged, or the store can't be read.
    pub async fn all(store: &Store, dataset: &str) -> Result<Vec<Self>, StoreError> {
        let mut versions = Vec::new();
        for commit in VersionLog::new(store, dataset).all().await? {
            versions.push(Self::of(store, dataset, commit).await?);
        }
        Ok(versions)
    }

    /// The artefacts that it was made of, and that a proof of it needs.
    pub fn artefacts(&self) -> impl Iterator<Item = &Artefact> {
        let Manifest { extracts, models, tables, .. } = &self.manifest;
        let extracts = extracts.iter().map(|entry| &entry.artefact);
        let models = models.iter().map(|entry| &entry.artefact);
        extracts.chain(models).chain(tables.values().map(|table| &table.artefact))
    }

    /// The version that a record makes visible.
    ///
    /// # Errors
    /// Its manifest is gone or damaged, or of another version, or the store can't be read.
    pub async fn of(store: &Store, dataset: &str, commit: Commit) -> Result<Self, StoreError> {
        let path = commit.path(dataset).join(Manifest::FILE);
        let Some(bytes) = store.get(&path).await? else { return Err(store.gone(&path)) };
        if commit.manifest_sha256.is_some_and(|sha256| sha256 != Digest::of(&bytes)) {
            return Err(store.damaged(&path, "its bytes are not those that the version was committed with"));
        }
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|source| StoreError::Record { path: path.to_string(), source })?;
        let said = (manifest.version, manifest.key, manifest.dataset.as_str());
        match said == (commit.content(), commit.key, dataset) {
            true => Ok(Self { commit, manifest }),
            false => Err(store.damaged(&path, "it is of another version than its record")),
        }
    }

    /// The first of its files that is gone or of another size than the manifest says, or the data package, if its bytes are
    /// others; `None` where all are whole.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn fault(&self, store: &Store) -> Result<Option<StoreError>, StoreError> {
        let folder = self.commit.path(&self.manifest.dataset);
        let sizes = store.sizes(&folder).await?;
        let fault = |table: &PublishedEntry| {
            let path = folder.clone().join(table.file.as_str());
            match sizes.get(&path) {
                None => Some(store.gone(&path)),
                Some(size) if *size == table.entry.bytes => None,
                Some(size) => Some(store.of_another_size(&path, *size, &table.entry)),
            }
        };
        match self.manifest.tables.values().find_map(fault) {
            Some(fault) => Ok(Some(fault)),
            None => match self.package(store).await {
                Err(error) if error.finding().is_some() => Ok(Some(error)),
                package => package.map(|_| None),
            },
        }
    }

    /// The data package, whose bytes are those that the manifest has the digest of. Earlier versions have no such digest.
    ///
    /// # Errors
    /// It is gone or damaged, or the store can't be read.
    pub(super) async fn package(&self, store: &Store) -> Result<Bytes, StoreError> {
        let path = self.package_path();
        let Some(bytes) = store.get(&path).await? else { return Err(store.gone(&path)) };
        match self.manifest.datapackage_sha256.is_some_and(|sha256| sha256 != Digest::of(&bytes)) {
            true => Err(store.damaged(&path, "its bytes are not those that the manifest has the SHA-256 of")),
            false => Ok(bytes),
        }
    }

    pub(super) fn package_path(&self) -> Path {
        self.commit.path(&self.manifest.dataset).join(datapackage::FILE)
    }

    /// The names of its tables, or of those behind them.
    pub fn names(&self, tables: Tables) -> BTreeSet<String> {
        match tables {
            Tables::Published => self.manifest.tables.keys().cloned().collect(),
            Tables::Derived => self.manifest.models.iter().map(|entry| entry.model.clone()).collect(),
            Tables::Staged => self.manifest.extracts.iter().flat_map(|entry| entry.rows.keys().cloned()).collect(),
        }
    }

    /// The files of a table, each held to its record; none where there is no table of that name.
    ///
    /// # Errors
    /// A file is gone or damaged, or the store can't be read.
    pub async fn files(&self, store: &Store, tables: Tables, table: &str) -> Result<Vec<Path>, StoreError> {
        let artefacts: Vec<&Artefact> = match tables {
            Tables::Published => {
                let Some(published) = self.manifest.tables.get(table) else { return Ok(Vec::new()) };
                let file = self.commit.path(&self.manifest.dataset).join(published.file.as_str());
                store.hold(&file, &published.entry, None).await?;
                return Ok(vec![file]);
            }
            Tables::Derived => {
                let models = self.manifest.models.iter().filter(|entry| entry.model == table);
                models.map(|entry| &entry.artefact).collect()
            }
            Tables::Staged => {
                let extracts = self.manifest.extracts.iter().filter(|entry| entry.rows.contains_key(table));
                extracts.map(|entry| &entry.artefact).collect()
            }
        };
        let mut files = Vec::with_capacity(artefacts.len());
        for artefact in artefacts {
            files.push(store.table(artefact, table).await?);
        }
        Ok(files)
    }
}
