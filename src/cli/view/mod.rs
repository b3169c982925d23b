//! Answers in tables and words.

mod answer;
mod dictionary;
mod diff;
mod explain;
mod gc;
mod indicator;
mod plan;
mod proof;
mod rollback;
mod run;
mod sources;
mod status;
mod versions;

pub(super) use answer::{Answer, OutputFormat};
pub(super) use dictionary::{dictionary, heading};
pub(super) use diff::{differences, markdown};
pub(super) use explain::explained;
pub(super) use gc::{swept, swept_in_words};
pub(super) use indicator::indicator;
pub(super) use plan::{PLANNED, planned};
pub(super) use proof::proof;
pub(super) use rollback::{LIFTED, TAKEN_BACK, lifted, taken_back};
pub(super) use run::{DONE, PULLED, done, pulled};
pub(super) use sources::sources;
pub(super) use status::{hidden, standing};
pub(super) use versions::{changes, versions};
