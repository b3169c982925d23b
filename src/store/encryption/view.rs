//! The store's files as readers see them: to read and nothing else, and what is encrypted as it was before.
//!
//! The engine is given SQL that a person wrote, so nothing that it runs may write. And it may not list: DataFusion takes a
//! file that is not there for a folder, lists it, finds nothing and reads no rows.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetRange, GetResult, GetResultPayload, ListResult, MultipartUpload,
    OBJECT_STORE_COALESCE_DEFAULT, ObjectMeta, ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions,
    PutPayload, PutResult, Result, coalesce_ranges,
};

use super::cipher::{FileCipher, HEADER, Header, Layout, PIECE, pieces};
use super::is_table;
use super::key::{EncryptionKey, KeyId};

/// Pieces that are read and decrypted at once.
const PIECES_AT_ONCE: u64 = 64;

/// An object store whose files can be read.
pub(in crate::store) struct View {
    objects: Arc<dyn ObjectStore>,
    key: Option<Arc<EncryptionKey>>,
    /// The files that were looked into, with their headers if they are encrypted. A file of the store never changes once it is
    /// written, so one look is enough.
    known: Mutex<BTreeMap<Path, Option<(Header, ObjectMeta)>>>,
}

/// A file that can be decrypted.
struct EncryptedFile {
    cipher: FileCipher,
    layout: Layout,
    /// What is known of it, with the size that it had before it was encrypted.
    meta: ObjectMeta,
}

/// Why an encrypted file can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::store) enum Undecipherable {
    /// It was encrypted with the key of this id.
    #[error("it is encrypted with the key {0}")]
    OtherKey(KeyId),
    /// Its bytes are not those that were written.
    #[error("its bytes are not those that were encrypted")]
    Altered,
}

impl From<Undecipherable> for Error {
    fn from(why: Undecipherable) -> Self {
        Self::Generic { store: "encrypted", source: Box::new(why) }
    }
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
        let Some((header, mut meta)) = self.look(path).await? else { return Ok(None) };
        if header.key() != key.id() {
            return Err(Undecipherable::OtherKey(header.key()).into());
        }
        let layout = Layout::of(meta.size).ok_or(Undecipherable::Altered)?;
        meta.size = layout.plain();
        let file = Arc::new(EncryptedFile { cipher: FileCipher::to_read(key, header), layout, meta });
        if layout.plain() == 0 {
            // No read of an empty file decrypts its only piece. Without this, a file that was cut to nothing would pass.
            file.pieces(self.objects.as_ref(), 0..1).await?;
        }
        Ok(Some(file))
    }
}

impl EncryptedFile {
    /// The bytes of a range of the file as it was before it was encrypted, in as many parts as it takes.
    fn stream(self: Arc<Self>, objects: Arc<dyn ObjectStore>, range: Range<u64>) -> BoxStream<'static, Result<Bytes>> {
        let parts = stream::try_unfold(range.start, move |at| {
            let (file, objects, end) = (Arc::clone(&self), Arc::clone(&objects), range.end);
            async move {
                if at >= end {
                    return Ok(None);
                }
                let first = at / PIECE;
                let behind = end.div_ceil(PIECE).min(first + PIECES_AT_ONCE);
                let plain = file.pieces(objects.as_ref(), first..behind).await?;
                let part = at - first * PIECE..end.min(behind * PIECE) - first * PIECE;
                Ok(Some((plain.slice(part.start as usize..part.end as usize), behind * PIECE)))
            }
        });
        parts.boxed()
    }

    /// The bytes of a range of the file as it was before it was encrypted.
    async fn read(self: &Arc<Self>, objects: &Arc<dyn ObjectStore>, range: Range<u64>) -> Result<Bytes> {
        let mut bytes = BytesMut::new();
        let mut parts = Arc::clone(self).stream(Arc::clone(objects), range);
        while let Some(part) = parts.try_next().await? {
            bytes.extend_from_slice(&part);
        }
        Ok(bytes.freeze())
    }

    /// The bytes of some pieces.
    async fn pieces(&self, objects: &dyn ObjectStore, numbers: Range<u64>) -> Result<Bytes> {
        let range = self.layout.bytes(numbers.clone());
        let encrypted = objects.get_range(&self.meta.location, range.clone()).await?;
        if encrypted.len() as u64 != range.end - range.start {
            return Err(Undecipherable::Altered.into());
        }
        let mut plain = BytesMut::with_capacity(encrypted.len());
        for (number, piece) in numbers.zip(pieces(&encrypted)) {
            let mut piece = piece.to_vec();
            let decrypted = self.cipher.decrypt(number, self.layout.place(number), &mut piece);
            decrypted.map_err(|_| Undecipherable::Altered)?;
            plain.extend_from_slice(&piece);
        }
        Ok(plain.freeze())
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
        let meta = file.meta.clone();
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
