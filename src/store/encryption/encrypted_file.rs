//! An encrypted file, read as it was before: in pieces, each of which is what was written or none.

use std::ops::Range;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt, Result};

use super::cipher::{FileCipher, Header, Layout, PIECE, pieces};
use super::key::{EncryptionKey, KeyId};

/// Pieces that are read and decrypted at once.
const PIECES_AT_ONCE: u64 = 64;

/// A file that can be decrypted.
pub(super) struct EncryptedFile {
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

impl EncryptedFile {
    /// Opens a file of which header and size are known.
    ///
    /// # Errors
    /// It was cut, or can't be read.
    pub(super) async fn open(
        objects: &dyn ObjectStore,
        key: &EncryptionKey,
        header: Header,
        mut meta: ObjectMeta,
    ) -> Result<Self> {
        let layout = Layout::of(meta.size).ok_or(Undecipherable::Altered)?;
        meta.size = layout.plain();
        let file = Self { cipher: FileCipher::to_read(key, header), layout, meta };
        if layout.plain() == 0 {
            // No read of an empty file decrypts its only piece. Without this, a file that was cut to nothing would pass.
            file.pieces(objects, 0..1).await?;
        }
        Ok(file)
    }

    /// What is known of it, with the size that it had before it was encrypted.
    pub(super) fn meta(&self) -> &ObjectMeta {
        &self.meta
    }

    /// The bytes of a range of the file as it was before it was encrypted, in as many parts as it takes.
    pub(super) fn stream(
        self: Arc<Self>,
        objects: Arc<dyn ObjectStore>,
        range: Range<u64>,
    ) -> BoxStream<'static, Result<Bytes>> {
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
    pub(super) async fn read(self: &Arc<Self>, objects: &Arc<dyn ObjectStore>, range: Range<u64>) -> Result<Bytes> {
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
