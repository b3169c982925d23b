//! The first pass: each row is checked by itself, and written or kept aside.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::definition::{ColumnPolicy, Contract, Format, Origin, RowPolicy, Sensitivity, TableContract, TextFormat};
use crate::pull::account::{Breach, CountRow, Counts, Rejects, Rule, kept_record};
use crate::pull::check::{Known, PseudonymKey, ROW_COLUMN, TableCheck, TableRules, Totals};
use crate::pull::error::PullError;
use crate::pull::find::Extract;
use crate::pull::mask::{Discretion, mask_numbers, shape_of};
use crate::pull::parse::{MOST_STRANGERS, Record, Sink, Stop, Unsplit};
use crate::pull::refusal::Refusal;
use crate::store::TableWriter;

/// Rows that are written at once.
pub(super) const BATCH: usize = 8192;

/// An extract, and what it is held to.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    /// The extract.
    pub(crate) extract: &'a Extract,
    /// Its contract.
    pub(crate) contract: &'a Contract,
    /// What codes and foreign keys are looked up in.
    pub(crate) known: Known<'a>,
    /// What CPR numbers become pseudonyms by.
    pub(crate) key: &'a PseudonymKey,
}

/// An extract on its way: what is known of it so far.
pub(super) struct Staging<'a> {
    pub(super) terms: Terms<'a>,
    pub(super) contract: &'a Contract,
    pub(super) text: &'a TextFormat,
    pub(super) tables: Vec<TableStaging<'a>>,
    pub(super) rejects: Rejects,
    pub(super) strangers: BTreeSet<String>,
    pub(super) breaches: Vec<(u64, Breach)>,
    pub(super) discretion: Discretion<'a>,
    /// Whether a record is being checked: what panics then is a bug of ours, and no damage.
    pub(super) is_checking: bool,
}

/// A table of it.
pub(super) struct TableStaging<'a> {
    pub(super) table: &'a TableContract,
    pub(super) check: TableCheck<'a>,
    pub(super) totals: Totals<'a>,
    pub(super) writer: Option<TableWriter>,
    pub(super) counts: Counts,
    /// Rows that were left out, by the rule that did it.
    pub(super) excluded: BTreeMap<String, u64>,
    /// Accepted rows that are counted by name too.
    pub(super) counted: BTreeMap<String, u64>,
}

impl<'a> Staging<'a> {
    pub(super) fn new(terms: Terms<'a>, text: &'a TextFormat) -> Result<Self, PullError> {
        let contract = terms.contract;
        let mut staging = Self {
            terms,
            contract,
            text,
            tables: Vec::new(),
            rejects: Rejects::new(&contract.name, &terms.extract.file)?,
            strangers: BTreeSet::new(),
            breaches: Vec::new(),
            discretion: Discretion::of(contract),
            is_checking: false,
        };
        staging.tables = contract.tables.iter().map(|table| staging.table(table, &[])).collect::<Result<_, _>>()?;
        Ok(staging)
    }

