//! Files that are broken as a whole, one of every kind.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::defect::contradicting;
use super::logical::{Layout, Logical};
use super::{Broken, Change, Fault, Faults, is_referred_to, written};
use crate::files::{Cell, Spec};
use crate::rng::Dice;
use maaltal_definition::{
    Column, Comparison, Contract, Delivery, Encoding, Format, Header, InFile, Kind, Positions, Serves, TextFormat,
    read_scalar,
};

/// A way in which a file as a whole can be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// The line that ends it is not there.
    Truncated,
    /// The line that ends it counts one too many.
    ControlTotal,
    /// It was drawn on another day than its name says.
    OtherDate,
    /// A column has another name.
    MissingColumn,
    /// The sheet has another name.
    MissingSheet,
    /// A byte of it is no letter of its character set.
    WrongEncoding,
    /// A total is one too many.
    Totals,
    /// A row is not there.
    Incomplete,
    Empty,
}

/// Those that fewest sources can be broken by come first, so that there is a source for each.
const WAYS: [Way; 9] = [
    Way::Incomplete,
    Way::OtherDate,
    Way::MissingSheet,
    Way::Totals,
    Way::WrongEncoding,
    Way::ControlTotal,
    Way::Truncated,
    Way::Empty,
    Way::MissingColumn,
];

/// A source whose file of a year is broken.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    pub(super) source: String,
    /// In the file's name.
    pub(super) year: i16,
    pub(super) way: Way,
}

impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of `{}` {}", self.way.name(), self.source, self.year)
    }
}

/// What is done to a file.
#[derive(Debug, Clone)]
pub(crate) enum FileFault {
    /// The line that ends it is left out.
    NoEnd,
    /// The line that ends it counts one too many.
    WrongCount,
    /// This stands in place of the day in the first line.
    OtherDate(Positions, String),
    /// A column, by its cell and the register's name, is renamed.
    RenamedColumn(usize, String),
    RenamedSheet,
    /// A byte that is no UTF-8 stands in the header.
    StrayByte,
    /// A total is one too many.
    WrongTotal(Total),
    NoFirstRow,
    NoRows,
}

/// A file that is broken as a whole, while it is written.
#[derive(Debug)]
pub(crate) struct WholeFile<'a> {
    faults: &'a Faults,
    fault: FileFault,
    told: Fault,
    done: bool,
}

/// Where a table has its totals.
#[derive(Debug, Clone)]
pub(crate) struct Total {
    /// The cell that tells a total, and its texts that do.
    mark: (usize, BTreeSet<String>),
    amount: usize,
    kind: Kind,
    text: TextFormat,
}

/// A source and a year for every way.
pub(super) fn choose(seed: u64, years: &RangeInclusive<i16>, contracts: &BTreeMap<String, Contract>) -> Vec<Chosen> {
    let mut dice = Dice::new(seed, 0xF11E);
    let mut chosen: Vec<Chosen> = Vec::new();
    for way in WAYS {
        let is_free = |contract: &&Contract| !chosen.iter().any(|chosen| chosen.source == contract.name);
        let candidates: Vec<&Contract> =
            contracts.values().filter(|contract| way.suits(contract, contracts)).filter(is_free).collect();
        let contract = match candidates.as_slice() {
            // Without a source for it the way is missed in the end, and told.
            [] => {
                chosen.push(Chosen { source: "any source".to_owned(), year: *years.start(), way });
                continue;
            }
            some => dice.pick(some),
        };
        let years: Vec<i16> = years.clone().collect();
        let year = dice.pick(&years) - i16::from(contract.serves == Serves::FollowingYear);
        chosen.push(Chosen { source: contract.name.clone(), year, way });
    }
    chosen
}

