//! What a query may ask for: a statement that the planner can follow, and texts that fit into memory.
//!
//! No pool counts the memory of a text while a function makes it. One long text is soon many: a constant, or the one row of
//! a side of a join, is copied for every row of a batch. So a text that a query makes is bounded, and so are the texts
//! that one call makes of a batch.

mod aggregate;
mod join;
mod length;
mod text;

pub(super) use aggregate::BoundedAggregate;
pub(super) use length::check_length;
pub(super) use text::Texts;

use datafusion::common::{Result, exec_err};

/// Bytes of one text that a query makes. 8,192 of them, as many as a batch has rows, are 512 MiB.
const MOST_VALUE_BYTES: usize = 64 * 1024;

/// Bytes of the texts that one call of a function makes of a batch of rows.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Refuses one value that is too long.
fn check_value(function: &str, bytes: usize) -> Result<()> {
    if bytes > MOST_VALUE_BYTES {
        return exec_err!("{function} made a value of {bytes} bytes, and at most {MOST_VALUE_BYTES} are kept");
    }
    Ok(())
}

/// Refuses what would be too much for one batch.
fn check_batch(function: &str, bytes: u64) -> Result<()> {
    if bytes > MOST_BYTES as u64 {
        return exec_err!("{function} would make {bytes} bytes of text, and at most {MOST_BYTES} are made");
    }
    Ok(())
}
