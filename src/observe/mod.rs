//! What a person or a log collector sees of a run: everything here goes to stderr.

mod logging;
mod progress;

pub use logging::{LogFormat, start as start_logging};
pub use progress::{Bar, Progress};
