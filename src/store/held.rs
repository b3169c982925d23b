//! Files held to their records before anybody reads them.
//!
//! A record says what each file of an artefact or a version has to be. A reader that skipped the comparison would
//! take a file that is gone for no rows, and a flipped bit for another figure.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{GetResult, GetResultPayload, ObjectStoreExt};
use sha2::{Digest as _, Sha256};

use super::encryption::Header;
use super::{Artefact, Digest, KeyId, Store, StoreError, TableEntry, TableFile};

/// A table's file that is what its record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTable {
    /// Where it is.
    pub path: Path,
    /// What it is.
    pub entry: TableEntry,
}

impl Store {
    /// The path of an artefact's table, which is what the artefact's record says.
    ///
    /// # Errors
    /// The artefact or the file is gone or damaged, or the store can't be read.
    pub async fn table(&self, artefact: &Artefact, table: &str) -> Result<Path, StoreError> {
        self.stored(artefact, table).await.map(|stored| stored.path)
    }

    /// An artefact's table, which is what the artefact's record says.
    ///
    /// # Errors
    /// As [`Store::table`].
    pub async fn stored(&self, artefact: &Artefact, table: &str) -> Result<StoredTable, StoreError> {
        let path = artefact.table_path(table);
        if let Some(entry) = self.held_entry(&path) {
            return Ok(StoredTable { path, entry });
        }
        let Some(mut record) = self.artefact(artefact).await? else { return Err(self.gone(&artefact.record_path())) };
        let Some(entry) = record.tables.remove(table) else { return Err(self.gone(&path)) };
        self.hold(&path, &entry, record.encryption_key).await?;
        Ok(StoredTable { path, entry })
    }

    /// The file of an artefact's table on the local disk, which is what the artefact's record says. One that is
    /// encrypted, or lies on a service, is written to a temporary file as it was.
    ///
    /// # Errors
    /// As [`Store::table`], or the temporary file can't be written.
    pub async fn open_table(&self, artefact: &Artefact, table: &str) -> Result<TableFile, StoreError> {
        let StoredTable { path, .. } = self.stored(artefact, table).await?;
        match self.found(&path).await?.payload {
            GetResultPayload::File(file, _) => Ok(TableFile(file)),
            GetResultPayload::Stream(mut content) => {
                let unwritten = |source| StoreError::File { action: "write", path: std::env::temp_dir(), source };
                let mut file = tempfile::tempfile().map_err(unwritten)?;
                while let Some(bytes) = content.try_next().await.map_err(|source| self.failed("read", &path, source))? {
                    file.write_all(&bytes).map_err(unwritten)?;
                }
                file.rewind().map_err(unwritten)?;
                Ok(TableFile(file))
            }
        }
    }

    /// What lies at `path`.
    async fn found(&self, path: &Path) -> Result<GetResult, StoreError> {
        self.check_inside(path)?;
        match self.view().get(&self.object_path(path)).await {
            Ok(found) => Ok(found),
            Err(object_store::Error::NotFound { .. }) => Err(self.gone(path)),
            Err(source) => Err(self.failed("read", path, source)),
        }
    }

    /// What the record of an artefact says of a table, whose file nobody looks at; `None` where there is no such record.
    ///
    /// # Errors
    /// The record is damaged, or the store can't be read.
    pub async fn entry(&self, artefact: &Artefact, table: &str) -> Result<Option<TableEntry>, StoreError> {
        if let Some(entry) = self.held_entry(&artefact.table_path(table)) {
            return Ok(Some(entry));
        }
        Ok(self.artefact(artefact).await?.and_then(|mut record| record.tables.remove(table)))
    }

    async fn hold_encryption(&self, path: &Path, key: Option<KeyId>) -> Result<(), StoreError> {
        let own = self.at_rest().key_id();
        if let Some(key) = key.filter(|key| own != Some(*key)) {
            return Err(self.locked(path, key));
        }
        if own.is_none() {
            // Without a key a file is read as it lies there, and an encrypted one has other bytes than its record says.
            return Ok(());
        }
        let header = self.header(path).await?;
        if header == key.map(|key| Header::of(path, key)) {
            return Ok(());
        }
        let what = match (header, key) {
            (None, _) => "it is not encrypted, and its record says that it is",
            (_, None) => "it is encrypted, and its record does not say so",
            (Some(_), Some(_)) => "it is encrypted as another file, or with another key than its record says",
        };
        Err(self.damaged(path, what))
    }

    /// The error for a file that has another size than its record says.
    pub fn of_another_size(&self, path: &Path, size: u64, entry: &TableEntry) -> StoreError {
        self.damaged(path, &format!("it has {size} bytes, and its record says {}", entry.bytes))
    }

    /// Holds the file at `path` to what a record says of it: whether it is encrypted, and with which key; its size, and the digest
    /// of all its bytes.
    ///
    /// # Errors
    /// The file is gone or damaged, the key that it is encrypted with is not there, or the store can't be read.
    pub async fn hold(&self, path: &Path, entry: &TableEntry, key: Option<KeyId>) -> Result<(), StoreError> {
        if self.held_entry(path).is_some() {
            return Ok(());
        }
        self.hold_encryption(path, key).await?;
        let found = self.found(path).await?;
        if found.meta.size != entry.bytes {
            return Err(self.of_another_size(path, found.meta.size, entry));
        }
        let digest = digest_of(found).await.map_err(|source| self.failed("read", path, source))?;
        if digest != entry.sha256 {
            return Err(self.damaged(path, "its bytes are not those that its record has the SHA-256 of"));
        }
        self.remember(path.clone(), entry.clone());
        Ok(())
    }
}

/// Bytes of a local file that are digested at once.
const READ_AT_ONCE: usize = 256 * 1024;

/// The digest of an object's bytes. A local file is read where it lies, in larger pieces than a stream of it has.
///
/// # Errors
/// The object can't be read.
pub async fn digest_of(found: GetResult) -> object_store::Result<Digest> {
    match found.payload {
        GetResultPayload::File(file, path) => {
            let size = found.meta.size;
            let digested = tokio::task::spawn_blocking(move || digest_of_file(file, size)).await;
            let digested = digested.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
            digested.map_err(|error| object_store::Error::Generic {
                store: "LocalFileSystem",
                source: format!("{}: {error}", path.display()).into(),
            })
        }
        GetResultPayload::Stream(mut content) => {
            let mut hasher = Sha256::new();
            while let Some(bytes) = content.try_next().await? {
                hasher.update(&bytes);
            }
            Ok(hasher.into())
        }
    }
}

fn digest_of_file(mut file: File, size: u64) -> io::Result<Digest> {
    let mut hasher = Sha256::new();
    // Most files are small, and thousands of them are digested one after the other.
    let mut buffer = vec![0; usize::try_from(size).unwrap_or(READ_AT_ONCE).clamp(1, READ_AT_ONCE)];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hasher.into()),
            Ok(read) => hasher.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
