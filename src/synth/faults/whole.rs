//! Files that are broken as a whole, one of every kind.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::logical::{Layout, Logical};
use super::{Broken, Fault, is_referred_to, written};
use crate::definition::{
    Contract, Delivery, Encoding, Format, Header, Kind, Positions, Scalar, Serves, TextFormat, read_scalar,
};
use crate::synth::files::{Cell, Spec, owned};
use crate::synth::rng::Dice;

/// A way in which a file as a whole can be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
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
    /// No row is there.
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
pub(super) struct Chosen {
    pub(super) source: String,
    /// In the file's name.
    pub(super) year: i16,
    pub(super) way: Way,
}

/// What the writer of a file has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileFault {
    /// Leave out the line that ends it.
    NoEnd,
    /// Count one too many in the line that ends it.
    WrongCount,
    /// Write this in place of the day in the first line.
    OtherDate(Positions, String),
    /// Rename this column.
    RenamedColumn(usize),
    /// Rename the sheet.
    RenamedSheet,
    /// Put a byte that is no UTF-8 into a row.
    StrayByte,
    /// Write the rows as they come.
    InRows,
}

/// A file that is broken as a whole, while it is written.
#[derive(Debug)]
pub(crate) struct WholeFile {
    way: Way,
    fault: FileFault,
    table: String,
    column: String,
    /// The cell of a total, with what tells a total, and the amount's type and decimal mark.
    total: Option<Total>,
    done: bool,
}

#[derive(Debug)]
struct Total {
    marks: (usize, BTreeSet<String>),
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
        if candidates.is_empty() {
            continue;
        }
        let contract = dice.pick(&candidates);
        let years: Vec<i16> = years.clone().collect();
        let year = dice.pick(&years) - i16::from(contract.serves == Serves::FollowingYear);
        chosen.push(Chosen { source: contract.name.clone(), year, way });
    }
    chosen
}

impl Way {
    /// What the list of faults calls it.
    fn name(self) -> &'static str {
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
        if !contract.yearly || contract.may_be_empty || is_referred_to(contracts, table) {
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
            (Self::WrongEncoding, Format::Csv { encoding, .. }) => *encoding == Encoding::Utf8,
            (Self::Totals, Format::Csv { .. } | Format::Excel { .. }) => !table.totals.is_empty(),
            (Self::Incomplete, Format::Csv { .. }) => !table.complete.is_empty() && table.totals.is_empty(),
            (Self::Empty, Format::Csv { .. }) => !is_listed,
            _ => false,
        }
    }
}

impl WholeFile {
    pub(super) fn new(
        way: Way,
        contract: &Contract,
        delivery: &Delivery,
        extract_date: Option<Date>,
        spec: &Spec<'_>,
    ) -> Self {
        let table = &contract.tables[0];
        let logical = Logical::all(table, spec.columns, Layout::Names).remove(0);
        let mut file = Self {
            way,
            fault: FileFault::InRows,
            table: String::new(),
            column: String::new(),
            total: None,
            done: false,
        };
        match (way, &delivery.format) {
            (Way::Truncated, _) => file.fault = FileFault::NoEnd,
            (Way::ControlTotal, _) => file.fault = FileFault::WrongCount,
            (Way::OtherDate, Format::Fixed { start: Some(start), .. }) => {
                let before = extract_date.and_then(|day| day.yesterday().ok());
                if let (Some(at), Some(day), Some(dates)) = (start.extract_date, before, delivery.text.dates) {
                    file.fault = FileFault::OtherDate(at, dates.write(day));
                }
            }
            (Way::MissingColumn, _) => {
                let needed = table.columns.iter().zip(&logical.cells).find(|(column, _)| !column.optional);
                if let Some((column, Some(cell))) = needed {
                    file.fault = FileFault::RenamedColumn(*cell);
                    file.column.clone_from(&column.raw);
                }
            }
            (Way::MissingSheet, _) => file.fault = FileFault::RenamedSheet,
            (Way::WrongEncoding, _) => file.fault = FileFault::StrayByte,
            (Way::Totals, _) => {
                file.table.clone_from(&table.name);
                file.total = table.totals.iter().find_map(|total| {
                    let marks = (logical.cells[total.column]?, total.values.clone());
                    let kind = table.columns[total.of].kind.clone();
                    Some(Total { marks, amount: logical.cells[total.of]?, kind, text: delivery.text.clone() })
                });
            }
            (Way::Incomplete, _) => file.table.clone_from(&table.name),
            _ => {}
        }
        file
    }

    pub(super) fn fault(&self) -> &FileFault {
        &self.fault
    }

    /// What the list of faults says.
    pub(super) fn told(&self, spec: &Spec<'_>) -> Fault {
        Fault {
            file: spec.path.to_owned(),
            table: self.table.clone(),
            row: None,
            column: self.column.clone(),
            rule: self.way.name().to_owned(),
        }
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Option<Broken> {
        match self.way {
            Way::Empty => Some(Broken::Nothing),
            Way::Incomplete if !self.done => {
                self.done = true;
                Some(Broken::Nothing)
            }
            Way::Totals if !self.done => {
                let more = self.total.as_ref()?.one_more(cells)?;
                self.done = true;
                Some(Broken::Instead(more))
            }
            _ => None,
        }
    }
}

impl Total {
    /// A total with one more than it sums.
    fn one_more(&self, cells: &[Cell<'_>]) -> Option<Vec<Option<String>>> {
        let (column, values) = &self.marks;
        if !values.contains(cells[*column].text().trim()) {
            return None;
        }
        let more = match read_scalar(cells[self.amount].text().trim(), &self.kind, &self.text)? {
            Scalar::Integer(number) => Scalar::Integer(number + 1),
            Scalar::Decimal(number) => Scalar::Decimal(number + 1),
            _ => return None,
        };
        let mut texts = owned(cells);
        texts[self.amount] = Some(written(more, &self.kind, &self.text));
        Some(texts)
    }
}
