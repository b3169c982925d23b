//! The checks of a contract on the rows of one table, a block at a time and column by column.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use jiff::civil::Date;

use super::column::{ColumnCheck, Value, Verdict};
use super::keys::{Period, combined};
use super::memo::{ACROSS, BREACH, CONTROL, COUNTED, EXCLUDED, Keeping, Memo, OTHER_THAN_NAME};
use super::names::Names;
use super::rules::{TableRules, staged_schema};
use crate::definition::{Comparison, RowRule, Scalar, Validity, plain_text};
use crate::pull::account::{Breach, Rule, kept_record, kept_value};
use crate::pull::parse::{Block, Part};
use crate::store::Coded;

/// What becomes of a row that is not simply accepted.
pub(crate) enum Event<'a> {
    /// A total, or a subtotal: the record's place in its table's part of the block.
    Control(usize),
    /// Left out: the record's place in its table's part of the block, and the name that it is counted under.
    Excluded(usize, &'a str),
    /// Accepted, and counted under a name.
    Counted(&'a str),
    /// Kept aside.
    Rejected(Box<Rejected>),
}

/// A row that is kept aside.
pub(crate) struct Rejected {
    /// The record's place in its table's part of the block.
    pub(crate) record: usize,
    pub(crate) row: u64,
    pub(crate) breach: Breach,
    /// What else is wrong with it, each value by itself.
    pub(crate) others: Vec<Breach>,
    /// What may be kept of its texts.
    pub(crate) text: String,
}

/// What the rows of one table in a block became: a function of the block, whichever thread checked it.
pub(crate) struct CheckedRows<'a> {
    /// The accepted rows, a column of the staged table each, but for the rows' numbers.
    pub(crate) columns: Vec<Coded>,
    /// Where they stand in the file.
    pub(crate) rows: Vec<i64>,
    /// Where they stand in the block.
    pub(crate) orders: Vec<u32>,
    /// Fingerprints of their keys, if the table has one.
    pub(crate) keys: Vec<u128>,
    /// Their periods, if the table has some; `None` without a first day.
    pub(crate) periods: Vec<Option<Period>>,
    /// What became of the others, and where they stand in the block.
    pub(crate) events: Vec<(u32, Event<'a>)>,
}

/// The checks on one table.
pub(crate) struct TableCheck<'a> {
    rules: TableRules<'a>,
    schema: SchemaRef,
    columns: Vec<ColumnCheck<'a>>,
}

impl<'a> TableCheck<'a> {
    /// The checks on the contract's columns, and on those that the delivery `added`.
    pub(crate) fn new(rules: TableRules<'a>, added: &[String]) -> Self {
        // A contract may say that there is no header, and the first row be one all the same.
        let names = added.iter().fold(Names::of(rules.table, rules.format), |names, name| names.with(name));
        let names = Arc::new(names);
        let contract = (0..rules.table.columns.len()).map(|place| ColumnCheck::of_contract(rules, &names, place));
        let columns = contract.chain(added.iter().map(|name| ColumnCheck::added(rules, &names, name))).collect();
        Self { rules, schema: staged_schema(rules.table, added), columns }
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// What checks its rows on one thread.
    pub(crate) fn checker(&self) -> Checker {
        let keeping = |column: &ColumnCheck<'_>| match column.is_person() {
            true => Keeping::Persons,
            false => Keeping::Texts,
        };
        Checker {
            memos: self.columns.iter().map(|column| Memo::new(keeping(column))).collect(),
            codes: vec![Vec::new(); self.columns.len()],
            flags: Vec::new(),
        }
    }

    /// Checks the rows of the table at `place` of the contract in a block.
    pub(crate) fn check(&self, block: &Block, place: usize, checker: &mut Checker) -> CheckedRows<'a> {
        let part = &block.parts[place];
        checker.find_verdicts(&self.columns, block, place);
        checker.compare_columns(&self.rules.table.rules);
        let mut judged = Judged { check: self, block, place, part, checker, kept: Vec::new(), events: Vec::new() };
        let periods = judged.judge();
        let Judged { kept, events, .. } = judged;
        checker.accepted(self, part, &kept, events, periods)
    }
}

/// Checks the rows of one table on one thread.
pub(crate) struct Checker {
    memos: Vec<Memo>,
    /// Per column, the codes of the block's rows.
    codes: Vec<Vec<u32>>,
    /// What the verdicts of a row's cells say together.
    flags: Vec<u8>,
}

