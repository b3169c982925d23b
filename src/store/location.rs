//! Addresses of extracts and stores: a folder or a URL, opened as an object store.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use futures::TryStreamExt;
use futures::future::ready;
use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use url::Url;

use super::local;
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
    /// The folder is not there, or can't be made.
    #[error("the folder {} can't be {}", folder.display(), usage.in_words())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What was wanted of it.
        usage: Usage,
        /// Why not.
        source: std::io::Error,
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
        match self {
            Self::Unknown { .. } | Self::SetUp { .. } => Exit::Definition,
            Self::Folder { usage: Usage::Read, .. } => Exit::Source,
            Self::Folder { usage: Usage::Write, .. } => Exit::Store,
        }
    }

    fn details(&self) -> Vec<String> {
        match self {
            Self::Unknown { .. } => Vec::new(),
            Self::Folder { source, .. } => vec![source.to_string()],
            Self::SetUp { source, .. } => vec![source.to_string()],
        }
    }

    fn hint(&self) -> Option<String> {
        Some("Give a folder, or a URL that starts with file://, s3:// or memory://.".to_owned())
    }
}

/// What a location is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// A folder has to be there.
    Read,
    /// A folder is made if it is not there.
    Write,
}

impl Usage {
    fn in_words(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "written",
        }
    }
}

/// An opened address: all paths are relative to it.
#[derive(Clone)]
pub struct Location {
    address: String,
    folder: Option<PathBuf>,
    objects: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl Location {
    /// Opens `address`. A folder is relative to `base`.
    ///
    /// S3 takes credentials, region and endpoint from the usual `AWS_*` variables.
    ///
    /// # Errors
    /// The address is of no known kind, its folder can't be used, or the object store refuses its
    /// settings.
    pub fn parse(address: &str, base: &FilePath, usage: Usage) -> Result<Self, LocationError> {
        let unknown = || LocationError::Unknown { address: address.to_owned() };
        let set_up = |source| LocationError::SetUp { address: address.to_owned(), source };
        let folder = match Url::parse(address) {
            Ok(url) if url.scheme() == "file" => url.to_file_path().map_err(|()| unknown())?,
            Ok(url) if url.scheme() == "s3" => {
                let objects = Arc::new(AmazonS3Builder::from_env().with_url(address).build().map_err(set_up)?);
                // The URL has its letters beyond ASCII percent-encoded, and the client encodes them again.
                let prefix = Path::from_url_path(url.path()).map_err(|error| set_up(error.into()))?;
                return Ok(Self::over(address, objects, prefix));
            }
            Ok(url) if url.scheme() == "memory" => {
                return Ok(Self::over(address, Arc::new(InMemory::new()), Path::default()));
            }
            Ok(_) => return Err(unknown()),
            Err(_) if address.contains("://") => return Err(unknown()),
            Err(_) => base.join(address),
        };
        let opened = match usage {
            Usage::Read => std::fs::read_dir(&folder).map(drop),
            Usage::Write => local::make_folder(&folder),
        };
        opened.map_err(|source| LocationError::Folder { folder: folder.clone(), usage, source })?;
        let objects = Arc::new(LocalFileSystem::new_with_prefix(&folder).map_err(set_up)?);
        Ok(Self { address: address.to_owned(), folder: Some(folder), objects, prefix: Path::default() })
    }

    /// A location in an object store that the caller has set up.
    pub fn over(address: &str, objects: Arc<dyn ObjectStore>, prefix: Path) -> Self {
        Self { address: address.to_owned(), folder: None, objects, prefix }
    }

    /// The folder, where the address is one.
    pub fn folder(&self) -> Option<&FilePath> {
        self.folder.as_deref()
    }

    /// The object store that holds what lies at the address, and more.
    pub fn objects(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.objects)
    }

    /// Where in the object store a path below the address lies.
    pub fn path(&self, below: &Path) -> Path {
        self.prefix.parts().chain(below.parts()).collect()
    }

    /// All files below `folder`, by their path below the address and with their size.
    ///
    /// # Errors
    /// The object store can't be listed.
    pub async fn list(&self, folder: &Path) -> object_store::Result<BTreeMap<Path, u64>> {
        let below = |path: &Path| path.prefix_match(&self.prefix).map(Path::from_iter);
        self.objects
            .list(Some(&self.path(folder)))
            .try_filter_map(|object| ready(Ok(below(&object.location).map(|path| (path, object.size)))))
            .try_collect()
            .await
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

    use super::*;

    #[test]
    fn letters_of_an_s3_prefix_are_encoded_by_the_client_alone() {
        let location = Location::parse("s3://bucket/a b/læger%25", FilePath::new(""), Usage::Write).unwrap();
        assert_eq!(location.path(&Path::from("staged")).as_ref(), "a b/læger%/staged");
    }
}
