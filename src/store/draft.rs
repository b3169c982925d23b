//! Artefacts on their way into the store: the tables first, the record last.
//!
//! On a local folder a table lies in its place as soon as it is added, but does not last yet. [`Store::settle`] makes the
//! tables of any number of artefacts last together, and only then writes their records: no power cut leaves a record
//! without its tables.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path as FilePath, PathBuf};

use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use tempfile::NamedTempFile;

use super::artefact::RECORD_FORMAT;
use super::{
    Artefact, ArtefactRecord, LocalTable, Provenance, Store, StoreError, TableEntry, TableError, TableWriter, local,
};

/// Bytes of a table that are kept in memory before a file is made for it.
const IN_MEMORY: usize = 1024 * 1024;

/// Records that a service is sent at once.
const AT_ONCE: usize = 16;

/// An artefact being written: invisible until it is settled.
#[derive(Debug)]
pub struct ArtefactDraft<'a> {
    store: &'a Store,
    artefact: Artefact,
    tables: BTreeMap<String, TableEntry>,
}

/// An artefact whose tables are written, and whose record is not.
#[derive(Debug)]
pub struct FinishedDraft(ArtefactRecord);

impl<'a> ArtefactDraft<'a> {
    /// Begins an artefact.
    pub fn new(store: &'a Store, artefact: Artefact) -> Self {
        Self { store, artefact, tables: BTreeMap::new() }
    }

    /// Starts a table in its place in the store.
    ///
    /// # Errors
    /// The schema is none that Parquet has.
    pub fn writer(&self, name: &str, schema: SchemaRef) -> Result<TableWriter<DraftFile>, TableError> {
        let folder = self.store.folder().map(ToOwned::to_owned);
        let file = DraftFile { folder, path: self.artefact.table_path(name), bytes: Vec::new(), file: None };
        TableWriter::to(file, schema, &BTreeMap::new())
    }

    /// Adds the table that was written.
    ///
    /// # Errors
    /// The store can't be written.
    pub async fn keep(&mut self, name: &str, writer: TableWriter<DraftFile>) -> Result<TableEntry, DraftError> {
        let (file, entry) = writer.close()?;
        file.place(self.store).await?;
        self.tables.insert(name.to_owned(), entry.clone());
        Ok(entry)
    }

    /// Adds a finished table.
    ///
    /// # Errors
    /// The store can't be written.
    pub async fn add(&mut self, name: &str, table: &LocalTable) -> Result<(), StoreError> {
        let (path, source) = (self.artefact.table_path(name), table.path());
        self.store.place(&path, Content::File(source)).await?;
        self.tables.insert(name.to_owned(), table.entry().clone());
        Ok(())
    }

    /// Adds a table that is there already, as these bytes.
    ///
    /// # Errors
    /// The store can't be written.
    pub async fn copy(&mut self, name: &str, bytes: Bytes, entry: TableEntry) -> Result<(), StoreError> {
        self.store.place(&self.artefact.table_path(name), Content::Bytes(bytes)).await?;
        self.tables.insert(name.to_owned(), entry);
        Ok(())
    }

    /// The artefact without its record. This process can read its tables already.
    pub fn finish(self, provenance: Provenance) -> FinishedDraft {
        let Self { store, artefact, tables } = self;
        for (table, entry) in &tables {
            store.remember(artefact.table_path(table), entry.clone());
        }
        FinishedDraft(ArtefactRecord { format: RECORD_FORMAT, artefact, tables, provenance })
    }

    /// Makes the artefact complete. If another run completed it first, theirs is the same.
    ///
    /// # Errors
    /// The store can't be written.
    pub async fn complete(self, provenance: Provenance) -> Result<ArtefactRecord, StoreError> {
        let store = self.store;
        let finished = self.finish(provenance);
        let record = finished.0.clone();
        store.settle(vec![finished]).await?;
        Ok(record)
    }
}

/// What a file is to hold.
#[derive(Debug, Clone)]
pub enum Content<'a> {
    /// What another file holds.
    File(&'a FilePath),
    /// These bytes.
    Bytes(Bytes),
}