impl Way {
    /// What the list of faults calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::ControlTotal => "control_total",
            Self::OtherDate => "other_date",
            Self::MissingColumn => "missing_column",
            Self::MissingSheet => "missing_sheet",
            Self::WrongEncoding => "wrong_encoding",
            Self::Totals => "totals",
            Self::Incomplete => "incomplete",
            Self::Empty => "empty",
        }
    }

    /// Whether the source's files can be broken so, with no other file suffering.
    fn suits(self, contract: &Contract, contracts: &BTreeMap<String, Contract>) -> bool {
        let [table, ..] = contract.tables.as_slice() else { return false };
        let [Delivery { format, .. }, ..] = contract.deliveries.as_slice() else { return false };
        let is_needed = contract.tables.iter().any(|table| is_referred_to(contracts, table));
        if !contract.yearly || contract.may_be_empty || is_needed {
            return false;
        }
        let is_listed = !table.complete.is_empty() || !table.totals.is_empty();
        match (self, format) {
            (Self::Truncated | Self::ControlTotal, Format::Csv { trailer, .. }) => trailer.is_some(),
            (Self::Truncated | Self::ControlTotal, Format::Fixed { end, .. }) => end.is_some(),
            (Self::OtherDate, Format::Fixed { start, .. }) => {
                start.as_ref().is_some_and(|start| start.extract_date.is_some())
            }
            (Self::MissingColumn, Format::Csv { header, .. }) => *header != Header::None,
            (Self::MissingSheet, Format::Excel { .. }) => true,
            (Self::WrongEncoding, Format::Csv { encoding, header, .. }) => {
                *encoding == Encoding::Utf8 && *header != Header::None
            }
            (Self::Totals, Format::Csv { .. } | Format::Excel { .. }) => !table.totals.is_empty(),
            (Self::Incomplete, Format::Csv { .. }) => !table.complete.is_empty() && table.totals.is_empty(),
            (Self::Empty, Format::Csv { .. }) => !is_listed,
            _ => false,
        }
    }
}

impl<'a> WholeFile<'a> {
    /// `None` where the file can't be broken so after all.
    pub(super) fn new(
        faults: &'a Faults,
        way: Way,
        contract: &Contract,
        delivery: &Delivery,
        extract_date: Option<Date>,
        spec: &Spec<'_>,
    ) -> Option<Self> {
        let table = &contract.tables[0];
        let logical = Logical::all(table, spec.columns, Layout::Names).remove(0);
        let fault = match (way, &delivery.format) {
            (Way::Truncated, _) => FileFault::NoEnd,
            (Way::ControlTotal, _) => FileFault::WrongCount,
            (Way::OtherDate, Format::Fixed { start, .. }) => {
                let before = extract_date?.yesterday().ok()?;
                let start = start.as_ref()?;
                FileFault::OtherDate(start.extract_date?, start.dates?.write(before))
            }
            (Way::OtherDate, _) => return None,
            (Way::MissingColumn, _) => {
                let has_to_be_there = |(column, _): &(&Column, _)| column.in_file == InFile::Required;
                let mut columns = table.columns.iter().zip(&logical.cells).filter(has_to_be_there);
                let (column, cell) = columns.find_map(|(column, cell)| Some((column, (*cell)?)))?;
                FileFault::RenamedColumn(cell, column.raw.clone())
            }
            (Way::MissingSheet, _) => FileFault::RenamedSheet,
            (Way::WrongEncoding, _) => FileFault::StrayByte,
            (Way::Totals, _) => FileFault::WrongTotal(table.totals.iter().find_map(|total| {
                Some(Total {
                    mark: (logical.cells[total.column]?, total.values.clone()),
                    amount: logical.cells[total.of]?,
                    kind: table.columns[total.of].kind.clone(),
                    text: delivery.text.clone(),
                })
            })?),
            (Way::Incomplete, _) => FileFault::NoFirstRow,
            (Way::Empty, _) => FileFault::NoRows,
        };
        let column = if let FileFault::RenamedColumn(_, column) = &fault { column.clone() } else { String::new() };
        let told =
            Fault { file: spec.path.to_owned(), table: String::new(), row: None, column, rule: way.name().to_owned() };
        let mut file = Self { faults, fault, told, done: false };
        // The others are told when the row has come that they break.
        if !matches!(file.fault, FileFault::WrongTotal(_) | FileFault::NoFirstRow) {
            file.tell();
        }
        Some(file)
    }

    pub(super) fn fault(&self) -> &FileFault {
        &self.fault
    }

    fn tell(&mut self) {
        self.done = true;
        self.faults.note([self.told.clone()]);
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Option<Broken> {
        let broken = match &self.fault {
            FileFault::NoRows => return Some(Broken::Nothing),
            FileFault::NoFirstRow if !self.done => Broken::Nothing,
            FileFault::WrongTotal(total) if !self.done => Broken::Instead(total.one_more(cells)?),
            _ => return None,
        };
        self.tell();
        Some(broken)
    }
}

impl Total {
    /// A total of one more than it sums.
    fn one_more(&self, cells: &[Cell<'_>]) -> Option<Change> {
        let (cell, texts) = &self.mark;
        if !texts.contains(cells[*cell].text().trim()) {
            return None;
        }
        let amount = read_scalar(cells[self.amount].text().trim(), &self.kind, &self.text)?;
        let more = contradicting(Comparison::AtMost, amount)?;
        Some(Change { cell: self.amount, text: written(more, &self.kind, &self.text) })
    }
}
