//! Artefacts on an object store: created once, complete or absent, and on a local folder durable.
//!
//! What the rooms above may count on, on a local folder, in memory and on S3 alike (the conformance
//! suite `tests/it/stores_conform.rs` holds every store to it):
//!
//! - [`Store::create`] lets exactly one of any number of racing writers create a path;
//! - a path that can be read can be read whole: no reader sees half a file;
//! - on a local folder, what a finished call has written survives a power cut.

mod artefact;
mod held;
mod key;
mod local;
mod location;
mod pages;
mod table;
mod version;

use std::fmt;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, WriteMultipart};
use tokio::io::AsyncReadExt;
use url::Url;

pub use artefact::{Artefact, ArtefactDraft, ArtefactRecord, Provenance, TableEntry, Zone};
pub use key::{ArtefactKey, KeyBuilder};
pub use location::{Location, LocationError, PassedOver, Usage};
pub use table::{LocalTable, TableError, TableWriter};
pub use version::{Commit, CommitOutcome, VersionLog, VersionNumber};

use held::Held;

pub use crate::definition::{Digest, NotADigest};
use crate::problem::{Exit, Explain};

/// Files up to this size go to an object store in one request.
const SINGLE_PUT_BYTES: u64 = 8 * 1024 * 1024;

/// The store can't do what was asked of it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The location does not name a store.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// The object store answered with an error.
    #[error("can't {action} `{path}` in the store {store}")]
    Object {
        /// What was tried, e.g. "read".
        action: &'static str,
        /// The path in the store.
        path: String,
        /// The store.
        store: String,
        /// The answer.
        source: object_store::Error,
    },
    /// A file of a local store, or one on its way to a store, can't be read or written.
    #[error("can't {action} the file {}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The answer.
        source: std::io::Error,
    },
    /// A file that a record names is not there.
    #[error("`{path}` is gone from the store {store}")]
    Gone {
        /// The path in the store.
        path: String,
        /// The store.
        store: String,
    },
    /// A file is not what its record says.
    #[error("`{path}` in the store {store} is damaged")]
    Damaged {
        /// The path in the store.
        path: String,
        /// The store.
        store: String,
        /// What differs.
        what: String,
    },
    /// Something lies where a record belongs, and is none.
    #[error("`{path}` is no record")]
    Occupied {
        /// The path in the store.
        path: String,
    },
    /// No version can come after the latest.
    #[error("the latest version of `{dataset}` has the largest number that there is")]
    LastNumber {
        /// The dataset.
        dataset: String,
    },
    /// A record in the store is not what maaltal writes there.
    #[error("the record `{path}` can't be read")]
    Record {
        /// The path in the store.
        path: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl Explain for StoreError {
    fn exit(&self) -> Exit {
        match self {
            Self::Location(error) => error.exit(),
            Self::Object { .. }
            | Self::File { .. }
            | Self::Gone { .. }
            | Self::Damaged { .. }
            | Self::Occupied { .. }
            | Self::LastNumber { .. }
            | Self::Record { .. } => Exit::Store,
        }
    }

    fn cause(&self) -> Option<&dyn Explain> {
        match self {
            Self::Location(error) => Some(error),
            _ => None,
        }
    }

    fn details(&self) -> Vec<String> {
        match self {
            Self::Object { source, .. } => vec![source.to_string()],
            Self::File { source, .. } => vec![source.to_string()],
            Self::Location(_) | Self::Gone { .. } | Self::Occupied { .. } | Self::LastNumber { .. } => Vec::new(),
            Self::Damaged { what, .. } => vec![what.clone()],
            Self::Record { source, .. } => vec![source.to_string()],
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Location(_) => None,
            Self::Object { .. } => Some("Check the store's address, the network and the AWS_* variables.".to_owned()),
            Self::File { .. } => Some("Check that the disk has room and that the folder may be written.".to_owned()),
            Self::Gone { .. } => Some("Restore it, or run `maaltal run`, which makes again what it can.".to_owned()),
            Self::Damaged { .. } => {
                Some("Restore it, or delete it and run `maaltal run`, which makes it again if it can.".to_owned())
            }
            Self::Occupied { .. } => {
                Some("Remove what lies there: the next version's record belongs there.".to_owned())
            }
            Self::LastNumber { .. } => Some("No run has come so far: delete that record below `_versions`.".to_owned()),
            Self::Record { .. } => {
                Some("The record was changed by hand or by another tool: restore or delete it.".to_owned())
            }
        }
    }
}

/// Whether a path was created now or was there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// This call created it.
    Now,
    /// Somebody had created it before.
    Already,
}

/// Where artefacts and versions live.
#[derive(Clone)]
pub struct Store {
    location: Location,
    held: Held,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.location)
    }
}

impl Store {
    /// Opens the store at `address`: a folder (relative to `base`), `file://`, `s3://` or `memory://`.
    ///
    /// # Errors
    /// The address names no store, or its folder can't be made.
    pub fn open(address: &str, base: &FilePath) -> Result<Self, StoreError> {
        Ok(Self { location: Location::parse(address, base, Usage::Write)?, held: Held::default() })
    }

