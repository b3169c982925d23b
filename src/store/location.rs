//! Addresses of extracts and stores: a folder or a URL, opened as an object store.

use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use futures::TryStreamExt;
use futures::future::ready;
use object_store::ObjectStore;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::list::PaginatedListStore;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::{Path, PathPart};
use percent_encoding::percent_decode_str;
use url::Url;

use super::folders::{Readers, make_folder};
use super::readable::{PassedOver, list_around, list_folder};
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
    /// A URL with a query or a fragment: what stands behind would be passed over.
    #[error("`{address}` has a `?` or `#` in it, which ends the path of a URL")]
    CutOff {
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
    /// The address of the S3 service in the environment is none.
    #[error("the environment variable {name} holds no address of an S3 service")]
    Endpoint {
        /// The variable.
        name: &'static str,
        /// What is wrong with it, and what to do.
        remedy: &'static str,
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
            Self::Unknown { .. } | Self::CutOff { .. } | Self::Endpoint { .. } | Self::SetUp { .. } => Exit::Definition,
            Self::Folder { usage: Usage::Read, .. } => Exit::Source,
            Self::Folder { usage: Usage::Look | Usage::Write, .. } => Exit::Store,
        }
    }

    fn details(&self) -> Vec<String> {
        match self {
            Self::Unknown { .. } | Self::CutOff { .. } | Self::Endpoint { .. } => Vec::new(),
            Self::Folder { source, .. } => vec![source.to_string()],
            Self::SetUp { source, .. } => vec![source.to_string()],
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Endpoint { remedy, .. } => Some((*remedy).to_owned()),
            Self::CutOff { .. } => Some("Write %3F or %23 for it.".to_owned()),
            Self::SetUp { .. } => Some("Check the address and the AWS_* variables.".to_owned()),
            _ => Some("Give a folder, or a URL that starts with file://, s3:// or memory://.".to_owned()),
        }
    }
}

/// The name that a part of a path was made of: letters beyond ASCII and some others lie there percent-encoded.
pub(super) fn name_of(part: &PathPart<'_>) -> String {
    percent_decode_str(part.as_ref()).decode_utf8_lossy().into_owned()
}

/// What a location is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// A folder has to be there.
    Read,
    /// A folder that is not there has nothing in it, and is not made.
    Look,
    /// A folder is made if it is not there.
    Write,
}

impl Usage {
    fn in_words(self) -> &'static str {
        match self {
            Self::Read | Self::Look => "read",
            Self::Write => "written",
        }
    }
}

