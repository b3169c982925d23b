//! A published version held to its records, every byte of it: record, manifest, data package and tables.
//!
//! One digest leads to the next: the record in `_versions` holds its own and the manifest's, and the manifest those of all
//! that lies beside it.

use std::collections::BTreeSet;

use arrow::datatypes::{DataType, Schema};
use object_store::path::Path;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::Deserialize;

use super::datapackage;
use super::manifest::json;
use super::{Manifest, PublishedEntry, PublishedVersion};
use crate::store::{Commit, Digest, Store, StoreError, Tally, VersionLog, VersionNumber};

/// What `datapackage.json` says of the tables.
#[derive(Debug, Deserialize)]
pub(super) struct Package {
    resources: Vec<Resource>,
}

/// What it says of one.
#[derive(Debug, Deserialize)]
pub(super) struct Resource {
    name: String,
    path: String,
    bytes: u64,
    hash: String,
    pub(super) schema: ResourceSchema,
}

/// A table's columns.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ResourceSchema {
    /// In the order of the file.
    pub fields: Vec<ResourceField>,
    /// The columns that tell rows apart.
    #[serde(rename = "primaryKey")]
    pub primary_key: Vec<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ResourceField {
    /// Its name.
    pub name: String,
    /// Its type, as Frictionless has it.
    #[serde(rename = "type")]
    pub kind: String,
    /// What holds of its values.
    pub constraints: ResourceConstraints,
}

/// What holds of a column's values.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ResourceConstraints {
    /// None is NULL.
    pub required: bool,
}

impl PublishedVersion {
    /// Holds a version, or the latest, to its records. Where the record or the manifest can't be believed nothing of what
    /// they lead to is looked at, and no version is answered. `None` where there is no such version at all.
    ///
    /// # Errors
    /// The store could not be asked.
    pub async fn prove(
        store: &Store,
        dataset: &str,
        version: Option<VersionNumber>,
    ) -> Result<Option<(Option<Self>, Tally)>, StoreError> {
        let log = VersionLog::new(store, dataset);
        let (last, lost) = log.last_and_lost().await?;
        let later = lost.map(|lost| lost.version);
        let known = later.or(last);
        if known.is_none() || version > known {
            return Ok(None);
        }
        let mut tally = Tally::default();
        // Either the record is gone, or the hint is damaged: nobody can tell which.
        if let Some(later) = later.filter(|later| version != Some(*later)) {
            tally.count(log.proven(later).await.map(|(_, bytes)| bytes))?;
        }
        let Some(version) = version.or(last) else { return Ok(Some((None, tally))) };
        let proven = log.proven(version).await;
        let commit = match proven {
            Ok((commit, bytes)) => {
                tally.count(Ok(bytes))?;
                commit
            }
            Err(error) => {
                tally.count(Err(error))?;
                return Ok(Some((None, tally)));
            }
        };
        match log.release_record(version).await {
            Ok(None) => {}
            Ok(Some((_, bytes))) => tally.count(Ok(bytes))?,
            Err(error) => tally.count(Err(error))?,
        }
        // What is a copy of another version's record says nothing of this one.
        if Some(version) == last {
            tally.count(hold_hint(store, &log, &commit).await)?;
        }
        let path = commit.path(dataset).join(Manifest::FILE);
        let read = match hold_manifest(store, &path, &commit).await {
            Ok(bytes) => Self::of(store, dataset, commit).await.map(|read| (read, bytes)),
            Err(error) => Err(error),
        };
        let read = match read {
            Ok((read, bytes)) => {
                tally.count(Ok(bytes))?;
                read
            }
            Err(error) => {
                tally.count(Err(error))?;
                return Ok(Some((None, tally)));
            }
        };
        read.prove_files(store, &mut tally).await?;
        Ok(Some((Some(read), tally)))
    }

    async fn prove_files(&self, store: &Store, tally: &mut Tally) -> Result<(), StoreError> {
        let Self { commit, manifest } = self;
        let folder = commit.path(&manifest.dataset);
        let package = match self.hold_package(store).await {
            Ok((package, bytes)) => {
                tally.count(Ok(bytes))?;
                Some(package)
            }
            Err(error) => {
                tally.count(Err(error))?;
                None
            }
        };
        for (name, table) in &manifest.tables {
            tally.count(self.hold_table(store, name, table, package.as_ref()).await)?;
        }
        // A reader takes every table of the folder for one of the version's.
        let tables = manifest.tables.values().map(|table| table.file.as_str());
        let own = [Manifest::FILE, datapackage::FILE].into_iter();
        let named: BTreeSet<Path> = tables.chain(own).map(|file| folder.clone().join(file)).collect();
        for path in store.list(&folder).await? {
            if !named.contains(&path) {
                tally.count(Err(store.damaged(&path, "the manifest knows of no such file")))?;
            }
        }
        Ok(())
    }

    /// The data package, whose bytes are those that the manifest has the digest of, and which says what the manifest says.
    async fn hold_package(&self, store: &Store) -> Result<(Package, u64), StoreError> {
        let (path, bytes) = (self.package_path(), self.package(store).await?);
        if self.manifest.datapackage_sha256.is_none() {
            return Err(store.damaged(&path, "the manifest does not have its SHA-256"));
        }
        let package: Package = parsed(&path, &bytes)?;
        let said = package.resources.iter().map(|it| (it.name.clone(), it.path.clone(), it.bytes, it.hash.clone()));
        let tables = self.manifest.tables.iter().map(|(name, PublishedEntry { file, entry, .. })| {
            (name.clone(), datapackage::path_of(file), entry.bytes, format!("sha256:{}", entry.sha256))
        });
        match said.collect::<BTreeSet<_>>() == tables.collect() {
            true => Ok((package, bytes.len() as u64)),
            false => Err(store.damaged(&path, "it tells of other tables than the manifest")),
        }
    }