impl Checker {
    /// Finds the verdict on every cell.
    fn find_verdicts(&mut self, columns: &[ColumnCheck<'_>], block: &Block, table: usize) {
        let part = &block.parts[table];
        let text = block.bytes();
        self.flags.clear();
        self.flags.resize(part.len(), 0);
        for (at, column) in columns.iter().enumerate() {
            let (memo, codes) = (&mut self.memos[at], &mut self.codes[at]);
            memo.begin();
            codes.clear();
            match part.place(at) {
                Some(place) => codes.extend(self.flags.iter_mut().enumerate().map(|(record, flags)| {
                    let cell = part.placed(record, place);
                    let (code, flag) = memo.code(text, cell, || column.verdict(block.cell(table, record, at)));
                    *flags |= flag;
                    code
                })),
                None => {
                    let (code, flag) = memo.code_of_absent(|| column.verdict_of_absent());
                    self.flags.iter_mut().for_each(|flags| *flags |= flag);
                    codes.resize(part.len(), code);
                }
            }
            memo.end(part.len());
        }
    }

    /// Flags the rows that break a rule across columns.
    fn compare_columns(&mut self, rules: &[RowRule]) {
        for RowRule { left, comparison, right, .. } in rules {
            let (lefts, rights) = (&self.memos[*left], &self.memos[*right]);
            let codes = self.codes[*left].iter().zip(&self.codes[*right]);
            for (flags, (left, right)) in self.flags.iter_mut().zip(codes) {
                let breaks = match (&lefts.verdict(*left).value, &rights.verdict(*right).value) {
                    (Ok(left), Ok(right)) => breaks(*comparison, left, right),
                    _ => false,
                };
                *flags |= if breaks { ACROSS } else { 0 };
            }
        }
    }

    fn value(&self, column: usize, record: usize) -> &Value {
        match &self.memos[column].verdict(self.codes[column][record]).value {
            Ok(value) => value,
            // Rows of which a value breaks a rule are sorted out before.
            Err(_) => &Value::Missing,
        }
    }

    fn day(&self, column: usize, record: usize) -> Option<Date> {
        match self.value(column, record) {
            Value::Scalar(Scalar::Date(day)) => Some(*day),
            _ => None,
        }
    }

    /// The accepted rows.
    fn accepted<'a>(
        &mut self,
        check: &TableCheck<'a>,
        part: &Part,
        kept: &[u32],
        events: Vec<(u32, Event<'a>)>,
        periods: Vec<Option<Period>>,
    ) -> CheckedRows<'a> {
        let is_whole = kept.len() == part.len();
        let table = check.rules.table;
        let keys = match table.key.as_slice() {
            [] => Vec::new(),
            key => kept.iter().map(|record| self.fingerprint(key, *record as usize)).collect(),
        };
        let columns = (0..check.columns.len()).map(|at| {
            let codes = match is_whole {
                true => std::mem::take(&mut self.codes[at]),
                false => kept.iter().map(|record| self.codes[at][*record as usize]).collect(),
            };
            self.memos[at].coded(codes, check.schema.field(at).data_type())
        });
        let columns = columns.collect();
        let row = |record: &u32| i64::try_from(part.row(*record as usize)).unwrap_or(i64::MAX);
        CheckedRows {
            columns,
            rows: kept.iter().map(row).collect(),
            orders: kept.iter().map(|record| part.order(*record as usize)).collect(),
            keys,
            periods,
            events,
        }
    }

    /// The fingerprint of a row's values in some columns.
    fn fingerprint(&self, columns: &[usize], record: usize) -> u128 {
        combined(columns.iter().map(|column| self.memos[*column].verdict(self.codes[*column][record]).key))
    }
}

/// The rows of a table in a block on their way to be sorted.
struct Judged<'j, 'a> {
    check: &'j TableCheck<'a>,
    block: &'j Block,
    place: usize,
    part: &'j Part,
    checker: &'j Checker,
    /// The records that are accepted.
    kept: Vec<u32>,
    events: Vec<(u32, Event<'a>)>,
}

impl<'a> Judged<'_, 'a> {
    /// Sorts the rows: accepted, kept aside, left out or control rows. The answer is the periods of those that are
    /// accepted.
    fn judge(&mut self) -> Vec<Option<Period>> {
        let mut periods = Vec::new();
        let checker = self.checker;
        for (record, flags) in checker.flags.iter().enumerate() {
            if *flags != OTHER_THAN_NAME && !self.stays(record, *flags) {
                continue;
            }
            if let Some(validity) = &self.check.rules.table.validity {
                match self.period(validity, record) {
                    Ok(period) => periods.push(period),
                    Err(breach) => {
                        self.reject(record, breach);
                        continue;
                    }
                }
            }
            if flags & COUNTED > 0 {
                self.count(record);
            }
            self.kept.push(record as u32);
        }
        periods
    }

    /// Whether a row that some verdict says something of is accepted all the same.
    fn stays(&mut self, record: usize, flags: u8) -> bool {
        let order = self.part.order(record);
        if let Some(breach) = (flags & OTHER_THAN_NAME == 0).then(|| self.header(record)).flatten() {
            self.reject(record, breach);
        } else if flags & CONTROL > 0 {
            self.events.push((order, Event::Control(record)));
        } else if flags & EXCLUDED > 0 {
            let first = self.verdicts(record).filter_map(|verdict| verdict.exclusion).min().unwrap_or_default();
            self.events.push((order, Event::Excluded(record, &self.check.rules.table.exclusions[first].name)));
        } else if flags & (BREACH | ACROSS) > 0 {
            let breach = self.first_breach(record).or_else(|| self.breach_across(record));
            let Some(breach) = breach else { unreachable!("a flag stands for a breach") };
            self.reject(record, breach);
        } else {
            return true;
        }
        false
    }

