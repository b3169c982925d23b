//! Checks on an extract as a whole: totals that must add up, values that must all be there.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type};
use arrow::util::display::array_value_to_string;

use super::keys::key_of;
use super::spelling::{Spelling, spelled};
use crate::definition::{
    CodeLists, Completeness, Expected, Kind, Presence, Scalar, TableContract, TextFormat, Total, plain_text,
    read_scalar,
};
use crate::pull::error::{PullError, arrow_failed};
use crate::pull::mask::mask_numbers;
use crate::pull::parse::{Cell, cell_text};
use crate::pull::refusal::Refusal;

/// How many missing values are named before the rest is counted.
const NAMED: usize = 12;

/// Collects what the whole-extract checks need: as much as there are totals and distinct codes, not rows.
pub(crate) struct Totals<'a> {
    table: &'a TableContract,
    text: &'a TextFormat,
    /// Per total, the texts that tell it.
    telling: Vec<BTreeSet<String>>,
    /// Per column of control rows, the texts that tell them.
    control: Vec<(usize, BTreeSet<String>)>,
    /// Per total, the amounts declared for what it shares with its parts, of which there should be one; none where its
    /// text is no number.
    declared: Vec<BTreeMap<Vec<String>, BTreeSet<Option<i128>>>>,
    /// Per total, the amount summed, in units of the column's last decimal.
    summed: Vec<BTreeMap<Vec<String>, i128>>,
    /// Per total, the amount of rejected rows.
    set_aside: Vec<BTreeMap<Vec<String>, i128>>,
    /// Per total, the amount of rows that the register's own rules leave out.
    excluded: Vec<BTreeMap<Vec<String>, i128>>,
    /// Per total, what it shares with rejected or excluded rows whose amount can't be read: there no sum tells anything.
    unreadable: Vec<BTreeSet<Vec<String>>>,
    /// Whether some row could not be split: nobody knows what it is a part of.
    has_unsplit: bool,
    /// Per completeness rule, the values that have to be there; `None` of a reference list's.
    expected: Vec<Option<BTreeSet<String>>>,
    /// Per completeness rule, the values seen.
    seen: Vec<BTreeSet<String>>,
    /// What is apart from the rules' columns in the key, e.g. the quarter.
    slices: BTreeSet<Vec<String>>,
    /// Fingerprints of the combinations seen, of expected values only.
    combinations: BTreeSet<u128>,
}

impl<'a> Totals<'a> {
    pub(crate) fn new(table: &'a TableContract, text: &'a TextFormat) -> Self {
        let listed = |column: usize, texts| spelled(texts, &table.columns[column].kind, text);
        let control = table.control.iter().map(|control| (control.column, listed(control.column, &control.values)));
        let expected = table.complete.iter().map(|rule| match &rule.expected {
            Expected::Values(values) => Some(listed(rule.column, values)),
            Expected::CodeList(_) => None,
        });
        Self {
            table,
            text,
            telling: table.totals.iter().map(|total| listed(total.column, &total.values)).collect(),
            control: control.collect(),
            declared: vec![BTreeMap::new(); table.totals.len()],
            summed: vec![BTreeMap::new(); table.totals.len()],
            set_aside: vec![BTreeMap::new(); table.totals.len()],
            excluded: vec![BTreeMap::new(); table.totals.len()],
            unreadable: vec![BTreeSet::new(); table.totals.len()],
            has_unsplit: false,
            expected: expected.collect(),
            seen: vec![BTreeSet::new(); table.complete.len()],
            slices: BTreeSet::new(),
            combinations: BTreeSet::new(),
        }
    }

    /// Whether the table has any such check.
    pub(crate) fn is_needed(&self) -> bool {
        !self.table.totals.is_empty() || !self.table.complete.is_empty()
    }

