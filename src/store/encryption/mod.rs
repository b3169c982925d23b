//! Tables at rest, encrypted: whoever copies the store's disk has no row outside `published/` without the key.
//!
//! All tables outside `published/` are encrypted, since all may be about single persons. A table is the same Parquet file as
//! without, in pieces that are encrypted each for itself, so that a reader can ask for a part of the file. Records tell of
//! the file before it was encrypted: its digest is the same under every key, and without one. The cipher is AES-256-GCM-SIV
//! (RFC 8452): the same file under the same key is the same bytes.
//!
//! The file, in which all numbers are little-endian:
//!
//! ```text
//! 8 bytes    "MAALTAL" and a byte 1
//! 8 bytes    the key's id: the beginning of HMAC-SHA-256(key, "maaltal encryption key id")
//! 16 bytes   the salt: the beginning of the SHA-256 of the file's path in the store
//! pieces     65,536 bytes each, the last one perhaps shorter; each encrypted, with its tag of 16 bytes behind it
//! ```
//!
//! A file's own key is HMAC-SHA-256(key, "maaltal file" and the salt). A piece's nonce is its number in 8 bytes, from 0, and
//! 4 bytes that are 1 for the last piece and 0 for others, so that a file that was cut is found; the 32 bytes of the header
//! are its associated data.

mod cipher;
mod encrypted_file;
mod encrypting;
mod key;
#[cfg(test)]
mod tests;
mod view;

pub use key::{EncryptionKey, KeyId, NotAKeyId};

pub(super) use cipher::Header;
pub(super) use encrypted_file::Undecipherable;
pub(super) use encrypting::Encrypting;
pub(super) use view::View;

use std::fmt;
use std::sync::Arc;

use object_store::path::Path;

/// How tables lie outside `published/`.
#[derive(Debug, Clone, Default)]
pub enum AtRest {
    /// As they are.
    #[default]
    Plain,
    /// Encrypted.
    Encrypted {
        /// The environment variable that the key is from.
        name: String,
        /// The key.
        key: Arc<EncryptionKey>,
    },
    /// Encrypted with a key that this process was not given.
    Locked(NotGiven),
}

impl AtRest {
    /// The key, where there is one.
    pub(super) fn key(&self) -> Option<&Arc<EncryptionKey>> {
        match self {
            Self::Encrypted { key, .. } => Some(key),
            Self::Plain | Self::Locked(_) => None,
        }
    }

    /// The id of the key, where there is one.
    pub(super) fn key_id(&self) -> Option<KeyId> {
        self.key().map(|key| key.id())
    }

    /// The key that tables are written with; `None` where they are written as they are.
    ///
    /// # Errors
    /// They are to be encrypted, and there is no key.
    pub(super) fn key_to_write(&self) -> Result<Option<&EncryptionKey>, NotGiven> {
        match self {
            Self::Plain => Ok(None),
            Self::Encrypted { key, .. } => Ok(Some(key)),
            Self::Locked(why) => Err(why.clone()),
        }
    }
}

/// Why a variable has no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotGiven {
    /// It is not set.
    Unset {
        /// The variable.
        name: String,
    },
    /// What it has is no key. It is not told: it may be a secret.
    NotAKey {
        /// The variable.
        name: String,
    },
}

impl NotGiven {
    /// What to do about it.
    pub(super) fn remedy(&self) -> String {
        let (Self::Unset { name } | Self::NotAKey { name }) = self;
        format!(
            "Set {name} to the key of this store, 64 hexadecimal digits. Only for a store that has none yet, make one with \
             `openssl rand -hex 32`."
        )
    }
}

impl fmt::Display for NotGiven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset { name } => write!(f, "the environment variable {name} is not set"),
            Self::NotAKey { name } => {
                write!(f, "what the environment variable {name} has is not 64 hexadecimal digits")
            }
        }
    }
}

/// Whether a path is that of a table.
pub(super) fn is_table(path: &Path) -> bool {
    path.extension() == Some("parquet")
}
