//! One file's cipher: its header, and its pieces.

use std::ops::Range;

use aes_gcm_siv::aead::AeadInOut;
use aes_gcm_siv::{Aes256GcmSiv, KeyInit, Nonce};
use object_store::path::Path;
use sha2::{Digest, Sha256};

use super::key::{EncryptionKey, KeyId};

/// Bytes of a piece before it is encrypted.
pub(super) const PIECE: u64 = 64 * 1024;

/// Bytes that a piece has more once it is encrypted.
const TAG: u64 = 16;

/// How an encrypted file begins.
const MAGIC: [u8; 8] = *b"MAALTAL\x01";

/// Bytes before the first piece.
pub(super) const HEADER: u64 = 32;

/// What an encrypted file begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Header([u8; HEADER as usize]);

impl Header {
    /// What the file at `path` begins with under the key of this id.
    pub(in crate::store) fn of(path: &Path, id: KeyId) -> Self {
        let mut header = [0; HEADER as usize];
        header[..8].copy_from_slice(&MAGIC);
        header[8..16].copy_from_slice(&id.0);
        header[16..].copy_from_slice(&Sha256::digest(path.as_ref())[..16]);
        Self(header)
    }

    /// The header that a file begins with, if it is an encrypted one.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().filter(|bytes: &[u8; HEADER as usize]| bytes.starts_with(&MAGIC)).map(Self)
    }

    /// The id of the key that the file is encrypted with.
    pub(super) fn key(&self) -> KeyId {
        let mut id = [0; 8];
        id.copy_from_slice(&self.0[8..16]);
        KeyId(id)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn salt(&self) -> &[u8] {
        &self.0[16..]
    }
}

/// Where a piece stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Last,
    BeforeOthers,
}

/// A piece that was not encrypted as that piece of that file, or is another since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Altered;

/// Encrypts and decrypts one file.
pub(super) struct FileCipher {
    header: Header,
    cipher: Aes256GcmSiv,
}

impl FileCipher {
    /// The cipher of the file at `path`.
    pub(super) fn to_write(key: &EncryptionKey, path: &Path) -> Self {
        Self::to_read(key, Header::of(path, key.id()))
    }

    /// The cipher of a file with this header.
    pub(super) fn to_read(key: &EncryptionKey, header: Header) -> Self {
        Self { cipher: Aes256GcmSiv::new(&key.of_file(header.salt()).into()), header }
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    /// Encrypts a piece, which has its tag behind it then.
    pub(super) fn encrypt(&self, number: u64, place: Place, piece: &mut Vec<u8>) {
        let done = self.cipher.encrypt_in_place(&nonce(number, place), self.header.bytes(), piece);
        // The cipher takes 64 GiB, and a piece is far below.
        done.unwrap_or_else(|_| unreachable!("a piece was too long"));
    }

    /// Decrypts a piece.
    pub(super) fn decrypt(&self, number: u64, place: Place, piece: &mut Vec<u8>) -> Result<(), Altered> {
        self.cipher.decrypt_in_place(&nonce(number, place), self.header.bytes(), piece).map_err(|_| Altered)
    }
}

fn nonce(number: u64, place: Place) -> Nonce {
    let mut nonce = Nonce::default();
    nonce[..8].copy_from_slice(&number.to_le_bytes());
    nonce[8] = u8::from(place == Place::Last);
    nonce
}

/// Where the pieces of an encrypted file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// Bytes of the file as it lies there.
    encrypted: u64,
    /// Its pieces, of which there is one at least.
    pieces: u64,
}

impl Layout {
    /// The layout of a file of so many bytes; `None` where no encrypted file has that size.
    pub(super) fn of(encrypted: u64) -> Option<Self> {
        let body = encrypted.checked_sub(HEADER)?;
        let pieces = body.div_ceil(PIECE + TAG).max(1);
        let last = body - (pieces - 1) * (PIECE + TAG);
        (last >= TAG && (pieces == 1 || last > TAG)).then_some(Self { encrypted, pieces })
    }

    /// Bytes of the file before it was encrypted.
    pub(super) fn plain(self) -> u64 {
        self.encrypted - HEADER - self.pieces * TAG
    }

    pub(super) fn place(self, piece: u64) -> Place {
        if piece + 1 == self.pieces { Place::Last } else { Place::BeforeOthers }
    }

    /// The bytes of the file as it lies there that these pieces are.
    pub(super) fn bytes(self, pieces: Range<u64>) -> Range<u64> {
        let start = |piece: u64| HEADER + piece * (PIECE + TAG);
        start(pieces.start)..start(pieces.end).min(self.encrypted)
    }
}

/// The pieces in bytes that were read from the beginning of one.
pub(super) fn pieces(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.chunks((PIECE + TAG) as usize)
}
