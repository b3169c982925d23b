//! Records on their way from a parser to the checks: thousands at once, their texts one behind the other.
//!
//! Invariants: the texts are UTF-8, and [`SLACK`] zero bytes stand behind them, so that sixteen bytes can be loaded at
//! the start of every cell; a cell but a record's first begins one byte behind the end of the cell before it.

use super::cell::{Cell, Sort};
use super::part::{Mark, Part, Placed};
use super::sink::Record;
use super::split::{Delimited, split};

/// Zero bytes behind the texts.
pub(super) const SLACK: usize = 64;

/// Bytes of texts after which a block is full: it stays in the cache of a core while it is checked.
pub(crate) const BLOCK_BYTES: usize = 256 * 1024;

/// Records after which it is full, however short they are.
const MOST_RECORDS: usize = 8 * 1024;

/// Records, and what stands between them.
#[derive(Debug, Default)]
pub(crate) struct Block {
    text: Vec<u8>,
    length: usize,
    /// The records, by table.
    pub(crate) parts: Vec<Part>,
    /// What is no record, with its place in the block.
    pub(crate) marks: Vec<(u32, Mark)>,
    /// Records and marks so far.
    order: u32,
    /// Lines that are not split yet.
    delimited: Option<Delimited>,
}

impl Block {
    /// Empties the block for the records of so many tables, and keeps its memory.
    pub(crate) fn clear(&mut self, tables: usize) {
        self.parts.truncate(tables);
        self.parts.iter_mut().for_each(Part::clear);
        self.parts.resize_with(tables, Part::default);
        self.marks.clear();
        (self.length, self.order, self.delimited) = (0, 0, None);
    }

    /// Whether nothing is in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.order == 0 && self.delimited.is_none()
    }

    /// Whether it is to be handed on.
    pub(crate) fn is_full(&self) -> bool {
        self.length >= BLOCK_BYTES || self.order as usize >= MOST_RECORDS
    }

    /// Takes in a record.
    pub(crate) fn push(&mut self, record: &Record<'_>) {
        let part = &mut self.parts[record.table];
        part.width = record.cells.len();
        part.rows.push(record.row);
        part.orders.push(self.order);
        self.order += 1;
        self.text.truncate(self.length);
        part.firsts.push(self.text.len() as u32);
        for cell in record.cells {
            let place = part.ends.len();
            let (text, sort) = match cell {
                Some(cell) => (cell.text(), cell.sort()),
                None => ("", Sort::Absent),
            };
            self.text.extend_from_slice(text.as_bytes());
            part.ends.push(self.text.len() as u32);
            self.text.push(b'\n');
            if sort != Sort::Text && part.sorts.len() < place {
                part.sorts.resize(place, Sort::Text);
            }
            if sort != Sort::Text || !part.sorts.is_empty() {
                part.sorts.push(sort);
            }
            part.typed.extend(cell.and_then(Cell::typed).map(|typed| (place as u32, typed)));
        }
        self.length = self.text.len();
    }

    /// Notes what is no record.
    pub(crate) fn mark(&mut self, mark: Mark) {
        self.marks.push((self.order, mark));
        self.order += 1;
    }

    /// Takes in whole lines of one table, in exchange for the memory of its own text.
    pub(crate) fn take_lines(&mut self, lines: Delimited, text: &mut Vec<u8>) {
        std::mem::swap(&mut self.text, text);
        self.length = self.text.len();
        self.delimited = Some(lines);
    }

    /// Ends the texts, and splits lines that are not split yet.
    pub(crate) fn prepare(&mut self) {
        self.text.truncate(self.length);
        self.text.resize(self.length + SLACK, 0);
        if let Some(lines) = self.delimited.take() {
            split(&lines, &self.text, self.length, &mut self.parts[0], &mut self.marks);
        }
    }

    /// Bytes of the texts.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// The texts and the slack behind them.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.text
    }

    /// A cell of a record; `None` where the record has none.
    pub(crate) fn cell(&self, table: usize, record: usize, column: usize) -> Option<Cell<'_>> {
        let part = &self.parts[table];
        let place = part.place(column)?;
        let Placed { start, end, sort } = part.placed(record, place);
        // The texts are UTF-8, and cells end at marks of ASCII.
        let text = std::str::from_utf8(&self.text[start..end]).unwrap_or_default();
        (sort != Sort::Absent).then(|| Cell::kept(text, part.typed(record, place)))
    }

    /// The cells of a record in the order of the contract's columns, those of unknown columns behind them.
    pub(crate) fn cells(&self, table: usize, record: usize) -> Vec<Option<Cell<'_>>> {
        let part = &self.parts[table];
        let columns = part.places.as_ref().map_or(part.width, |places| places.len());
        (0..columns).map(|column| self.cell(table, record, column)).collect()
    }
}