    /// A table whose bytes are those of the manifest, and whose footer says the same of it as manifest and data package.
    async fn hold_table(
        &self,
        store: &Store,
        name: &str,
        table: &PublishedEntry,
        package: Option<&Package>,
    ) -> Result<u64, StoreError> {
        let path = self.commit.path(&self.manifest.dataset).join(table.file.as_str());
        store.hold(&path, &table.entry, None).await?;
        let Some(bytes) = store.get(&path).await? else { return Err(store.gone(&path)) };
        let unreadable = |error| store.damaged(&path, &format!("it is no Parquet: {error}"));
        let file = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(unreadable)?;
        let footer = file.metadata().file_metadata();
        let rows = u64::try_from(footer.num_rows()).unwrap_or_default();
        if rows != table.entry.rows {
            let what = format!("it has {rows} rows, and the manifest says {}", table.entry.rows);
            return Err(store.damaged(&path, &what));
        }
        let key = self.manifest.key.to_string();
        let label = |name: &str| {
            let labels = footer.key_value_metadata().into_iter().flatten();
            labels.filter(|label| label.key == name).find_map(|label| label.value.as_deref())
        };
        let synthetic = self.manifest.synthetic.to_string();
        let labels = [
            ("maaltal.dataset", self.manifest.dataset.as_str()),
            ("maaltal.table", name),
            ("maaltal.key", &key),
            ("maaltal.synthetic", &synthetic),
        ];
        if let Some((label, _)) = labels.into_iter().find(|(name, value)| label(name) != Some(value)) {
            return Err(store.damaged(&path, &format!("its footer says another `{label}` than the manifest")));
        }
        let schema = package.and_then(|package| package.schema(name));
        match schema.and_then(|schema| mismatch(schema, file.schema())) {
            Some(what) => Err(store.damaged(&path, &what)),
            None => Ok(table.entry.bytes),
        }
    }

    /// What the data package says of the columns of each table.
    ///
    /// # Errors
    /// It is gone or damaged, or the store can't be read.
    pub async fn schemas(&self, store: &Store) -> Result<Vec<(String, ResourceSchema)>, StoreError> {
        let package: Package = parsed(&self.package_path(), &self.package(store).await?)?;
        Ok(package.resources.into_iter().map(|resource| (resource.name, resource.schema)).collect())
    }
}

impl Package {
    fn schema(&self, table: &str) -> Option<&ResourceSchema> {
        self.resources.iter().find(|resource| resource.name == table).map(|resource| &resource.schema)
    }
}

fn parsed<T: for<'de> Deserialize<'de>>(path: &Path, bytes: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|source| StoreError::Record { path: path.to_string(), source })
}

/// The first column of a file that is not what the data package says.
fn mismatch(said: &ResourceSchema, found: &Schema) -> Option<String> {
    let said: Vec<(&str, &str)> = said.fields.iter().map(|field| (field.name.as_str(), field.kind.as_str())).collect();
    let found: Vec<(&str, &str)> =
        found.fields().iter().map(|field| (field.name().as_str(), frictionless(field.data_type()))).collect();
    if said == found {
        return None;
    }
    let place = said.iter().zip(&found).position(|(said, found)| said != found).unwrap_or(said.len().min(found.len()));
    let words = |columns: &[(&str, &str)]| match columns.get(place) {
        Some((name, kind)) => format!("`{name}` ({kind})"),
        None => "none".to_owned(),
    };
    Some(format!("its column {} is {}, and the data package says {}", place + 1, words(&found), words(&said)))
}

/// What Frictionless calls a type that the published schema knows.
fn frictionless(found: &DataType) -> &'static str {
    match found {
        DataType::Utf8 => "string",
        DataType::Int32 | DataType::Int64 => "integer",
        DataType::Float64 | DataType::Decimal128(..) => "number",
        DataType::Date32 => "date",
        DataType::Boolean => "boolean",
        _ => "unknown",
    }
}

async fn hold_manifest(store: &Store, path: &Path, commit: &Commit) -> Result<u64, StoreError> {
    let Some(bytes) = store.get(path).await? else { return Err(store.gone(path)) };
    match commit.manifest_sha256 {
        None => Err(store.damaged(path, "the version's record does not have its SHA-256")),
        Some(sha256) if sha256 != Digest::of(&bytes) => {
            Err(store.damaged(path, "its bytes are not those that the version was committed with"))
        }
        Some(_) => Ok(bytes.len() as u64),
    }
}

/// The hint, which is to be a copy of the latest record.
async fn hold_hint(store: &Store, log: &VersionLog<'_>, latest: &Commit) -> Result<u64, StoreError> {
    let path = log.hint_path();
    let Some(bytes) = store.get(&path).await? else { return Err(store.gone(&path)) };
    let unwritable = |source| StoreError::Record { path: path.to_string(), source };
    match latest.to_file().map_err(unwritable)? == bytes {
        true => Ok(bytes.len() as u64),
        // Earlier releases wrote it without its digest.
        false if json(latest).map_err(unwritable)? == bytes => Ok(bytes.len() as u64),
        false => Err(store.damaged(&path, "it is no copy of the latest version's record; the next run mends it")),
    }
}
