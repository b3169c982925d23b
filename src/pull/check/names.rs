//! The names of a table's columns, as a header has them: a row of nothing else is a header once more, perhaps in another order.

use std::collections::BTreeSet;

use crate::definition::{Format, TableContract, plain_name};

/// The mark that begins a file of Unicode.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// The names of a table's columns; none where a format keeps names apart from rows, as XML does.
#[derive(Debug, Default)]
pub(super) struct Names {
    folded: BTreeSet<String>,
    /// Bytes of the longest of them.
    longest: usize,
    /// The letters of ASCII that they begin with, a bit each.
    firsts: u128,
    /// Whether one begins with a letter beyond ASCII.
    is_beyond_ascii: bool,
}

impl Names {
    /// The names that a row of a table's files may consist of.
    pub(super) fn of(table: &TableContract, format: &Format) -> Self {
        let names = table.names.iter().filter(|_| format.is_of_cells());
        names.fold(Self::default(), |names, name| names.with(name))
    }

    /// They and another, of a column that a delivery added.
    pub(super) fn with(mut self, name: &str) -> Self {
        let name = fold(name);
        self.longest = self.longest.max(name.len());
        match name.as_bytes().first() {
            Some(first) if first.is_ascii() => self.firsts |= 1 << *first,
            _ => self.is_beyond_ascii = true,
        }
        self.folded.insert(name);
        self
    }

    pub(super) fn are_there(&self) -> bool {
        !self.folded.is_empty()
    }

    /// Whether a cell's text is one of them.
    pub(super) fn holds(&self, text: &str) -> bool {
        let text = bare(text);
        // Most texts are no name by their length or their first letter. A letter and its mark apart are three bytes in the place
        // of two.
        text.len() <= 2 * self.longest && self.may_begin(text) && self.folded.contains(&fold(text))
    }

    /// The name that a cell's text is told by.
    pub(super) fn told(text: &str) -> String {
        fold(bare(text))
    }

    fn may_begin(&self, text: &str) -> bool {
        match text.as_bytes().first() {
            None => false,
            Some(first) if first.is_ascii() && !self.is_beyond_ascii => {
                (self.firsts >> first.to_ascii_lowercase()) & 1 == 1
            }
            Some(_) => true,
        }
    }
}

/// A cell's text without the marks that a header may have around a name.
fn bare(text: &str) -> &str {
    text.trim_matches([BYTE_ORDER_MARK, '"'])
}

fn fold(name: &str) -> String {
    plain_name(name).to_lowercase()
}
