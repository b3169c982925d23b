//! Records with their own digest, so that a flipped bit in one is found. Records of earlier releases have none.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Digest;

/// A record and the digest of its content.
#[derive(Serialize, Deserialize)]
struct Sealed<R> {
    #[serde(flatten)]
    record: R,
    sha256: Option<Digest>,
}

/// What a record's own digest says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seal {
    /// Every byte is as it was written.
    Whole,
    /// The content is, and the bytes say it in another way.
    Reworded,
    /// The content is another.
    Broken,
    /// There is none.
    Missing,
}

impl Seal {
    /// What is wrong with a record that every byte of which is to be as it was written.
    pub(super) fn fault(self) -> Option<&'static str> {
        match self {
            Self::Whole => None,
            Self::Reworded => Some("its bytes are not those that were written"),
            Self::Broken => Some("its content is not that which it has the SHA-256 of"),
            Self::Missing => Some("it has no SHA-256 of its own, and nothing else holds it to what was written"),
        }
    }
}

/// The file of a record.
pub(super) fn sealed<R: Serialize>(record: &R) -> Result<Vec<u8>, serde_json::Error> {
    let sha256 = Some(serde_json::to_vec(record).map(Digest::of)?);
    serde_json::to_vec_pretty(&Sealed { record, sha256 })
}

/// The record in a file, and whether it is what was written.
pub(super) fn opened<R: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<(R, Seal), serde_json::Error> {
    let Sealed { record, sha256 } = serde_json::from_slice::<Sealed<R>>(bytes)?;
    let seal = match sha256 {
        None => Seal::Missing,
        Some(sha256) if serde_json::to_vec(&record).map(Digest::of)? != sha256 => Seal::Broken,
        Some(_) if sealed(&record)? == bytes => Seal::Whole,
        Some(_) => Seal::Reworded,
    };
    Ok((record, seal))
}
