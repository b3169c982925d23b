//! Versions that are held: what was taken back stays taken back until somebody releases it.
//!
//! The log is only ever added to. A version that restores an earlier one is held from the moment that its record is there, and
//! its release is a record of its own: `_released/<20 digits>.json`, created once. It does not lie in `_versions`, whose last
//! file simple readers take for the latest version. Two who release at the same time both find it released.

use std::fmt;

use object_store::path::Path;
use serde::{Deserialize, Serialize};

use super::seal::{opened, sealed};
use super::{Commit, Created, Restored, StoreError, VersionLog, VersionNumber};

/// A version that restores an earlier one, and that nobody has released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The version that is held.
    pub commit: Commit,
    /// What it restores, and why.
    pub restores: Restored,
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { commit, restores } = self;
        write!(
            f,
            "version {} restores version {}, held since {}",
            commit.version, restores.version, commit.committed_at
        )?;
        restores.reason.iter().try_for_each(|reason| write!(f, ": {reason}"))
    }
}

/// The record that ends a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// The version that was held.
    pub version: VersionNumber,
    /// When it was released, UTC.
    pub released_at: String,
}

impl VersionLog<'_> {
    fn released_path(&self, version: VersionNumber) -> Path {
        self.record_path("_released", version)
    }

    /// The hold on a version; `None` where it restores nothing, or was released.
    ///
    /// # Errors
    /// The record of its release is damaged, or the store can't be read.
    pub async fn hold(&self, commit: &Commit) -> Result<Option<Hold>, StoreError> {
        let Some(restores) = &commit.restores else { return Ok(None) };
        let hold = || Hold { commit: commit.clone(), restores: restores.clone() };
        Ok(self.released(commit.version).await?.is_none().then(hold))
    }

    /// The record by which a version was released.
    ///
    /// # Errors
    /// It is damaged, or the store can't be read.
    pub async fn released(&self, version: VersionNumber) -> Result<Option<Released>, StoreError> {
        Ok(self.release_record(version).await?.map(|(released, _)| released))
    }

    /// The record by which a version was released, and how many bytes it has.
    ///
    /// # Errors
    /// As [`VersionLog::released`].
    pub async fn release_record(&self, version: VersionNumber) -> Result<Option<(Released, u64)>, StoreError> {
        let path = self.released_path(version);
        let Some(bytes) = self.store.get(&path).await? else { return Ok(None) };
        let (released, seal) =
            opened::<Released>(&bytes).map_err(|source| StoreError::Record { path: path.to_string(), source })?;
        // Every release record was written with its digest: without it anybody could end a hold unnoticed.
        match seal.fault() {
            Some(fault) => Err(self.store.damaged(&path, fault)),
            None if released.version != version => {
                Err(self.store.damaged(&path, "it is the record of another version"))
            }
            None => Ok(Some((released, bytes.len() as u64))),
        }
    }

    /// Ends the hold on a version.
    ///
    /// # Errors
    /// The store can't be written.
    pub async fn release(&self, released: &Released) -> Result<Created, StoreError> {
        let path = self.released_path(released.version);
        let bytes = sealed(released).map_err(|source| StoreError::Record { path: path.to_string(), source })?;
        self.store.create(&path, bytes.into()).await
    }
}
