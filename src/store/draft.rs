//! Artefacts on their way into the store: the tables first, the record last.
//!
//! On a local folder a table lies in its place as soon as it is added, but does not last yet. [`Store::settle`] makes the
//! tables of any number of artefacts last together, and only then writes their records: no power cut leaves a record
//! without its tables.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path as FilePath;

use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use tempfile::NamedTempFile;

use super::artefact::RECORD_FORMAT;
use super::encryption::Encrypting;
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
        let (store, path) = (self.store.clone(), self.artefact.table_path(name));
        let file = DraftFile { store, path, bytes: Vec::new(), file: None };
        TableWriter::to(file, schema, &BTreeMap::new())
    }

    /// Adds the table that was written.
    ///
    /// # Errors
    /// The store can't be written.
    pub async fn keep(&mut self, name: &str, writer: TableWriter<DraftFile>) -> Result<TableEntry, DraftError> {
        let (file, entry) = writer.close()?;
        file.place().await?;
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
        let encryption_key = store.at_rest().key_id();
        FinishedDraft(ArtefactRecord { format: RECORD_FORMAT, artefact, tables, encryption_key, provenance })
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

    /// Writes a file in one piece, encrypted where tables are. In a folder it lasts once it is synced.
    async fn place(&self, path: &Path, content: Content<'_>) -> Result<(), StoreError> {
        // A service takes what is not encrypted from where it is.
        let goes_as_it_is = self.folder().is_none() && self.key_to_write(path)?.is_none();
        match content {
            Content::File(file) if goes_as_it_is => self.put_file(path, file).await,
            Content::Bytes(bytes) if goes_as_it_is => self.put(path, bytes).await,
            Content::File(file) => {
                let unreadable = |source| StoreError::File { action: "read", path: file.to_owned(), source };
                let mut content = File::open(file).map_err(unreadable)?;
                self.place_filled(path, move |staged| staged.copy(&mut content)).await
            }
            Content::Bytes(bytes) => self.place_filled(path, move |staged| staged.write_all(&bytes)).await,
        }
    }

    async fn place_filled(
        &self,
        path: &Path,
        fill: impl FnOnce(&mut StagedFile) -> io::Result<()> + Send + 'static,
    ) -> Result<(), StoreError> {
        let (store, to) = (self.clone(), path.clone());
        let filled = local::blocking(move || {
            let mut staged = store.stage(&to)?;
            fill(&mut staged).map_err(|source| store.unwritable(&to, source))?;
            Ok(staged)
        });
        self.place_staged(path, filled.await?).await
    }

    /// Begins a file that is to have its place at `path`: beside it in a folder, and for a service a temporary one.
    fn stage(&self, path: &Path) -> Result<StagedFile, StoreError> {
        let unwritable = |source| self.unwritable(path, source);
        let file = match self.folder() {
            Some(folder) => local::stage(folder, path)?,
            None => NamedTempFile::new().map_err(unwritable)?,
        };
        match self.key_to_write(path)? {
            None => Ok(StagedFile::AsItIs(file)),
            Some(key) => {
                let file = Encrypting::new(key, path, file).map_err(unwritable)?;
                Ok(StagedFile::Encrypted(Box::new(file)))
            }
        }
    }

    /// Gives a file its place.
    async fn place_staged(&self, path: &Path, staged: StagedFile) -> Result<(), StoreError> {
        let file = staged.finish().map_err(|source| self.unwritable(path, source))?;
        match self.folder().map(ToOwned::to_owned) {
            Some(folder) => {
                let path = path.clone();
                local::blocking(move || local::place(&folder, &path, file)).await
            }
            None => self.put_file(path, file.path()).await,
        }
    }

    fn unwritable(&self, path: &Path, source: io::Error) -> StoreError {
        let path = if self.folder().is_some() { path.to_string().into() } else { std::env::temp_dir() };
        StoreError::File { action: "write", path, source }
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

/// A file that gets its place once it is written.
#[derive(Debug)]
enum StagedFile {
    AsItIs(NamedTempFile),
    Encrypted(Box<Encrypting<NamedTempFile>>),
}

impl StagedFile {
    fn copy(&mut self, content: &mut File) -> io::Result<()> {
        match self {
            // From file to file, so that the disk may do it by itself.
            Self::AsItIs(file) => io::copy(content, file.as_file_mut()),
            Self::Encrypted(file) => io::copy(content, file),
        }
        .map(drop)
    }

    fn finish(self) -> io::Result<NamedTempFile> {
        match self {
            Self::AsItIs(file) => Ok(file),
            Self::Encrypted(file) => file.finish(),
        }
    }
}

impl Write for StagedFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Self::AsItIs(file) => file.write(buffer),
            Self::Encrypted(file) => file.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::AsItIs(file) => file.flush(),
            Self::Encrypted(file) => file.flush(),
        }
    }
}

/// The bytes of a draft's table: in memory while they are few, then in a file.
#[derive(Debug)]
pub struct DraftFile {
    store: Store,
    path: Path,
    bytes: Vec<u8>,
    file: Option<StagedFile>,
}

impl DraftFile {
    async fn place(self) -> Result<(), StoreError> {
        let Self { store, path, bytes, file } = self;
        match file {
            Some(file) => store.place_staged(&path, file).await,
            None => store.place(&path, Content::Bytes(bytes.into())).await,
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
            let mut file = self.store.stage(&self.path).map_err(io::Error::other)?;
            file.write_all(&std::mem::take(&mut self.bytes))?;
            self.file = Some(file);
        }
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
