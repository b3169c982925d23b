//! Names made of content: the digest of all that determines an artefact.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::KeyId;
use crate::definition::Digest;

/// The name of an artefact: the digest of all that determines its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArtefactKey(Digest);

impl ArtefactKey {
    /// The first eight hexadecimal digits, for paths and people.
    pub fn short(&self) -> String {
        self.0.short()
    }
}

impl From<Digest> for ArtefactKey {
    /// A key as it was found in a path.
    fn from(digest: Digest) -> Self {
        Self(digest)
    }
}

impl fmt::Display for ArtefactKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Collects what determines an artefact. Every field carries its name and length, so that no two
/// different lists of fields are the same bytes.
#[derive(Debug)]
pub struct KeyBuilder(Sha256);

impl KeyBuilder {
    /// Starts a key for artefacts made by `maker`, e.g. `pull/1`: the version of the code that makes them.
    pub fn new(maker: &str) -> Self {
        Self(Sha256::new()).field("maker", maker)
    }

    /// Adds one thing that determines the artefact.
    #[must_use]
    pub fn field(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        for part in [name.as_bytes(), value.as_ref()] {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
        self
    }

    /// Adds the key that the artefact's tables are encrypted with, where they are.
    #[must_use]
    pub fn encrypted_with(self, key: Option<KeyId>) -> Self {
        match key {
            Some(id) => self.field("encryption key", id.to_string()),
            None => self,
        }
    }

    /// The key.
    pub fn finish(self) -> ArtefactKey {
        ArtefactKey(self.0.into())
    }
}
