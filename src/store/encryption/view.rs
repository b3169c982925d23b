//! The store's files as readers see them: to read and nothing else, and what is encrypted as it was before.
//!
//! The engine is given SQL that a person wrote, so nothing that it runs may write. And it may not list: DataFusion takes a
//! file that is not there for a folder, lists it, finds nothing and reads no rows.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetRange, GetResult, GetResultPayload, ListResult, MultipartUpload,
    OBJECT_STORE_COALESCE_DEFAULT, ObjectMeta, ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions,
    PutPayload, PutResult, Result, coalesce_ranges,
};

use super::cipher::{HEADER, Header};
use super::encrypted_file::{EncryptedFile, Undecipherable};
use super::is_table;
use super::key::EncryptionKey;

/// An object store whose files can be read.
pub(in crate::store) struct View {
    objects: Arc<dyn ObjectStore>,
    key: Option<Arc<EncryptionKey>>,
    /// The files that were looked into, with their headers if they are encrypted. A file of the store never changes once it is
    /// written, so one look is enough.
    known: Mutex<BTreeMap<Path, Option<(Header, ObjectMeta)>>>,
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "View({})", self.objects)
    }
}

impl View {
    /// A view of `objects`, with the key of those that are encrypted.
    pub(in crate::store) fn new(objects: Arc<dyn ObjectStore>, key: Option<Arc<EncryptionKey>>) -> Self {
        Self { objects, key, known: Mutex::default() }
    }

    /// What the file at `path` begins with, if it is encrypted.
    pub(in crate::store) async fn header(&self, path: &Path) -> Result<Option<Header>> {
        Ok(self.look(path).await?.map(|(header, _)| header))
    }

    /// The header of an encrypted file, and what is known of the file as it lies there.
    async fn look(&self, path: &Path) -> Result<Option<(Header, ObjectMeta)>> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(looked) = known().get(path) {
            return Ok(looked.clone());
        }
        let beginning = GetOptions { range: Some(GetRange::Bounded(0..HEADER)), ..GetOptions::default() };
        let looked = match self.objects.get_opts(path, beginning).await {
            Ok(found) => {
                let meta = found.meta.clone();
                Header::read(&found.bytes().await?).map(|header| (header, meta))
            }
            Err(error @ Error::NotFound { .. }) => return Err(error),
            // A range of an empty file is refused by some stores, so its size is asked for.
            Err(error) => match self.objects.head(path).await {
                Ok(meta) if meta.size == 0 => None,
                _ => return Err(error),
            },
        };
        known().insert(path.clone(), looked.clone());
        Ok(looked)
    }

    /// The encrypted file at `path`; `None` where there is no key, or what lies there is not encrypted.
    async fn encrypted(&self, path: &Path) -> Result<Option<Arc<EncryptedFile>>> {
        let Some(key) = self.key.as_ref().filter(|_| is_table(path)) else { return Ok(None) };
        let Some((header, meta)) = self.look(path).await? else { return Ok(None) };
        if header.key() != key.id() {
            return Err(Undecipherable::OtherKey(header.key()).into());
        }
        Ok(Some(Arc::new(EncryptedFile::open(self.objects.as_ref(), key, header, meta).await?)))
    }
}

fn written(path: &Path) -> Error {
    Error::PermissionDenied { path: path.to_string(), source: "who reads can't write".into() }
}

fn gone(path: Option<&Path>) -> Error {
    Error::NotFound { path: path.map(ToString::to_string).unwrap_or_default(), source: "the file is gone".into() }
}

#[async_trait]
impl ObjectStore for View {
    async fn put_opts(&self, location: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        Err(written(location))
    }

    async fn put_multipart_opts(&self, location: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        Err(written(location))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let Some(file) = self.encrypted(location).await? else {
            return self.objects.get_opts(location, options).await;
        };
        let meta = file.meta().clone();
        options.check_preconditions(&meta)?;
        let range = match &options.range {
            Some(range) => range
                .as_range(meta.size)
                .map_err(|error| Error::Generic { store: "encrypted", source: Box::new(error) })?,
            None => 0..meta.size,
        };
        let payload = match options.head {
            true => stream::empty().boxed(),
            false => file.stream(Arc::clone(&self.objects), range.clone()),
        };
        Ok(GetResult {
            payload: GetResultPayload::Stream(payload),
            meta,
            range,
            attributes: object_store::Attributes::default(),
        })
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        match self.encrypted(location).await? {
            Some(file) => {
                let read = |range| file.read(&self.objects, range);
                coalesce_ranges(ranges, read, OBJECT_STORE_COALESCE_DEFAULT).await
            }
            None => self.objects.get_ranges(location, ranges).await,
        }
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        locations.map(|location| location.and_then(|location| Err(written(&location)))).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        stream::iter([Err(gone(prefix))]).boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        Err(gone(prefix))
    }

    async fn copy_opts(&self, _: &Path, to: &Path, _: CopyOptions) -> Result<()> {
        Err(written(to))
    }
}
