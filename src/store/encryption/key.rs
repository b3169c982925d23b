//! The key that tables are encrypted with.

use std::ffi::OsStr;
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::definition::{bytes_of_hex, hex};

/// The secret behind all encrypted tables of a store. Nothing shows it: what is shown of it is its id.
pub struct EncryptionKey {
    mac: Hmac<Sha256>,
    id: KeyId,
}

/// Tells keys apart without telling the key, shown as 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId(pub(super) [u8; 8]);

/// A text that is no key's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a key's id is 16 hexadecimal digits")]
pub struct NotAKeyId;

impl TryFrom<String> for KeyId {
    type Error = NotAKeyId;

    fn try_from(text: String) -> Result<Self, NotAKeyId> {
        bytes_of_hex(&text).map(Self).ok_or(NotAKeyId)
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptionKey(id {})", self.id)
    }
}

impl EncryptionKey {
    /// The key of these 64 hexadecimal digits; `None` where they are none.
    pub fn of_digits(text: &OsStr) -> Option<Self> {
        bytes_of_hex(text.to_str()?.trim()).map(|key| Self::new(&key))
    }

    pub(super) fn new(key: &[u8; 32]) -> Self {
        // HMAC takes keys of every length.
        let mac = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC refused a key"));
        let whole: [u8; 32] = mac.clone().chain_update(b"maaltal encryption key id").finalize().into_bytes().into();
        let mut id = [0; 8];
        id.copy_from_slice(&whole[..8]);
        Self { mac, id: KeyId(id) }
    }

    /// Tells it apart from others.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The key of one file.
    pub(super) fn of_file(&self, salt: &[u8]) -> [u8; 32] {
        self.mac.clone().chain_update(b"maaltal file").chain_update(salt).finalize().into_bytes().into()
    }
}
