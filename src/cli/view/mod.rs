//! Answers in tables and words.

mod answer;
mod dictionary;
mod indicator;
mod plan;
mod run;
mod sources;
mod status;

pub(super) use answer::{Answer, OutputFormat};
pub(super) use dictionary::{dictionary, heading};
pub(super) use indicator::indicator;
pub(super) use plan::{PLANNED, planned};
pub(super) use run::{DONE, PULLED, done, pulled};
pub(super) use sources::sources;
pub(super) use status::standing;
