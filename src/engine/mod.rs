//! The query engine: it is given a task, and answers with rows.
//!
//! A [`Task`] is a statement and the tables that it reads, each under an address that another process can resolve, so that
//! an engine outside this process can take it. The [`Planner`] always works in this process: it knows tables by their
//! schemas and reads none. The [`Engine`] runs tasks, today with DataFusion in this process. Nothing outside this module
//! names a session of DataFusion.
//!
//! Invariants: strings are plain UTF-8 (never views), so that another engine sees the same schemas; a query's memory is
//! bounded by the environment; nothing is written.

mod admitted;
mod arithmetic;
mod blame;
mod bounds;
mod compact;
mod compared;
mod computed;
mod days;
mod guard;
mod held;
mod kept;
mod local;
mod membership;
mod order;
mod padded;
mod partly;
mod planner;
mod prepared;
mod published;
mod rows;
mod runnable;
mod runs;
mod session;
mod steady;
mod subqueries;
mod sum;
mod task;
mod unions;
mod walk;
mod written;

pub use blame::Blame;
pub use datafusion::sql::parser::Statement;
pub use kept::FewRows;
pub use local::{Engine, beside};
pub use planner::{Planned, Planner};
pub use prepared::Prepared;
pub use published::{arrow_schema, arrow_type, nullable};
pub use rows::{Rows, RowsError, conform};
pub use steady::Unsteady;
pub use task::{DataFile, RowOrder, Table, Task, quoted};
pub use unions::MixedColumn;

/// The engine's release: another one may write the same rows as other bytes.
pub const RELEASE: &str = datafusion::DATAFUSION_VERSION;
