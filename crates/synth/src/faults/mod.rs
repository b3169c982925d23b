//! Faults on purpose: rows and files that break their contract, and a list of what was broken.
//!
//! Where a fault can be is read from the contracts: what a column or a table asks for, and a wrong value can be made up
//! for, has its turn. Rows that others depend on, as those of a register that is referred to, stay as they are: there a
//! broken copy is put after the row.

mod breaker;
mod defect;
mod logical;
mod sower;
mod whole;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use super::files::{Cell, Spec};
pub(crate) use breaker::Breaker;
pub(crate) use logical::Layout;
use maaltal_definition::{CodeLists, Contract, Kind, Scalar, TableContract, TextFormat, plain_text};
use sower::Sower;
pub(crate) use whole::Chosen;
pub(crate) use whole::FileFault;
use whole::WholeFile;

/// What to break.
#[derive(Debug, Clone, Copy)]
pub struct Sowing {
    /// Rows in a million, at the most.
    pub rows: Option<NonZeroU32>,
    /// Whether files are broken as a whole too.
    pub files: BrokenFiles,
}

/// Files that are broken as a whole: a pull refuses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrokenFiles {
    None,
    OneOfEach,
}

/// A fault that was sown, as the rejected row or the refusal will tell it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// The file, below the folder.
    pub file: String,
    /// The table of the contract; empty where the file as a whole is broken.
    pub table: String,
    /// The row in the file, as rejects count it; none where the file as a whole is broken.
    pub row: Option<u64>,
    /// The column, in the register's words; empty where none is to blame.
    pub column: String,
    /// The rule that it breaks, or the way in which the file is broken.
    pub rule: String,
}

/// What may be broken, and what has been.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    rows: Option<NonZeroU32>,
    contracts: BTreeMap<String, Contract>,
    code_lists: CodeLists,
    chosen: Vec<Chosen>,
    sown: Mutex<Vec<Fault>>,
}

/// Another text in a cell.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) cell: usize,
    /// Empty for nothing.
    pub(crate) text: String,
}

impl Change {
    /// The row with the other text; its other cells are what they are.
    fn of<'c>(&'c self, cells: &[Cell<'c>]) -> Vec<Cell<'c>> {
        let mut cells = cells.to_vec();
        cells[self.cell] = if self.text.is_empty() { Cell::Missing } else { Cell::Text(&self.text) };
        cells
    }
}

/// What to write instead of a row, or after it.
#[derive(Debug)]
pub(crate) enum Broken {
    Instead(Change),
    /// The row, and then the row with a change.
    After(Change),
    Twice,
    CutOff,
    Nothing,
}

impl Broken {
    /// The rows to write for a row; one that is cut off is here as a whole, for its writer knows its end.
    pub(crate) fn rows<'c>(&'c self, cells: &[Cell<'c>]) -> Vec<Vec<Cell<'c>>> {
        match self {
            Self::Instead(change) => vec![change.of(cells)],
            Self::After(change) => vec![cells.to_vec(), change.of(cells)],
            Self::Twice => vec![cells.to_vec(), cells.to_vec()],
            Self::CutOff => vec![cells.to_vec()],
            Self::Nothing => Vec::new(),
        }
    }
}

/// Where a row is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lines {
    /// Its own line.
    pub(crate) row: u64,
    /// The line of what is put after it.
    pub(crate) after: u64,
}

impl Lines {
    /// Of a row that is one line.
    pub(crate) fn one(row: u64) -> Self {
        Self { row, after: row + 1 }
    }
}

impl Faults {
    pub(crate) fn new(
        seed: u64,
        sowing: Sowing,
        years: RangeInclusive<i16>,
        contracts: BTreeMap<String, Contract>,
        code_lists: CodeLists,
    ) -> Self {
        let chosen = match sowing.files {
            BrokenFiles::None => Vec::new(),
            BrokenFiles::OneOfEach => whole::choose(seed, &years, &contracts),
        };
        Self { seed, rows: sowing.rows, contracts, code_lists, chosen, sown: Mutex::default() }
    }

    /// What was broken, in the order of files and rows; or the file that was to be broken as a whole and is not.
    pub(crate) fn into_sown(self) -> Result<Vec<Fault>, Chosen> {
        let mut sown = self.sown.into_inner().unwrap_or_else(PoisonError::into_inner);
        sown.sort();
        let is_sown = |chosen: &Chosen| sown.iter().any(|fault| fault.row.is_none() && fault.rule == chosen.way.name());
        match self.chosen.into_iter().find(|chosen| !is_sown(chosen)) {
            Some(chosen) => Err(chosen),
            None => Ok(sown),
        }
    }

    /// What breaks a file that has the table's rows in this layout; `None` for one that is left whole.
    pub(crate) fn breaker(&self, spec: &Spec<'_>, layout: Layout<'_>) -> Option<Breaker<'_>> {
        let contract = self.contracts.values().find(|it| it.tables.iter().any(|table| table.name == spec.table))?;
        let (delivery, found) = contract.delivery(spec.path)?;
        let is_chosen = |chosen: &&Chosen| chosen.source == contract.name && found.year == Some(chosen.year);
        match (self.chosen.iter().find(is_chosen), self.rows) {
            // The file is broken once, whatever tables it holds.
            (Some(_), _) if spec.table != contract.tables[0].name => None,
            (Some(chosen), _) => {
                let whole = WholeFile::new(self, chosen.way, contract, delivery, found.extract_date, spec)?;
                Some(Breaker::File(Box::new(whole)))
            }
            (None, Some(rows)) => {
                let sower = Sower::new(self, rows, contract, delivery, spec, layout)?;
                Some(Breaker::Rows(Box::new(sower)))
            }
            (None, None) => None,
        }
    }

    /// Whether rows of other registers refer to those of the table.
    fn is_referred_to(&self, table: &TableContract) -> bool {
        is_referred_to(&self.contracts, table)
    }

    fn note(&self, faults: impl IntoIterator<Item = Fault>) {
        self.sown.lock().unwrap_or_else(PoisonError::into_inner).extend(faults);
    }
}

/// A value in the spelling of a file.
fn written(value: Scalar, kind: &Kind, format: &TextFormat) -> String {
    match (value, format.dates) {
        (Scalar::Date(day), Some(dates)) => dates.write(day),
        _ => plain_text(value, kind).replace('.', &format.decimal.to_string()),
    }
}

fn is_referred_to(contracts: &BTreeMap<String, Contract>, table: &TableContract) -> bool {
    contracts.values().flat_map(Contract::references).any(|reference| reference.table == table.name)
}