    /// Notes a control row: what it declares, and what it is a part of.
    pub(crate) fn control(&mut self, cells: &[Option<Cell<'_>>]) {
        let spelling = |column: usize| {
            let kind = &self.table.columns[column].kind;
            let value = cells[column].and_then(|cell| cell.scalar(kind, self.text));
            Spelling { text: cell_text(cells[column]), value, kind }
        };
        if self.control.iter().any(|(column, texts)| spelling(*column).is_among(texts)) {
            return;
        }
        for (place, total) in self.table.totals.iter().enumerate() {
            let shared = self.shared(total, cells);
            let amount = self.amount(total, cells);
            if spelling(total.column).is_among(&self.telling[place]) {
                self.declared[place].entry(shared).or_default().insert(amount);
            } else {
                // A total over another column is a part of the total over this one.
                add(&mut self.summed[place], shared, amount.unwrap_or_default());
            }
        }
    }

    /// Notes a rejected row. It may be what the total counts, or too much: a total may agree with or without it.
    pub(crate) fn rejected(&mut self, cells: &[Option<Cell<'_>>]) {
        for (place, total) in self.table.totals.iter().enumerate() {
            let shared = self.shared(total, cells);
            match self.amount(total, cells) {
                Some(amount) => add(&mut self.set_aside[place], shared, amount),
                None => drop(self.unreadable[place].insert(shared)),
            }
        }
    }

    /// Notes a row that the register's own rules leave out: who made the total may have counted it.
    pub(crate) fn excluded(&mut self, cells: &[Option<Cell<'_>>]) {
        for (place, total) in self.table.totals.iter().enumerate() {
            let shared = self.shared(total, cells);
            let is_missing = self.table.columns[total.of].is_missing(Some(cell_text(cells[total.of])), self.text);
            match self.amount(total, cells) {
                _ if is_missing => {}
                Some(amount) => add(&mut self.excluded[place], shared, amount),
                None => drop(self.unreadable[place].insert(shared)),
            }
        }
    }

    /// Notes a row that is left out after all, by its texts as they are staged: it may be what the total counts.
    pub(crate) fn left_out(&mut self, texts: &[Option<String>]) {
        let text = |column: usize| texts[column].as_deref().unwrap_or_default();
        let plain = TextFormat::plain();
        for (place, total) in self.table.totals.iter().enumerate() {
            let shared = total.per.iter().map(|column| text(*column).to_owned()).collect();
            let amount =
                amount_of(&self.table.columns[total.of].kind, |kind| read_scalar(text(total.of), kind, &plain));
            add(&mut self.set_aside[place], shared, amount.unwrap_or_default());
        }
    }

    /// What a total and its parts share, written as the accepted rows will write it.
    fn shared(&self, total: &Total, cells: &[Option<Cell<'_>>]) -> Vec<String> {
        let plain = |column: &usize| {
            let (column, cell) = (&self.table.columns[*column], cells[*column]);
            let text = cell_text(cell);
            match cell.and_then(|cell| cell.scalar(&column.kind, self.text)) {
                _ if column.is_missing(Some(text), self.text) => String::new(),
                Some(value) => plain_text(value, &column.kind),
                None => text.to_owned(),
            }
        };
        total.per.iter().map(plain).collect()
    }

    /// What the row adds to the total, or declares.
    fn amount(&self, total: &Total, cells: &[Option<Cell<'_>>]) -> Option<i128> {
        amount_of(&self.table.columns[total.of].kind, |kind| cells[total.of]?.scalar(kind, self.text))
    }

    /// Notes a row that could not be split.
    pub(crate) fn unsplit(&mut self) {
        self.has_unsplit = true;
    }

    /// Notes accepted rows.
    pub(crate) fn accepted(&mut self, batch: &RecordBatch, code_lists: &CodeLists) -> Result<(), PullError> {
        let columns: Vec<usize> = self.table.complete.iter().map(|rule| rule.column).collect();
        let slicing: Vec<usize> = self.table.key.iter().filter(|column| !columns.contains(column)).copied().collect();
        let expected = expected_of(self.table, &self.expected, code_lists);
        for row in 0..batch.num_rows() {
            let text = |column: &usize| array_value_to_string(batch.column(*column), row).map_err(arrow_failed);
            for (place, total) in self.table.totals.iter().enumerate() {
                let shared = total.per.iter().map(text).collect::<Result<Vec<_>, _>>()?;
                // All totals have been read before the first row is summed: what none declares is not kept.
                if self.declared[place].contains_key(&shared) {
                    add(&mut self.summed[place], shared, amount_at(batch, total, row));
                }
            }
            if columns.is_empty() {
                continue;
            }
            let values = columns.iter().map(text).collect::<Result<Vec<_>, _>>()?;
            let slice = slicing.iter().map(text).collect::<Result<Vec<_>, _>>()?;
            if values.iter().zip(&expected).all(|(value, expected)| expected.contains(value)) {
                self.combinations.insert(key_of(values.iter().chain(&slice).map(String::as_bytes)));
            }
            for (seen, value) in self.seen.iter_mut().zip(values) {
                seen.insert(value);
            }
            self.slices.insert(slice);
        }
        Ok(())
    }

    /// Whether all totals add up and nothing is missing.
    pub(crate) fn verdict(&self, code_lists: &CodeLists, rejected: Option<String>) -> Result<(), Refusal> {
        self.completeness(code_lists, rejected.as_ref())?;
        let mut mismatches = 0;
        let mut first = None;
        for (place, total) in self.table.totals.iter().enumerate() {
            let column = &self.table.columns[total.column].raw;
            let kind = &self.table.columns[total.of].kind;
            if total.presence == Presence::Required && self.declared[place].is_empty() {
                let names: Vec<&str> = total.values.iter().map(String::as_str).collect();
                let missing = vec![format!("{column} {}, the total", names.join(", "))];
                return Err(Refusal::Incomplete { missing, rejected });
            }
            if self.has_unsplit {
                continue;
            }
            for (shared, declared) in &self.declared[place] {
                if self.unreadable[place].contains(shared) {
                    continue;
                }
                let sum = |sums: &[BTreeMap<_, _>]| sums[place].get(shared).copied().unwrap_or_default();
                let (summed, aside, excluded) = (sum(&self.summed), sum(&self.set_aside), sum(&self.excluded));
                let with_aside = [summed, i128::saturating_add(summed, aside)];
                let agrees = |amount: &Option<i128>| {
                    let counted = with_aside.into_iter().flat_map(|sum| [sum, sum.saturating_add(excluded)]);
                    counted.map(Some).any(|sum| sum == *amount)
                };
                if declared.len() == 1 && declared.iter().all(agrees) {
                    continue;
                }
                mismatches += 1;
                first.get_or_insert_with(|| {
                    let amount = |it: &Option<i128>| it.map_or_else(|| "no number".to_owned(), |it| shown(it, kind));
                    let declared = declared.iter().map(amount).collect::<Vec<_>>().join(" and ");
                    let shared: Vec<String> = shared.iter().map(|text| mask_numbers(text)).collect();
                    let of = if shared.is_empty() { String::new() } else { format!(" for {}", shared.join(", ")) };
                    format!("over {column}{of}: {declared} declared, {} summed", shown(summed, kind))
                });
            }
        }
        first.map_or(Ok(()), |first| Err(Refusal::Totals { mismatches, first }))
    }

    fn completeness(&self, code_lists: &CodeLists, rejected: Option<&String>) -> Result<(), Refusal> {
        let mut missing = Vec::new();
        let mut combinations = self.slices.len().max(1) as u64;
        let expected = expected_of(self.table, &self.expected, code_lists);
        for ((rule, seen), expected) in self.table.complete.iter().zip(&self.seen).zip(expected) {
            combinations *= expected.len() as u64;
            let lacking: Vec<&String> = expected.difference(seen).collect();
            if !lacking.is_empty() {
                missing.push(format!("{} {}", self.table.columns[rule.column].raw, in_words(lacking)));
            }
        }
        let lacking = combinations.saturating_sub(self.combinations.len() as u64);
        if missing.is_empty() && !self.table.complete.is_empty() && lacking > 0 {
            missing.push(format!("{lacking} of {combinations} combinations"));
        }
        if missing.is_empty() { Ok(()) } else { Err(Refusal::Incomplete { missing, rejected: rejected.cloned() }) }
    }
}

/// Per completeness rule, the values that a complete extract has in its column: those of the contract, or of a reference list.
fn expected_of<'a>(
    table: &'a TableContract,
    own: &'a [Option<BTreeSet<String>>],
    code_lists: &'a CodeLists,
) -> Vec<&'a BTreeSet<String>> {
    static NONE: BTreeSet<String> = BTreeSet::new();
    let expected = |(rule, own): (&'a Completeness, &'a Option<BTreeSet<String>>)| match (&rule.expected, own) {
        (Expected::CodeList(list), _) => code_lists.get(list).unwrap_or(&NONE),
        (Expected::Values(_), own) => own.as_ref().unwrap_or(&NONE),
    };
    table.complete.iter().zip(own).map(expected).collect()
}

/// The number that a text writes, in units of the column's last decimal; a total may have more digits than its parts.
fn amount_of(kind: &Kind, scalar: impl Fn(&Kind) -> Option<Scalar>) -> Option<i128> {
    let wide = match kind {
        Kind::Decimal { scale, .. } => Kind::Decimal { precision: 38, scale: *scale },
        other => other.clone(),
    };
    match scalar(&wide)? {
        Scalar::Integer(amount) => Some(amount.into()),
        Scalar::Decimal(amount) => Some(amount),
        Scalar::Date(_) | Scalar::Boolean(_) => None,
    }
}

/// A row's part of the total; what is missing adds nothing.
fn amount_at(batch: &RecordBatch, total: &Total, row: usize) -> i128 {
    let amounts = batch.column(total.of);
    match amounts.data_type() {
        _ if amounts.is_null(row) => 0,
        DataType::Decimal128(..) => amounts.as_primitive::<Decimal128Type>().value(row),
        _ => amounts.as_primitive::<Int64Type>().value(row).into(),
    }
}

fn shown(amount: i128, kind: &Kind) -> String {
    plain_text(Scalar::Decimal(amount), kind)
}

fn add(sums: &mut BTreeMap<Vec<String>, i128>, shared: Vec<String>, amount: i128) {
    let sum = sums.entry(shared).or_default();
    *sum = sum.saturating_add(amount);
}

/// Codes in a row, runs of numbers as ranges: `38, 101-125`.
fn in_words(mut codes: Vec<&String>) -> String {
    codes.sort_by_key(|code| (code.parse::<i64>().ok(), (*code).clone()));
    let mut runs: Vec<(&String, &String)> = Vec::new();
    for code in codes {
        let follows = |last: &String| match (last.parse::<i64>(), code.parse::<i64>()) {
            (Ok(last), Ok(next)) => next == last + 1,
            _ => false,
        };
        match runs.last_mut() {
            Some((_, last)) if follows(last) => *last = code,
            _ => runs.push((code, code)),
        }
    }
    let words = runs.iter().take(NAMED).map(|(from, to)| match from == to {
        true => (*from).clone(),
        false => format!("{from}-{to}"),
    });
    let mut text = words.collect::<Vec<_>>().join(", ");
    if runs.len() > NAMED {
        text.push_str(&format!(" and {} more", runs.len() - NAMED));
    }
    text
}
