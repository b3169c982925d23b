//! Publish: assemble the dataset, audit it, and commit it in one atomic act.
//!
//! The gate is in the types: [`Release::assemble`] gives a [`Candidate`], [`Candidate::audit`] consumes it and gives an
//! [`Audited`], whose fields and constructor nobody else reaches, and [`Audited::commit`] consumes that. Code that skips
//! the audits does not compile.
//!
//! Invariants: nothing lies below `published/` before every audit has passed; a version is visible
//! when its numbered record exists, and not before; versions are never changed.

mod assemble;
mod audit;
mod commit;
mod datapackage;
mod error;
mod finding;
mod manifest;
mod previous;
mod read;
mod release;

pub use assemble::Candidate;
pub use audit::Audited;
pub use commit::{Published, mend_latest};
pub use error::PublishError;
pub use finding::{AuditResult, Offence};
pub use manifest::{ExtractEntry, Manifest, ModelEntry, PublishedEntry};
pub use previous::{NotCompared, Previous};
pub use read::{PublishedVersion, Tables};
pub use release::{LeftOut, Release};

/// Changes when the same tables would be published differently.
const FORMAT: &str = "publish/3";

/// How small numbers are protected. None yet: every value is published as it is.
const DISCLOSURE_POLICY: &str = "none";