    /// A store over an object store that the caller has set up, below `prefix`.
    pub fn over(address: &str, objects: Arc<dyn ObjectStore>, prefix: Path) -> Self {
        Self { location: Location::over(address, objects, prefix), held: Held::default() }
    }

    /// The address, as a person would give it.
    pub fn address(&self) -> String {
        self.location.to_string()
    }

    /// The object store below, for readers of whole tables.
    pub fn objects(&self) -> Arc<dyn ObjectStore> {
        self.location.objects()
    }

    /// The URL of a path of the store, which another process can resolve.
    ///
    /// # Errors
    /// The store's address is no URL, or its folder is gone.
    pub fn url(&self, path: &Path) -> Result<Url, StoreError> {
        Ok(self.location.url(path)?)
    }

    /// Where in the object store below a path of the store lies.
    pub fn object_path(&self, path: &Path) -> Path {
        self.location.path(path)
    }

    /// Creates `path` if nobody has before.
    ///
    /// On S3 a request that succeeded may have been repeated after a lost answer and then reads as
    /// [`Created::Already`]: compare the content where it matters who won.
    ///
    /// # Errors
    /// The store can't be written.
    pub async fn create(&self, path: &Path, bytes: Bytes) -> Result<Created, StoreError> {
        if let Some(folder) = self.location.folder() {
            let (folder, path) = (folder.to_owned(), path.clone());
            return local::blocking(move || local::create(&folder, &path, &bytes)).await;
        }
        let mut conflicts = 0;
        loop {
            let options = PutOptions::from(PutMode::Create);
            match self.objects().put_opts(&self.object_path(path), bytes.clone().into(), options).await {
                Ok(_) => return Ok(Created::Now),
                // S3 says "conflict" when two creations race, even where neither has landed yet.
                Err(object_store::Error::AlreadyExists { .. }) if conflicts < 5 => {
                    if self.get(path).await?.is_some() {
                        return Ok(Created::Already);
                    }
                    conflicts += 1;
                }
                Err(source) => return Err(self.failed("create", path, source)),
            }
        }
    }

    /// Writes `path`, in one piece, over anything that is there.
    ///
    /// # Errors
    /// The store can't be written.
    pub async fn put(&self, path: &Path, bytes: Bytes) -> Result<(), StoreError> {
        if let Some(folder) = self.location.folder() {
            let (folder, path) = (folder.to_owned(), path.clone());
            return local::blocking(move || local::replace(&folder, &path, &mut &bytes[..])).await;
        }
        match self.objects().put(&self.object_path(path), bytes.into()).await {
            Ok(_) => Ok(()),
            Err(source) => Err(self.failed("write", path, source)),
        }
    }

    /// Copies a local file to `path`, in one piece, over anything that is there. Streams.
    ///
    /// # Errors
    /// The file can't be read, or the store can't be written.
    pub async fn put_file(&self, path: &Path, file: &FilePath) -> Result<(), StoreError> {
        let unreadable = |source| StoreError::File { action: "read", path: file.to_owned(), source };
        if let Some(folder) = self.location.folder() {
            let (folder, path) = (folder.to_owned(), path.clone());
            let mut content = std::fs::File::open(file).map_err(unreadable)?;
            return local::blocking(move || local::replace(&folder, &path, &mut content)).await;
        }
        let mut content = tokio::fs::File::open(file).await.map_err(unreadable)?;
        let size = content.metadata().await.map_err(unreadable)?.len();
        if size <= SINGLE_PUT_BYTES {
            let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
            content.read_to_end(&mut bytes).await.map_err(unreadable)?;
            return self.put(path, bytes.into()).await;
        }
        let failed = |source| self.failed("write", path, source);
        let mut upload =
            WriteMultipart::new(self.objects().put_multipart(&self.object_path(path)).await.map_err(failed)?);
        let mut buffer = vec![0; 1024 * 1024];
        loop {
            let read = content.read(&mut buffer).await.map_err(unreadable)?;
            if read == 0 {
                break;
            }
            upload.wait_for_capacity(4).await.map_err(failed)?;
            upload.write(&buffer[..read]);
        }
        upload.finish().await.map(|_| ()).map_err(failed)
    }

    /// The content of `path`, or `None` where there is nothing.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn get(&self, path: &Path) -> Result<Option<Bytes>, StoreError> {
        let content = match self.objects().get(&self.object_path(path)).await {
            Ok(found) => found.bytes().await,
            Err(error) => Err(error),
        };
        match content {
            Ok(bytes) => Ok(Some(bytes)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(source) => Err(self.failed("read", path, source)),
        }
    }

    /// The paths of all that lies below `folder`, sorted.
    ///
    /// # Errors
    /// The store can't be listed.
    pub async fn list(&self, folder: &Path) -> Result<Vec<Path>, StoreError> {
        let found = self.location.list(folder).await.map_err(|source| self.failed("list", folder, source))?;
        Ok(found.into_keys().collect())
    }

    fn failed(&self, action: &'static str, path: &Path, source: object_store::Error) -> StoreError {
        StoreError::Object { action, path: path.to_string(), store: self.address(), source }
    }
}
