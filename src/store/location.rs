//! Addresses of extracts and stores: a folder or a URL, opened as an object store.

use std::fmt;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use url::Url;

use crate::problem::{Exit, Explain};

/// An address that can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    /// Not a folder and not a URL of a kind that is known.
    #[error("`{address}` is not an address of extracts or of a store")]
    Unknown {
        /// The address as given.
        address: String,
    },
    /// The object store's own set-up is wrong.
    #[error("the object store at `{address}` can't be set up")]
    SetUp {
        /// The address as given.
        address: String,
        /// What is wrong.
        source: object_store::Error,
    },
}

impl Explain for LocationError {
    fn exit(&self) -> Exit {
        Exit::Definition
    }

    fn details(&self) -> Vec<String> {
        match self {
            Self::Unknown { .. } => Vec::new(),
            Self::SetUp { source, .. } => vec![source.to_string()],
        }
    }

    fn hint(&self) -> Option<String> {
        Some("Give a folder, or a URL that starts with file://, s3:// or memory://.".to_owned())
    }
}

/// An opened address: all paths are relative to it.
#[derive(Clone)]
pub struct Location {
    address: String,
    folder: Option<PathBuf>,
    objects: Arc<dyn ObjectStore>,
}

impl Location {
    /// Opens `address`. A folder is relative to `base` and need not exist yet.
    ///
    /// S3 takes credentials, region and endpoint from the usual `AWS_*` variables.
    ///
    /// # Errors
    /// The address is of no known kind, or the object store refuses its settings.
    pub fn parse(address: &str, base: &FilePath) -> Result<Self, LocationError> {
        let unknown = || LocationError::Unknown { address: address.to_owned() };
        let (folder, objects): (Option<PathBuf>, Arc<dyn ObjectStore>) = match Url::parse(address) {
            Ok(url) if url.scheme() == "file" => {
                let folder = url.to_file_path().map_err(|()| unknown())?;
                let objects = Arc::new(folder_store(&folder));
                (Some(folder), objects)
            }
            Ok(url) if url.scheme() == "s3" => {
                let s3 = AmazonS3Builder::from_env()
                    .with_url(address)
                    .build()
                    .map_err(|source| LocationError::SetUp { address: address.to_owned(), source })?;
                let prefix = Path::from(url.path().trim_matches('/'));
                (None, Arc::new(PrefixStore::new(s3, prefix)))
            }
            Ok(url) if url.scheme() == "memory" => (None, Arc::new(InMemory::new())),
            Ok(_) => return Err(unknown()),
            Err(_) if address.contains("://") => return Err(unknown()),
            Err(_) => {
                let folder = base.join(address);
                let objects = Arc::new(folder_store(&folder));
                (Some(folder), objects)
            }
        };
        Ok(Self { address: address.to_owned(), folder, objects })
    }

    /// The folder, where the address is one.
    pub fn folder(&self) -> Option<&FilePath> {
        self.folder.as_deref()
    }

    /// The object store that holds what lies at the address.
    pub fn objects(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.objects)
    }
}

/// A store over a folder that may not exist yet: the file system's store would insist that it does.
fn folder_store(folder: &FilePath) -> PrefixStore<LocalFileSystem> {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let prefix = Path::from_absolute_path(&absolute).unwrap_or_default();
    PrefixStore::new(LocalFileSystem::new(), prefix)
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}
