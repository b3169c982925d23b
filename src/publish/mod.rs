//! Publish: assemble the dataset, audit it, and commit it in one atomic act.
//!
//! Invariants: nothing lies below `published/` before every audit has passed; a version is visible
//! when its numbered record exists, and not before; versions are never changed.

mod assemble;
mod audit;
mod commit;
mod datapackage;
mod error;
mod manifest;

pub use assemble::{Candidate, assemble, dataset_key};
pub use audit::{AuditResult, Offence, audit};
pub use commit::{Published, Release, keep_candidate, mend_latest};
pub use error::PublishError;
pub use manifest::{ExtractEntry, Manifest, ModelEntry, PublishedEntry, is_whole, read_manifest};

/// Changes when the same tables would be published differently.
const FORMAT: &str = "publish/3";

/// How small numbers are protected. None yet: every value is published as it is.
const DISCLOSURE_POLICY: &str = "none";
