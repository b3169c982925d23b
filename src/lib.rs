//! `maaltal`: from Danish health-register extracts to published, dated, checkable goal indicators.
//!
//! Data flows one way: [`pull`] → `derive` → `publish`, over artefacts in a [`store`], as the
//! [`definition`]s say. `ARCHITECTURE.md` is the map.

pub mod cli;
pub mod derive;
pub mod engine;
pub mod job;
pub mod observe;
pub mod publish;
pub mod pull;
pub mod store;

pub use maaltal_definition as definition;
pub use maaltal_definition::problem;
