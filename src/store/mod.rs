//! Artefacts on an object store: created once, complete or absent, and on a local folder durable.
//!
//! What the rooms above may count on, on a local folder, in memory and on S3 alike (the conformance
//! suite `tests/it/stores_conform.rs` holds every store to it):
//!
//! - [`Store::create`] lets exactly one of any number of racing writers create a path;
//! - a path that can be read can be read whole: no reader sees half a file;
//! - on a local folder, what a finished call has written survives a power cut. [`ArtefactDraft::finish`] alone promises
//!   less: the artefact is there once it is settled.

mod artefact;
mod digests;
mod draft;
mod encryption;
mod error;
mod files;
mod folders;
mod held;
mod hold;
mod key;
mod local;
mod location;
mod lying;
mod marks;
mod proof;
mod readable;
mod removal;
mod seal;
mod signature;
mod table;
mod version;

pub use artefact::{Artefact, ArtefactRecord, Provenance, Zone};
pub use digests::Digests;
pub use draft::{ArtefactDraft, Content, DraftError, DraftFile, FinishedDraft};
pub use encryption::{AtRest, EncryptionKey, KeyId, NotAKeyId, NotGiven};
pub use error::{NoKey, StoreError, UNREACHABLE};
pub use files::Store;
pub use held::{StoredTable, digest_of};
pub use hold::{Hold, Released};
pub use key::{ArtefactKey, KeyBuilder};
pub use local::Created;
pub use location::{Location, LocationError, Usage};
pub use lying::Lying;
pub use proof::{Tally, proven};
pub use readable::PassedOver;
pub use removal::Written;
pub use signature::{NotAPublicKey, NotASigningKey, PublicKey, Signature, SigningKey};
pub use table::{
    Chunk, Coded, ColumnEncoder, ColumnRows, FileColumn, GroupWriter, LocalTable, ROW_GROUP_ROWS, TableEntry,
    TableError, TableFile, TableWriter, WriterBeside,
};
pub use version::{Commit, CommitOutcome, Reason, Restored, VersionLog, VersionNumber, datasets};

pub use crate::definition::{Digest, NotADigest};
