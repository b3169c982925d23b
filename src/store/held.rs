//! Files held to their records before anybody reads them.
//!
//! A record says what each file of an artefact or a version has to be. A reader that skipped the comparison would
//! take a file that is gone for no rows, and a flipped bit for another figure.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{GetResultPayload, ObjectStoreExt};
use sha2::{Digest as _, Sha256};

use super::{Artefact, Digest, Store, StoreError, TableEntry, local};

/// The files that this process has written, or has found to be what their records say. No file of the store is ever
/// written with other content, so one comparison is enough.
#[derive(Debug, Clone, Default)]
pub(super) struct Held(Arc<Mutex<BTreeSet<Path>>>);

impl Held {
    fn has(&self, path: &Path) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(path)
    }

    pub(super) fn remember(&self, path: Path) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path);
    }
}

impl Store {
    /// The path of an artefact's table, which is what the artefact's record says.
    ///
    /// # Errors
    /// The artefact or the file is gone or damaged, or the store can't be read.
    pub async fn table(&self, artefact: &Artefact, table: &str) -> Result<Path, StoreError> {
        let path = artefact.table_path(table);
        if self.held.has(&path) {
            return Ok(path);
        }
        let Some(record) = self.artefact(artefact).await? else { return Err(self.gone(&artefact.record_path())) };
        let Some(entry) = record.tables.get(table) else { return Err(self.gone(&path)) };
        self.hold(&path, entry).await?;
        Ok(path)
    }

    /// Holds the file at `path` to its entry in a record: its size, and the digest of all its bytes.
    ///
    /// # Errors
    /// The file is gone or damaged, or the store can't be read.
    pub async fn hold(&self, path: &Path, entry: &TableEntry) -> Result<(), StoreError> {
        if self.held.has(path) {
            return Ok(());
        }
        let found = match self.objects().get(&self.object_path(path)).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Err(self.gone(path)),
            Err(source) => return Err(self.failed("read", path, source)),
        };
        if found.meta.size != entry.bytes {
            let what = format!("it has {} bytes, and its record says {}", found.meta.size, entry.bytes);
            return Err(self.damaged(path, &what));
        }
        let digest = match found.payload {
            GetResultPayload::File(mut file, name) => {
                let unreadable = move |source| StoreError::File { action: "read", path: name, source };
                local::blocking(move || {
                    let mut hasher = Sha256::new();
                    std::io::copy(&mut file, &mut Hasher(&mut hasher)).map_err(unreadable)?;
                    Ok(Digest::from(hasher))
                })
                .await?
            }
            GetResultPayload::Stream(mut content) => {
                let mut hasher = Sha256::new();
                while let Some(bytes) = content.try_next().await.map_err(|source| self.failed("read", path, source))? {
                    hasher.update(&bytes);
                }
                Digest::from(hasher)
            }
        };
        if digest != entry.sha256 {
            return Err(self.damaged(path, "its bytes are not those that its record has the SHA-256 of"));
        }
        self.held.remember(path.clone());
        Ok(())
    }

    /// The error for a file that is not what is written of it.
    pub fn damaged(&self, path: &Path, what: &str) -> StoreError {
        StoreError::Damaged { path: path.to_string(), store: self.address(), what: what.to_owned() }
    }

    /// The error for a file that has to be there.
    pub fn gone(&self, path: &Path) -> StoreError {
        StoreError::Gone { path: path.to_string(), store: self.address() }
    }
}

struct Hasher<'a>(&'a mut Sha256);

impl std::io::Write for Hasher<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