impl Store {
    /// Writes files, each in one piece, over anything that is there.
    ///
    /// # Errors
    /// A file can't be read, or the store can't be written. Some of them may be there.
    pub async fn put_together(&self, files: Vec<(Path, Content<'_>)>) -> Result<(), StoreError> {
        let mut placed = Vec::with_capacity(files.len());
        for (path, content) in files {
            self.place(&path, content).await?;
            placed.push(path);
        }
        match self.folder().map(ToOwned::to_owned) {
            Some(folder) => local::blocking(move || local::sync(&folder, placed.iter())).await,
            None => Ok(()),
        }
    }

    /// Writes a file in one piece. In a folder it lasts once it is synced.
    async fn place(&self, path: &Path, content: Content<'_>) -> Result<(), StoreError> {
        let Some(folder) = self.folder().map(ToOwned::to_owned) else {
            return match content {
                Content::File(file) => self.put_file(path, file).await,
                Content::Bytes(bytes) => self.put(path, bytes).await,
            };
        };
        let path = path.clone();
        let unwritable =
            |path: &Path, source| StoreError::File { action: "write", path: path.to_string().into(), source };
        match content {
            Content::File(file) => {
                let unreadable = |source| StoreError::File { action: "read", path: file.to_owned(), source };
                let mut content = File::open(file).map_err(unreadable)?;
                local::blocking(move || {
                    let mut staged = local::stage(&folder, &path)?;
                    // From file to file, so that the disk may do it by itself.
                    io::copy(&mut content, staged.as_file_mut()).map_err(|error| unwritable(&path, error))?;
                    local::place(&folder, &path, staged)
                })
                .await
            }
            Content::Bytes(bytes) => {
                local::blocking(move || {
                    let mut staged = local::stage(&folder, &path)?;
                    staged.write_all(&bytes).map_err(|error| unwritable(&path, error))?;
                    local::place(&folder, &path, staged)
                })
                .await
            }
        }
    }

    /// Makes artefacts complete, all of them together. Those that another run completed first are the same.
    ///
    /// # Errors
    /// The store can't be written. Some of them may be complete.
    pub async fn settle(&self, finished: Vec<FinishedDraft>) -> Result<(), StoreError> {
        if finished.is_empty() {
            return Ok(());
        }
        let records = finished.into_iter().map(|FinishedDraft(record)| record);
        let Some(folder) = self.folder().map(ToOwned::to_owned) else {
            return stream::iter(records)
                .map(|record| async move {
                    self.create(&record.artefact.record_path(), record.to_file()?.into()).await.map(drop)
                })
                .buffer_unordered(AT_ONCE)
                .try_collect()
                .await;
        };
        let records: Vec<ArtefactRecord> = records.collect();
        local::blocking(move || {
            let tables = |record: &ArtefactRecord| {
                record.tables.keys().map(|table| record.artefact.table_path(table)).collect::<Vec<_>>()
            };
            let tables: Vec<Path> = records.iter().flat_map(tables).collect();
            local::sync(&folder, tables.iter())?;
            let mut paths = Vec::with_capacity(records.len());
            for record in &records {
                let path = record.artefact.record_path();
                local::place_new(&folder, &path, &record.to_file()?)?;
                paths.push(path);
            }
            local::sync(&folder, paths.iter())
        })
        .await
    }
}

/// A table of a draft can't be written.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// Its bytes can't be made.
    #[error(transparent)]
    Table(#[from] TableError),
    /// It can't be given its place.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The bytes of a draft's table: in memory while they are few, then in a file beside the place that it gets.
#[derive(Debug)]
pub struct DraftFile {
    /// The store's folder; on a service the file is a temporary one.
    folder: Option<PathBuf>,
    path: Path,
    bytes: Vec<u8>,
    file: Option<NamedTempFile>,
}

impl DraftFile {
    async fn place(self, store: &Store) -> Result<(), StoreError> {
        let Self { folder, path, bytes, file } = self;
        match (folder, file) {
            (Some(folder), file) => {
                local::blocking(move || {
                    let unwritable =
                        |source| StoreError::File { action: "write", path: path.to_string().into(), source };
                    let staged = match file {
                        Some(file) => file,
                        None => {
                            let mut staged = local::stage(&folder, &path)?;
                            staged.write_all(&bytes).map_err(unwritable)?;
                            staged
                        }
                    };
                    local::place(&folder, &path, staged)
                })
                .await
            }
            (None, Some(file)) => store.put_file(&path, file.path()).await,
            (None, None) => store.put(&path, bytes.into()).await,
        }
    }
}

impl Write for DraftFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        if let Some(file) = &mut self.file {
            return file.write(buffer);
        }
        self.bytes.extend_from_slice(buffer);
        if self.bytes.len() > IN_MEMORY {
            let mut file = match &self.folder {
                Some(folder) => local::stage(folder, &self.path).map_err(io::Error::other)?,
                None => NamedTempFile::new()?,
            };
            file.write_all(&std::mem::take(&mut self.bytes))?;
            self.file = Some(file);
        }
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
