//! Checks on an extract as a whole: totals that must add up, values that must all be there.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use arrow::util::display::array_value_to_string;

use super::{PullError, Refusal, arrow_failed};
use crate::definition::{CodeLists, Expected, TableContract, TextFormat, read_scalar};
use crate::definition::{Kind, Scalar};

/// How many missing values are named before the rest is counted.
const NAMED: usize = 12;

/// Collects what the whole-extract checks need: as much as there are totals and distinct codes, not rows.
pub(super) struct Totals<'a> {
    table: &'a TableContract,
    text: &'a TextFormat,
    /// Per total, the amount declared for the key without the total's column.
    declared: Vec<BTreeMap<Vec<String>, i64>>,
    /// Per total, the amount summed.
    summed: Vec<BTreeMap<Vec<String>, i64>>,
    /// Per completeness rule, the values seen.
    seen: Vec<BTreeSet<String>>,
    /// What is apart from the rules' columns in the key, e.g. the quarter.
    slices: BTreeSet<Vec<String>>,
    accepted: u64,
}

impl<'a> Totals<'a> {
    pub(super) fn new(table: &'a TableContract, text: &'a TextFormat) -> Self {
        Self {
            table,
            text,
            declared: vec![BTreeMap::new(); table.totals.len()],
            summed: vec![BTreeMap::new(); table.totals.len()],
            seen: vec![BTreeSet::new(); table.complete.len()],
            slices: BTreeSet::new(),
            accepted: 0,
        }
    }

    /// Whether the table has any such check.
    pub(super) fn is_needed(&self) -> bool {
        !self.table.totals.is_empty() || !self.table.complete.is_empty()
    }

    /// Notes a control row: what it declares, and what it is a part of.
    pub(super) fn control(&mut self, cells: &[Option<&str>]) {
        let texts: Vec<&str> = cells.iter().map(|cell| cell.unwrap_or_default().trim()).collect();
        if self.table.control.iter().any(|control| control.values.contains(texts[control.column])) {
            return;
        }
        let key: Vec<String> = self.table.key.iter().map(|column| texts[*column].to_owned()).collect();
        let amount = |of: usize| match read_scalar(texts[of], &Kind::Integer, self.text) {
            Some(Scalar::Integer(amount)) => amount,
            _ => i64::MIN,
        };
        for (place, total) in self.table.totals.iter().enumerate() {
            let without = without(&key, self.table, &[total.column]);
            if total.values.contains(texts[total.column]) {
                self.declared[place].insert(without, amount(total.of));
            } else {
                add(&mut self.summed[place], without, amount(total.of));
            }
        }
    }

    /// Notes accepted rows.
    pub(super) fn accepted(&mut self, batch: &RecordBatch) -> Result<(), PullError> {
        let columns: Vec<usize> = self.table.complete.iter().map(|rule| rule.column).collect();
        for row in 0..batch.num_rows() {
            let text = |column: usize| array_value_to_string(batch.column(column), row).map_err(arrow_failed);
            let key = self.table.key.iter().map(|column| text(*column)).collect::<Result<Vec<_>, _>>()?;
            for (place, total) in self.table.totals.iter().enumerate() {
                let amounts = batch.column(total.of).as_primitive::<Int64Type>();
                let amount = if amounts.is_null(row) { 0 } else { amounts.value(row) };
                add(&mut self.summed[place], without(&key, self.table, &[total.column]), amount);
            }
            for (place, column) in columns.iter().enumerate() {
                let value = text(*column)?;
                if !self.seen[place].contains(&value) {
                    self.seen[place].insert(value);
                }
            }
            let slice = without(&key, self.table, &columns);
            if !self.slices.contains(&slice) {
                self.slices.insert(slice);
            }
            self.accepted += 1;
        }
        Ok(())
    }

    /// Whether all totals add up and nothing is missing.
    pub(super) fn verdict(&self, code_lists: &CodeLists, rejected: Option<String>) -> Result<(), Refusal> {
        self.completeness(code_lists, rejected)?;
        let mut mismatches = 0;
        let mut first = None;
        for (place, total) in self.table.totals.iter().enumerate() {
            for (key, declared) in &self.declared[place] {
                let summed = self.summed[place].get(key).copied().unwrap_or_default();
                if summed != *declared {
                    mismatches += 1;
                    let column = &self.table.columns[total.column].raw;
                    first.get_or_insert_with(|| {
                        let declared =
                            if *declared == i64::MIN { "no number".to_owned() } else { declared.to_string() };
                        format!("over {column} for {}: {declared} declared, {summed} summed", key.join(", "))
                    });
                }
            }
        }
        first.map_or(Ok(()), |first| Err(Refusal::Totals { mismatches, first }))
    }

    fn completeness(&self, code_lists: &CodeLists, rejected: Option<String>) -> Result<(), Refusal> {
        let mut missing = Vec::new();
        let mut combinations = self.slices.len().max(1) as u64;
        for (rule, seen) in self.table.complete.iter().zip(&self.seen) {
            let empty = BTreeSet::new();
            let expected = match &rule.expected {
                Expected::Values(values) => values,
                Expected::CodeList(list) => code_lists.get(list).unwrap_or(&empty),
            };
            combinations *= expected.len() as u64;
            let lacking: Vec<&String> = expected.difference(seen).collect();
            if !lacking.is_empty() {
                missing.push(format!("{} {}", self.table.columns[rule.column].raw, in_words(lacking)));
            }
        }
        if missing.is_empty() && !self.table.complete.is_empty() && self.accepted < combinations {
            missing.push(format!("{} of {combinations} combinations", combinations - self.accepted));
        }
        if missing.is_empty() { Ok(()) } else { Err(Refusal::Incomplete { missing, rejected }) }
    }
}

fn without(key: &[String], table: &TableContract, columns: &[usize]) -> Vec<String> {
    table.key.iter().zip(key).filter(|(column, _)| !columns.contains(column)).map(|(_, text)| text.clone()).collect()
}

fn add(sums: &mut BTreeMap<Vec<String>, i64>, key: Vec<String>, amount: i64) {
    let sum = sums.entry(key).or_default();
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
