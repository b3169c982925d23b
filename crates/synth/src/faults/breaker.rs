//! What breaks a file: single rows of it, or the file as a whole.

use super::sower::Sower;
use super::whole::{FileFault, WholeFile};
use super::{Broken, Lines};
use crate::files::Cell;

/// Breaks a file while it is written.
#[derive(Debug)]
pub(crate) enum Breaker<'a> {
    Rows(Box<Sower<'a>>),
    File(Box<WholeFile<'a>>),
}

impl Breaker<'_> {
    /// Breaks the row that is written next, if it is its turn.
    pub(crate) fn row(&mut self, lines: Lines, cells: &[Cell<'_>]) -> Option<Broken> {
        match self {
            Self::Rows(sower) => sower.row(lines, cells),
            Self::File(whole) => whole.row(cells),
        }
    }

    /// How the file as a whole is broken, for what its writer does itself.
    pub(crate) fn of_file(&self) -> Option<&FileFault> {
        match self {
            Self::Rows(_) => None,
            Self::File(whole) => Some(whole.fault()),
        }
    }

    /// Says that cells of a column will be merged over rows: a fault in one of them would be one in all, and a row
    /// more would tear them apart.
    pub(crate) fn will_merge(&mut self, cell: usize) {
        if let Self::Rows(sower) = self {
            sower.will_merge(cell);
        }
    }
}
