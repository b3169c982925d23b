//! Blocks in the order of the file: what depends on it, and nothing else, is done here.
//!
//! Threads check blocks in any order. Counts, rejected rows, keys and row groups are made of them one after the other, so
//! that what an extract becomes is a function of its rows, however many threads there are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use super::terms::Terms;
use crate::definition::{Contract, Format, Origin, RowPolicy, Sensitivity, TableContract, TextFormat};
use crate::pull::account::{Breach, CountRow, Counts, RECORD_TYPES, Rejects, Rule, VERSION};
use crate::pull::check::{CheckedRows, Event, KeyLog, Rejected, Totals};
use crate::pull::error::{PullError, temporary_failed};
use crate::pull::mask::{Discretion, mask_numbers, shape_of};
use crate::pull::parse::{Block, MOST_STRANGERS, Mark, Stop, Unsplit};
use crate::pull::refusal::Refusal;
use crate::store::{Coded, ColumnRows, ROW_GROUP_ROWS};

/// Bytes of a row group's blocks after which it is full: rows of long texts are fewer.
const GROUP_BYTES: usize = 32 << 20;

/// A column of a row group, to be encoded on any thread.
pub(super) struct Job {
    /// The table's place in the contract.
    pub(super) table: usize,
    pub(super) group: usize,
    /// Rows of the group.
    pub(super) length: usize,
    /// The column's place in the staged table.
    pub(super) column: usize,
    pub(super) rows: ColumnRows,
}

/// What is known of an extract so far.
pub(super) struct Sequencer<'a> {
    pub(super) terms: Terms<'a>,
    pub(super) contract: &'a Contract,
    pub(super) tables: Vec<TableStaging<'a>>,
    pub(super) rejects: Rejects,
    pub(super) strangers: BTreeSet<String>,
    /// Records of types that the contract does not know, by type.
    pub(super) other_types: BTreeMap<String, u64>,
    pub(super) breaches: Vec<(u64, Breach)>,
    pub(super) discretion: Discretion<'a>,
}

/// A table of it.
pub(super) struct TableStaging<'a> {
    pub(super) table: &'a TableContract,
    pub(super) schema: SchemaRef,
    pub(super) totals: Totals<'a>,
    pub(super) counts: Counts,
    /// Rows that were left out, by the rule that did it.
    pub(super) excluded: BTreeMap<String, u64>,
    /// Accepted rows that are counted by name too.
    pub(super) counted: BTreeMap<String, u64>,
    pub(super) unique: KeyLog,
    pub(super) periods: KeyLog,
    group: Group,
}

/// The row group that is being filled.
struct Group {
    number: usize,
    columns: Vec<Vec<Coded>>,
    /// The rows' numbers.
    rows: Vec<i64>,
    /// Bytes of the blocks that they are of.
    bytes: usize,
}

impl<'a> Sequencer<'a> {
    /// Before the first block of an extract whose staged tables have these schemas.
    pub(super) fn new(terms: Terms<'a>, text: &'a TextFormat, schemas: &[&SchemaRef]) -> Result<Self, PullError> {
        let contract = terms.contract;
        let table = |(table, schema): (&'a TableContract, &&SchemaRef)| TableStaging {
            table,
            schema: Arc::clone(schema),
            totals: Totals::new(table, text),
            counts: Counts::default(),
            excluded: BTreeMap::new(),
            counted: BTreeMap::new(),
            unique: KeyLog::default(),
            periods: KeyLog::default(),
            group: Group {
                number: 0,
                columns: vec![Vec::new(); schema.fields().len() - 1],
                rows: Vec::new(),
                bytes: 0,
            },
        };
        Ok(Self {
            terms,
            contract,
            tables: contract.tables.iter().zip(schemas).map(table).collect(),
            rejects: Rejects::new(&contract.name, &terms.extract.file)?,
            strangers: BTreeSet::new(),
            other_types: BTreeMap::new(),
            breaches: Vec::new(),
            discretion: Discretion::of(contract),
        })
    }

    /// Whether a file that was refused is a whole one without a row: it has the line that ends it, where its format has one, and
    /// is empty only where the format has nothing but rows.
    pub(super) fn is_without_rows(&self, refusal: &Refusal, format: &Format) -> bool {
        let has_end = || self.tables.iter().any(|staging| staging.counts.trailers > 0);
        match refusal {
            Refusal::NoRows => !format.has_end() || has_end(),
            Refusal::Empty => format.is_rows_alone(),
            _ => false,
        }
    }