/// An opened address: all paths are relative to it.
#[derive(Clone)]
pub struct Location {
    address: String,
    folder: Option<PathBuf>,
    /// The URL of the folder, links resolved.
    folder_url: Option<Url>,
    objects: Arc<dyn ObjectStore>,
    /// The same store page by page, where it is a service: what lies there may have keys that are no paths.
    pages: Option<Arc<dyn PaginatedListStore>>,
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
            Ok(url) if url.query().or(url.fragment()).is_some() => {
                return Err(LocationError::CutOff { address: address.to_owned() });
            }
            Ok(url) if url.scheme() == "file" => url.to_file_path().map_err(|()| unknown())?,
            Ok(url) if url.scheme() == "s3" => {
                check_endpoint()?;
                let objects = Arc::new(AmazonS3Builder::from_env().with_url(address).build().map_err(set_up)?);
                // The URL has its letters beyond ASCII percent-encoded, and the client encodes them again.
                let prefix = Path::from_url_path(url.path()).map_err(|error| set_up(error.into()))?;
                let pages: Arc<dyn PaginatedListStore> = Arc::<AmazonS3>::clone(&objects);
                return Ok(Self { pages: Some(pages), ..Self::over(address, objects, prefix) });
            }
            Ok(url) if url.scheme() == "memory" => {
                return Ok(Self::over(address, Arc::new(InMemory::new()), Path::default()));
            }
            Ok(_) => return Err(unknown()),
            Err(_) if address.contains("://") => return Err(unknown()),
            Err(_) => base.join(address),
        };
        let opened = match usage {
            Usage::Read | Usage::Look => std::fs::read_dir(&folder).map(drop),
            Usage::Write => make_folder(&folder, Readers::All),
        };
        if usage == Usage::Look && opened.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            let url = std::path::absolute(&folder).ok().and_then(|folder| Url::from_file_path(folder).ok());
            return Ok(Self { folder_url: url, ..Self::over(address, Arc::new(InMemory::new()), Path::default()) });
        }
        opened.map_err(|source| LocationError::Folder { folder: folder.clone(), usage, source })?;
        let gone = |source| LocationError::Folder { folder: folder.clone(), usage, source };
        let url = Url::from_file_path(std::fs::canonicalize(&folder).map_err(gone)?).map_err(|()| unknown())?;
        let objects = Arc::new(LocalFileSystem::new_with_prefix(&folder).map_err(set_up)?);
        Ok(Self { folder: Some(folder), folder_url: Some(url), ..Self::over(address, objects, Path::default()) })
    }

    /// A location in an object store that the caller has set up.
    pub fn over(address: &str, objects: Arc<dyn ObjectStore>, prefix: Path) -> Self {
        Self { address: address.to_owned(), folder: None, folder_url: None, objects, pages: None, prefix }
    }

    /// The folder, where the address is one.
    pub fn folder(&self) -> Option<&FilePath> {
        self.folder.as_deref()
    }

    /// Whether it is a service's, which other processes see as this one does.
    pub(super) fn is_service(&self) -> bool {
        self.pages.is_some()
    }

    /// The object store that holds what lies at the address, and more.
    pub fn objects(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.objects)
    }

    /// Where in the object store a path below the address lies.
    pub fn path(&self, below: &Path) -> Path {
        self.prefix.parts().chain(below.parts()).collect()
    }

    /// The URL of what lies at a path below the address: any process can resolve it, with credentials of its own.
    ///
    /// # Errors
    /// The address is no URL.
    pub fn url(&self, below: &Path) -> Result<Url, LocationError> {
        let unknown = || LocationError::Unknown { address: self.address.clone() };
        let (mut url, parts) = match &self.folder_url {
            Some(folder) => (folder.clone(), below.clone()),
            None => {
                let mut url = Url::parse(&self.address).map_err(|_| unknown())?;
                url.set_path("");
                (url, self.path(below))
            }
        };
        url.path_segments_mut().map_err(|()| unknown())?.pop_if_empty().extend(parts.parts());
        Ok(url)
    }

    /// All files that can be read, by their path below the address and with their size; and what else lies there. One
    /// entry that can't be read keeps none of the others back, nor does a key of a service that is no path.
    ///
    /// # Errors
    /// The object store can't be listed.
    pub async fn list_readable(&self) -> object_store::Result<(BTreeMap<Path, u64>, Vec<PassedOver>)> {
        let Some(folder) = self.folder.clone() else {
            let listed = self.list(&Path::default()).await;
            if let (Err(object_store::Error::InvalidPath { .. }), Some(pages)) = (&listed, &self.pages) {
                let (files, passed_over) = list_around(pages.as_ref(), &self.prefix).await?;
                return Ok((
                    files.into_iter().filter_map(|(path, size)| Some((self.below(&path)?, size))).collect(),
                    passed_over,
                ));
            }
            return Ok((listed?, Vec::new()));
        };
        Ok(tokio::task::spawn_blocking(move || list_folder(&folder)).await?)
    }

    /// All files below `folder`, by their path below the address and with their size.
    ///
    /// # Errors
    /// The object store can't be listed.
    pub async fn list(&self, folder: &Path) -> object_store::Result<BTreeMap<Path, u64>> {
        self.objects
            .list(Some(&self.path(folder)))
            .try_filter_map(|object| ready(Ok(self.below(&object.location).map(|path| (path, object.size)))))
            .try_collect()
            .await
    }

    /// The path below the address of one in the object store.
    pub(super) fn below(&self, path: &Path) -> Option<Path> {
        path.prefix_match(&self.prefix).map(Path::from_iter)
    }
}

/// The variables that name the S3 service.
const ENDPOINTS: [&str; 3] = ["AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"];

/// Refuses an address of the S3 service that its client would stumble over, in words that do not name it.
fn check_endpoint() -> Result<(), LocationError> {
    for name in ENDPOINTS {
        let Some(value) = std::env::var_os(name) else { continue };
        let remedy = match Url::parse(&value.to_string_lossy()) {
            Ok(url) if url.host_str().is_none_or(str::is_empty) => "Give a URL with a host, or unset it.",
            Ok(url) if url.scheme() == "http" && !allows_http() => "Use https://, or set AWS_ALLOW_HTTP=true.",
            Ok(url) if matches!(url.scheme(), "http" | "https") => continue,
            _ => "Give a URL that starts with https://, or unset it.",
        };
        return Err(LocationError::Endpoint { name, remedy });
    }
    Ok(())
}

fn allows_http() -> bool {
    let value = std::env::var("AWS_ALLOW_HTTP").unwrap_or_default();
    ["true", "1", "yes", "on", "t", "y"].contains(&value.to_ascii_lowercase().as_str())
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
    fn every_letter_of_a_path_is_found_again_in_its_url() {
        let folder = tempfile::Builder::new().prefix("læger 50% #?[x]").tempdir().unwrap();
        let location = Location::parse(&folder.path().to_string_lossy(), FilePath::new(""), Usage::Write).unwrap();
        let path = Path::from("staged/æ%ø/a.parquet");
        let file = location.url(&path).unwrap().to_file_path().unwrap();
        assert_eq!(file, folder.path().canonicalize().unwrap().join(path.as_ref()));
        let location = Location::parse("memory:///", FilePath::new(""), Usage::Write).unwrap();
        assert_eq!(location.url(&Path::from("a/b c")).unwrap().as_str(), "memory:///a/b%20c");
        let location = Location::parse("s3://bucket/a b", FilePath::new(""), Usage::Write).unwrap();
        assert_eq!(location.url(&Path::from("c")).unwrap().as_str(), "s3://bucket/a%20b/c");
    }

    #[test]
    fn letters_of_an_s3_prefix_are_encoded_by_the_client_alone() {
        let location = Location::parse("s3://bucket/a b/læger%25", FilePath::new(""), Usage::Write).unwrap();
        assert_eq!(location.path(&Path::from("staged")).as_ref(), "a b/læger%/staged");
    }
}