    fn table(&self, table: &'a TableContract, added: &[String]) -> Result<TableStaging<'a>, PullError> {
        let Terms { extract, contract, known, key } = self.terms;
        let rules =
            TableRules { table, text: self.text, known, key, sensitivity: contract.sensitivity, year: extract.year };
        let check = TableCheck::new(rules, added);
        let writer = Some(TableWriter::new(Arc::clone(check.schema()), &BTreeMap::new())?);
        let totals = Totals::new(table, self.text);
        let (excluded, counted) = (BTreeMap::new(), BTreeMap::new());
        Ok(TableStaging { table, check, totals, writer, counts: Counts::default(), excluded, counted })
    }

    /// Whether a file without a row has the line that ends it, where its format has one.
    pub(super) fn is_whole(&self, format: &Format) -> bool {
        !format.has_end() || self.tables.iter().any(|staging| staging.counts.trailers > 0)
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

    /// Checks a record and takes it in.
    fn take(&mut self, record: &Record<'_>) -> Result<(), Stop> {
        let staging = &mut self.tables[record.table];
        staging.counts.read += 1;
        if staging.check.is_control(record.cells) {
            staging.counts.control += 1;
            staging.totals.control(record.cells);
            return Ok(());
        }
        if let Some(name) = staging.check.exclusion(record.cells) {
            staging.counts.control += 1;
            *staging.excluded.entry(name.to_owned()).or_default() += 1;
            return Ok(());
        }
        if let Some(breach) = staging.check.row(record.row, record.cells)? {
            staging.totals.rejected(record.cells);
            let text = kept_record(staging.table, self.contract.sensitivity, record.cells);
            if self.contract.origin != Origin::Extracts {
                let others = staging.check.breaches(record.cells).into_iter().skip(1);
                self.breaches.extend(others.map(|breach| (record.row, breach)));
            }
            return self.reject(record.table, record.row, breach, &text);
        }
        if staging.check.length() >= BATCH {
            staging.flush()?;
        }
        staging.counts.accepted += 1;
        for name in staging.check.counted(record.cells) {
            *staging.counted.entry(name.to_owned()).or_default() += 1;
        }
        Ok(())
    }

    /// What became of the rows.
    pub(super) fn counts(&self) -> Vec<CountRow> {
        let mut rows = Vec::new();
        for (at, staging) in self.tables.iter().enumerate() {
            let named = [("excluded", &staging.excluded), ("counted", &staging.counted)];
            rows.extend(staging.counts.rows(&staging.table.name, self.rejects.counts(at), named));
        }
        rows
    }
}

impl TableStaging<'_> {
    /// Writes the rows that passed since the last call.
    pub(super) fn flush(&mut self) -> Result<(), PullError> {
        let batch = self.check.take()?;
        match &mut self.writer {
            Some(writer) if batch.num_rows() > 0 => Ok(writer.write(&batch)?),
            _ => Ok(()),
        }
    }
}

impl Sink for Staging<'_> {
    fn unknown_columns(&mut self, names: &[String]) -> Result<(), Stop> {
        let Some(first) = names.first() else { return Ok(()) };
        match self.contract.policy.columns {
            ColumnPolicy::Freeze => Err(Refusal::UnknownColumn { column: first.clone() }.into()),
            ColumnPolicy::Quarantine => {
                let room = MOST_STRANGERS.saturating_sub(self.strangers.len());
                self.strangers.extend(names.iter().take(room).map(|name| self.discretion.name(name)));
                Ok(())
            }
            ColumnPolicy::Evolve => {
                let mut taken: BTreeSet<&str> = BTreeSet::from([ROW_COLUMN]);
                taken.extend(self.contract.tables[0].columns.iter().map(|column| column.name.as_str()));
                if let Some(twice) = names.iter().find(|name| !taken.insert(name)) {
                    return Err(Refusal::TwiceColumn { column: twice.clone() }.into());
                }
                self.tables = vec![self.table(&self.contract.tables[0], names)?];
                Ok(())
            }
        }
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), Stop> {
        self.is_checking = true;
        let taken = self.take(record);
        self.is_checking = false;
        taken
    }

    fn unsplit_of(&mut self, at: usize, row: u64, why: Unsplit, reason: &str, text: &str) -> Result<(), Stop> {
        self.tables[at].counts.read += 1;
        self.tables[at].totals.unsplit();
        let text = match self.contract.sensitivity {
            Sensitivity::Person => shape_of(text),
            _ => mask_numbers(text),
        };
        let rule = match why {
            Unsplit::Width => Rule::ColumnCount,
            Unsplit::RecordType => Rule::RecordType,
            Unsplit::Malformed => Rule::Malformed,
        };
        let breach = Breach { rule, column: String::new(), text: self.discretion.message(reason) };
        self.reject(at, row, breach, &text)
    }

    fn control(&mut self) {
        self.tables[0].counts.read += 1;
        self.tables[0].counts.trailers += 1;
    }

    fn records(&self) -> u64 {
        self.tables.iter().map(|table| table.counts.read - table.counts.trailers).sum()
    }
}