    /// What became of the rows.
    pub(super) fn counts(&self) -> Vec<CountRow> {
        let mut rows = Vec::new();
        for (at, staging) in self.tables.iter().enumerate() {
            let mut named = vec![("excluded", &staging.excluded), ("counted", &staging.counted)];
            named.extend((at == 0).then_some((RECORD_TYPES, &self.other_types)));
            let read = BTreeMap::from_iter(self.contract.version.clone().map(|version| (version, staging.counts.read)));
            named.push((VERSION, &read));
            rows.extend(staging.counts.rows(&staging.table.name, self.rejects.counts(at), &named));
        }
        rows
    }

    /// Takes in the next block. The answer is what is to be encoded of the row groups that it fills.
    pub(super) fn take(&mut self, block: &mut Block, checked: Vec<CheckedRows<'a>>) -> Result<Vec<Job>, Stop> {
        let mut checked = checked;
        let marks = std::mem::take(&mut block.marks);
        let mut steps: Vec<(u32, Step<'a>)> =
            marks.into_iter().map(|(order, mark)| (order, Step::Mark(mark))).collect();
        for (table, rows) in checked.iter_mut().enumerate() {
            let events = std::mem::take(&mut rows.events);
            steps.extend(events.into_iter().map(|(order, event)| (order, Step::Event(table, event))));
        }
        steps.sort_by_key(|(order, _)| *order);
        for (order, step) in steps {
            if let Err(stop) = self.step(block, step) {
                // What stands behind the row that ends the extract was never read.
                for (at, (staging, rows)) in self.tables.iter_mut().zip(&checked).enumerate() {
                    staging.counts.read += block.parts[at].up_to(order) as u64;
                    staging.counts.accepted += rows.orders.partition_point(|accepted| *accepted < order) as u64;
                }
                return Err(stop);
            }
        }
        let mut jobs = Vec::new();
        for (at, (staging, rows)) in self.tables.iter_mut().zip(checked).enumerate() {
            // Counted apart from what became of them, so that a row that gets lost is missed.
            staging.counts.read += block.parts[at].len() as u64;
            staging.take(at, rows, &mut jobs).map_err(temporary_failed)?;
            staging.group.bytes += block.length();
            if staging.group.bytes >= GROUP_BYTES {
                jobs.extend(staging.group.jobs(at));
            }
        }
        Ok(jobs)
    }

    /// What is to be encoded of the row groups that are not full.
    pub(super) fn rest(&mut self) -> Vec<Job> {
        self.tables.iter_mut().enumerate().flat_map(|(at, staging)| staging.group.jobs(at)).collect()
    }

    fn step(&mut self, block: &Block, step: Step<'a>) -> Result<(), Stop> {
        match step {
            Step::Event(at, event) => self.event(block, at, event),
            Step::Mark(Mark::Control) => {
                self.tables[0].counts.read += 1;
                self.tables[0].counts.trailers += 1;
                Ok(())
            }
            Step::Mark(Mark::Stranger(name)) => {
                self.strangers.insert(self.discretion.name(&name));
                Ok(())
            }
            Step::Mark(Mark::OtherType(record_type)) => {
                // They are of no table, and counted where starts and trailers are.
                self.tables[0].counts.read += 1;
                self.tables[0].counts.others += 1;
                let name = self.discretion.name(&mask_numbers(&record_type));
                let is_told = self.other_types.len() < MOST_STRANGERS || self.other_types.contains_key(&name);
                *self.other_types.entry(if is_told { name } else { "...".to_owned() }).or_default() += 1;
                Ok(())
            }
            Step::Mark(Mark::Unsplit { table, row, why, reason, text }) => {
                self.tables[table].counts.read += 1;
                if why != Unsplit::Note {
                    self.tables[table].totals.unsplit();
                }
                let text = match self.contract.told_of() {
                    Sensitivity::Person => shape_of(&text),
                    _ => mask_numbers(&text),
                };
                let rule = match why {
                    Unsplit::Width | Unsplit::Note => Rule::ColumnCount,
                    Unsplit::RecordType => Rule::RecordType,
                    Unsplit::Malformed => Rule::Malformed,
                };
                let breach = Breach { rule, column: String::new(), text: self.discretion.message(&reason) };
                self.reject(table, row, breach, &text)
            }
        }
    }

    fn event(&mut self, block: &Block, at: usize, event: Event<'a>) -> Result<(), Stop> {
        let staging = &mut self.tables[at];
        match event {
            Event::Control(record) => {
                staging.counts.control += 1;
                staging.totals.control(&block.cells(at, record));
                Ok(())
            }
            Event::Excluded(record, name) => {
                staging.counts.control += 1;
                if staging.totals.is_needed() {
                    staging.totals.excluded(&block.cells(at, record));
                }
                *staging.excluded.entry(name.to_owned()).or_default() += 1;
                Ok(())
            }
            Event::Counted(name) => {
                *staging.counted.entry(name.to_owned()).or_default() += 1;
                Ok(())
            }
            Event::Rejected(rejected) => {
                let Rejected { record, row, breach, others, text } = *rejected;
                // What is no row is a part of no total.
                if breach.rule != Rule::Header {
                    staging.totals.rejected(&block.cells(at, record));
                }
                if self.contract.origin != Origin::Extracts {
                    self.breaches.extend(others.into_iter().map(|breach| (row, breach)));
                }
                self.reject(at, row, breach, &text)
            }
        }
    }

    /// Refuses an extract that has no record of a type that the contract knows, and some of types that it does not: the
    /// register may have given its records another type, and a table without a row is no table of nothing.
    pub(super) fn check_types(&self) -> Result<(), Refusal> {
        if self.other_types.is_empty() {
            return Ok(());
        }
        let records = |at: usize| {
            let Counts { read, trailers, others, .. } = self.tables[at].counts;
            read - trailers - others
        };
        let has_records = |element: &String| {
            let of_it = |(_, table): &(usize, &TableContract)| table.element.as_ref() == Some(element);
            self.contract.tables.iter().enumerate().filter(of_it).any(|(at, _)| records(at) > 0)
        };
        match self.contract.tables.iter().filter_map(|table| table.element.as_ref()).find(|it| !has_records(it)) {
            Some(element) => {
                Err(Refusal::NoRecords { record_type: element.clone(), others: type_counts(&self.other_types) })
            }
            None => Ok(()),
        }
    }

    /// Keeps a row aside, or refuses the extract where the contract freezes the rule.
    pub(super) fn reject(&mut self, at: usize, row: u64, breach: Breach, record: &str) -> Result<(), Stop> {
        let policy = match breach.rule {
            Rule::Type => self.contract.policy.types,
            _ => self.contract.policy.rows,
        };
        let staging = &mut self.tables[at];
        staging.counts.rejected += 1;
        self.rejects.add(at, staging.table, row, &breach, record)?;
        match policy {
            RowPolicy::Freeze => Err(breach.frozen(row).into()),
            RowPolicy::Quarantine if self.contract.origin != Origin::Extracts => {
                self.breaches.push((row, breach));
                Ok(())
            }
            RowPolicy::Quarantine => Ok(()),
        }
    }
}

/// What happens at a place of a block.
enum Step<'a> {
    Mark(Mark),
    Event(usize, Event<'a>),
}

impl TableStaging<'_> {
    /// Takes in the accepted rows of a block.
    fn take(&mut self, at: usize, checked: CheckedRows<'_>, jobs: &mut Vec<Job>) -> std::io::Result<()> {
        let CheckedRows { columns, rows, keys, periods, .. } = checked;
        let first = self.counts.accepted;
        self.counts.accepted += rows.len() as u64;
        for (period, place) in periods.into_iter().zip(first..) {
            if let Some(period) = period {
                self.periods.period(period, place)?;
            }
        }
        for (key, place) in keys.into_iter().zip(first..) {
            self.unique.unique(key, place)?;
        }
        let mut taken = 0;
        while taken < rows.len() {
            let end = rows.len().min(taken + ROW_GROUP_ROWS - self.group.rows.len());
            for (stretches, column) in self.group.columns.iter_mut().zip(&columns) {
                stretches.push(column.slice(taken..end));
            }
            self.group.rows.extend_from_slice(&rows[taken..end]);
            taken = end;
            if self.group.rows.len() == ROW_GROUP_ROWS {
                jobs.extend(self.group.jobs(at));
            }
        }
        Ok(())
    }
}

impl Group {
    /// The columns of the group, which is emptied.
    fn jobs(&mut self, table: usize) -> Vec<Job> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let (length, group) = (self.rows.len(), self.number);
        (self.number, self.bytes) = (group + 1, 0);
        let columns = self.columns.iter_mut().map(|stretches| ColumnRows::Coded(std::mem::take(stretches)));
        let columns = columns.chain([ColumnRows::Counting(std::mem::take(&mut self.rows))]);
        columns.enumerate().map(|(column, rows)| Job { table, group, length, column, rows }).collect()
    }
}

/// Types of records, each with its count.
pub(crate) fn type_counts(types: &BTreeMap<String, u64>) -> String {
    let told: Vec<String> = types.iter().map(|(name, count)| format!("`{name}` ({count})")).collect();
    told.join(", ")
}
