//! Jobs: what the product does with a project and a store, for the command line and for whoever calls the library.
//!
//! A [`Build`] is a pipeline with every key known and nothing done. Of it follows one [`Plan`]: what there is to make, and
//! what is there. `maaltal plan` prints it and [`run`] executes it, so that the two can't disagree. Nothing here puts
//! anything in words but its errors.

mod account;
mod build;
mod check;
mod compile;
mod context;
mod diff;
mod error;
mod explain;
mod gc;
mod gone;
mod indicator;
mod plan;
mod proof;
mod query;
mod rejects;
mod revisions;
mod rollback;
mod rows;
mod run;
mod sources;
mod status;
mod why;

pub use account::Account;
pub use build::{Awaited, Build};
pub use check::{Checked, check};
pub use compile::Compiled;
pub use context::Context;
pub use diff::{Cause, CauseKind, Comparison, Counts, Narrowed, TableDifference, ValueDifference, Versions};
pub use error::JobError;
pub use explain::{Explained, Stone, explain};
pub use gc::{Ages, ComesBack, DatasetVersion, Deed, Going, Presence, Swept, Terms, gc};
pub use indicator::{Entry, indicator};
pub use plan::{Plan, Publication, Stages, Task, What};
pub use proof::{Depth, Finding, Inspected, Part, Proof, verify};
pub use query::{VersionReader, query};
pub use rejects::{Rejects, Replay};
pub use revisions::{Figure, revisions};
pub use rollback::{Lifted, TakenBack, release, rollback};
pub use rows::Rows;
pub use run::{Demand, Done, Outcome, PulledSource, pull, run};
pub use sources::{SourceState, sources};
pub use status::{Closer, Standing, closer, standing};
pub use why::Why;

pub use crate::observe::Stage;
