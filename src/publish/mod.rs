//! Publish: assemble the dataset, hide what tells of a few, audit it, and commit it in one atomic act.
//!
//! The gate is in the types: [`Release::assemble`] gives an [`Assembled`], [`Assembled::protect`] consumes it and gives a
//! [`Candidate`], [`Candidate::audit`] consumes that and gives an [`Audited`], whose fields and constructor nobody else
//! reaches, and [`Audited::commit`] consumes that. Code that skips the protection or the audits does not compile.
//!
//! Invariants: nothing lies below `published/` before every audit has passed; a version is visible
//! when its numbered record exists, and not before; versions are never changed.

mod assemble;
mod audit;
mod candidate;
mod change;
mod commit;
mod datapackage;
mod error;
mod fault;
mod finding;
mod hint;
mod judge;
mod manifest;
mod previous;
mod protect;
mod prove;
mod read;
mod release;
mod remade;

pub use assemble::Assembled;
pub use audit::Audited;
pub use candidate::Candidate;
pub use change::{Before, Change, ExtractNow, Pairs, by_years};
pub use commit::Published;
pub use error::PublishError;
pub use fault::Fault;
pub use finding::{AuditResult, Offence};
pub use hint::{mend_latest, put_back_record};
pub use judge::{Judged, NotJudged};
pub use manifest::{ExtractEntry, Manifest, ModelEntry, PublishedEntry};
pub use previous::{NotCompared, Previous};
pub use protect::{Attacked, Attacking, History};
pub use prove::{ResourceField, ResourceSchema};
pub use read::{PublishedVersion, Tables};
pub use release::{LeftOut, Release};

/// Changes when the same tables would be published differently.
const FORMAT: &str = "publish/7";

/// What publishes, by name and release.
const TOOL: &str = concat!("maaltal ", env!("CARGO_PKG_VERSION"));