    fn verdicts(&self, record: usize) -> impl Iterator<Item = &Verdict> {
        let Checker { memos, codes, .. } = self.checker;
        memos.iter().zip(codes).map(move |(memo, codes)| memo.verdict(codes[record]))
    }

    /// The breach of a row whose cells all hold names of columns: files with a header each were put one behind the other, or a
    /// file has a header that should have none.
    fn header(&self, record: usize) -> Option<Breach> {
        let there = |at: usize| Some((&self.check.columns[at], self.block.cell(self.place, record, at)?));
        let cells: Vec<_> = (0..self.check.columns.len()).filter_map(there).collect();
        // A header names no column twice, and is not of numbers alone. A column may be read twice.
        let names: BTreeSet<String> = cells.iter().map(|(_, cell)| Names::told(cell.text())).collect();
        let columns: BTreeSet<&str> = cells.iter().map(|(column, _)| column.raw()).collect();
        let is_header = names.len() == columns.len() && names.iter().any(|name| name.contains(char::is_alphabetic));
        let (column, cell) = *cells.first().filter(|_| is_header)?;
        Some(column.breach(Some(cell), Rule::Header))
    }

    /// The breaches of the values of a row, each by itself.
    fn breaches(&self, record: usize) -> impl Iterator<Item = Breach> {
        self.verdicts(record).enumerate().filter_map(move |(at, verdict)| {
            let rule = verdict.value.as_ref().err()?.clone();
            Some(self.check.columns[at].breach(self.block.cell(self.place, record, at), rule))
        })
    }

    fn first_breach(&self, record: usize) -> Option<Breach> {
        self.breaches(record).next()
    }

    /// The first rule across columns that the row breaks.
    fn breach_across(&self, record: usize) -> Option<Breach> {
        let TableRules { table, sensitivity, .. } = self.check.rules;
        let value = |column: usize| self.checker.value(column, record);
        let rule = table.rules.iter().find(|rule| breaks(rule.comparison, value(rule.left), value(rule.right)))?;
        let shown = |place: usize| {
            let column = &table.columns[place];
            match value(place) {
                Value::Scalar(value) => kept_value(column, sensitivity, &plain_text(*value, &column.kind)),
                other => kept_value(column, sensitivity, &other.key_text()),
            }
        };
        let text = format!("{} and {}, not {}", shown(rule.left), shown(rule.right), rule.comparison.sign());
        let column = format!("{}, {}", table.columns[rule.left].raw, table.columns[rule.right].raw);
        Some(Breach { rule: Rule::AcrossColumns(rule.name.clone()), column, text })
    }

    fn reject(&mut self, record: usize, breach: Breach) {
        let TableRules { table, sensitivity, .. } = self.check.rules;
        let text = kept_record(table, sensitivity, &self.block.cells(self.place, record));
        let others = match breach.rule {
            // Of a header it says nothing that its names are no values.
            Rule::Header => Vec::new(),
            _ => self.breaches(record).skip(1).collect(),
        };
        let rejected = Rejected { record, row: self.part.row(record), breach, others, text };
        self.events.push((self.part.order(record), Event::Rejected(Box::new(rejected))));
    }

    fn count(&mut self, record: usize) {
        let table = self.check.rules.table;
        let rules: Vec<usize> = self.verdicts(record).flat_map(|verdict| verdict.counted.iter().copied()).collect();
        let order = self.part.order(record);
        self.events.extend(rules.into_iter().map(|rule| (order, Event::Counted(table.counted[rule].name.as_str()))));
    }

    /// The period of a row; none without a first day.
    fn period(&self, validity: &Validity, record: usize) -> Result<Option<Period>, Breach> {
        let (from, to) = (self.checker.day(validity.from, record), self.checker.day(validity.to, record));
        let Some(from) = from else { return Ok(None) };
        if let Some(to) = to.filter(|to| *to < from) {
            let column = self.check.rules.table.columns[validity.to].raw.clone();
            return Err(Breach { rule: Rule::Period, column, text: format!("{from} to {to}") });
        }
        Ok(Some(Period { key: self.checker.fingerprint(&validity.of, record), from, to }))
    }
}

/// Whether two values of a row break a rule; what can't be compared breaks none.
fn breaks(comparison: Comparison, left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => !comparison.holds_for(left.cmp(right)),
        (Value::Pseudonym(left), Value::Pseudonym(right)) => !comparison.holds_for(left.cmp(right)),
        (Value::Scalar(left), Value::Scalar(right)) => !comparison.holds(*left, *right),
        _ => false,
    }
}
