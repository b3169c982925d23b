//! The records of one table in a block: where their cells stand in its texts.

use std::sync::Arc;

use super::cell::{Sort, Typed};

/// Why a record could not be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unsplit {
    /// Too many columns or letters, or too few.
    Width,
    /// One cell where there are to be several: a note between or below the rows, and a part of no total.
    Note,
    /// Its type is none of the contract's.
    RecordType,
    /// It is not of the format.
    Malformed,
}

/// A cell of a block: its text from `start` to `end`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) sort: Sort,
}

/// What stands between records and is none.
#[derive(Debug)]
pub(crate) enum Mark {
    /// A record that could not be split into the columns of a table.
    Unsplit { table: usize, row: u64, why: Unsplit, reason: String, text: String },
    /// A start or a trailer.
    Control,
    /// A column that the contract does not know.
    Stranger(String),
    /// A record of a type that the contract does not know.
    OtherType(String),
}

/// The records of one table in a block.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// Cells of a record.
    pub(super) width: usize,
    /// Where each record stands in the file: its line, from 1.
    pub(super) rows: Vec<u64>,
    /// Where each record stands in the block, among those of all tables and what is no record.
    pub(super) orders: Vec<u32>,
    /// Where the first cell of each record begins.
    pub(super) firsts: Vec<u32>,
    /// Where each cell ends, `width` of them a record.
    pub(super) ends: Vec<u32>,
    /// What each cell is besides its text; empty where all are texts alone.
    pub(super) sorts: Vec<Sort>,
    /// The values of typed cells, by the cell.
    pub(super) typed: Vec<(u32, Typed)>,
    /// Where a record's cells have another order than the contract's columns: per column, its place among the cells.
    pub(super) places: Option<Arc<[Option<usize>]>>,
}

impl Part {
    pub(super) fn clear(&mut self) {
        let Self { width: _, rows, orders, firsts, ends, sorts, typed, places } = self;
        rows.clear();
        [orders, firsts, ends].into_iter().for_each(Vec::clear);
        sorts.clear();
        typed.clear();
        *places = None;
    }

    /// The number of records.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The number of records up to a place in the block.
    pub(crate) fn up_to(&self, order: u32) -> usize {
        self.orders.partition_point(|found| *found <= order)
    }

    /// The line of a record in the file.
    pub(crate) fn row(&self, record: usize) -> u64 {
        self.rows[record]
    }

    /// Where a record stands in the block.
    pub(crate) fn order(&self, record: usize) -> u32 {
        self.orders[record]
    }

    /// Where a column of the contract stands among a record's cells; `None` where the file lacks it.
    pub(crate) fn place(&self, column: usize) -> Option<usize> {
        match &self.places {
            Some(places) => places[column],
            None => Some(column),
        }
    }

    /// A cell of a record.
    #[inline(always)]
    pub(crate) fn placed(&self, record: usize, place: usize) -> Placed {
        let at = record * self.width + place;
        let start = if place == 0 { self.firsts[record] } else { self.ends[at - 1] + 1 };
        let sort = self.sorts.get(at).copied().unwrap_or(Sort::Text);
        Placed { start: start as usize, end: self.ends[at] as usize, sort }
    }

    pub(super) fn typed(&self, record: usize, place: usize) -> Option<&Typed> {
        let at = (record * self.width + place) as u32;
        let found = self.typed.binary_search_by_key(&at, |(cell, _)| *cell).ok()?;
        Some(&self.typed[found].1)
    }
}
