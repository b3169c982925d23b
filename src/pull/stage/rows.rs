//! What a parser hands its records to: blocks of them, which the threads of the extract check.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::thread::{self, Scope};

use super::pool::{Pool, Worker};
use super::sequence::Sequencer;
use super::terms::Terms;
use crate::definition::{ColumnPolicy, Delivery, RecordTypePolicy};
use crate::pull::check::{ROW_COLUMN, TableCheck};
use crate::pull::error::PullError;
use crate::pull::parse::{Block, Delimited, MOST_STRANGERS, Mark, Record, Sink, Stop, Unsplit};
use crate::pull::refusal::Refusal;

/// Gathers records to blocks and hands them over.
pub(super) struct Staging<'scope, 'env, 'a> {
    terms: Terms<'a>,
    delivery: &'a Delivery,
    scope: &'scope Scope<'scope, 'env>,
    /// Made with the first block: before it, a delivery may add columns.
    pool: &'scope OnceLock<Pool<'a>>,
    worker: Option<Worker>,
    added: Vec<String>,
    block: Block,
    /// Records so far, but those in whole lines.
    records: u64,
    /// Unknown columns told.
    strangers: usize,
    is_shared: bool,
}

impl<'scope, 'env, 'a> Staging<'scope, 'env, 'a> {
    pub(super) fn new(
        terms: Terms<'a>,
        delivery: &'a Delivery,
        scope: &'scope Scope<'scope, 'env>,
        pool: &'scope OnceLock<Pool<'a>>,
    ) -> Self {
        let mut block = Block::default();
        block.clear(terms.contract.tables.len());
        Self {
            terms,
            delivery,
            scope,
            pool,
            worker: None,
            added: Vec::new(),
            block,
            records: 0,
            strangers: 0,
            is_shared: false,
        }
    }

    fn pool(&self) -> Result<&'scope Pool<'a>, PullError> {
        if let Some(pool) = self.pool.get() {
            return Ok(pool);
        }
        let checks = self.terms.checks(self.delivery, &self.added);
        let schemas: Vec<_> = checks.iter().map(TableCheck::schema).collect();
        let sequencer = Sequencer::new(self.terms, &self.delivery.text, &schemas)?;
        let pool = Pool::new(checks, sequencer, self.terms.threads)?;
        Ok(self.pool.get_or_init(|| pool))
    }

    /// Hands the block over, full or not.
    fn hand_over(&mut self) -> Result<(), Stop> {
        if self.block.is_empty() {
            return Ok(());
        }
        let pool = self.pool()?;
        if self.worker.is_some() && !std::mem::replace(&mut self.is_shared, true) {
            // A second block: the extract is worth more threads.
            for _ in 1..self.terms.threads.get() {
                let work = || {
                    // Without memory for it the others do its work.
                    if let Ok(mut worker) = pool.worker() {
                        pool.work(&mut worker);
                    }
                };
                // Nor is a thread needed where there can be none.
                drop(thread::Builder::new().spawn_scoped(self.scope, work));
            }
        }
        let worker = match &mut self.worker {
            Some(worker) => worker,
            none => none.insert(pool.worker()?),
        };
        self.block = pool.hand_over(std::mem::take(&mut self.block), worker)?;
        self.block.clear(self.terms.contract.tables.len());
        Ok(())
    }

    fn hand_over_if_full(&mut self) -> Result<(), Stop> {
        if self.block.is_full() { self.hand_over() } else { Ok(()) }
    }

    /// Leaves out columns, and tells of as many as there is room for.
    fn leave_out(&mut self, names: &[String]) -> Result<(), Stop> {
        let room = MOST_STRANGERS.saturating_sub(self.strangers);
        let told = names.iter().take(room);
        self.strangers += told.len();
        told.for_each(|name| self.block.mark(Mark::Stranger(name.clone())));
        self.hand_over_if_full()
    }

    /// Hands over what is left and waits until all is done.
    pub(super) fn end(mut self) -> Result<(), Stop> {
        match self.hand_over() {
            Ok(()) | Err(Stop::Enough) => {}
            Err(stop) => return Err(stop),
        }
        let pool = self.pool()?;
        match &mut self.worker {
            Some(worker) => pool.end(worker),
            None => pool.end(&mut pool.worker()?),
        }
        Ok(())
    }
}

impl Sink for Staging<'_, '_, '_> {
    fn unknown_columns(&mut self, names: &[String]) -> Result<(), Stop> {
        let contract = self.terms.contract;
        let Some(first) = names.first() else { return Ok(()) };
        match contract.policy.columns {
            ColumnPolicy::Freeze => Err(Refusal::UnknownColumn { column: first.clone() }.into()),
            ColumnPolicy::Quarantine => self.leave_out(names),
            ColumnPolicy::Evolve => {
                // A name that is none can be no staged column's.
                let named = names.iter().take_while(|name| !name.is_empty()).count();
                let (names, nameless) = names.split_at(named);
                let columns = contract.tables[0].columns.iter().map(|column| column.name.as_str());
                let mut taken: BTreeSet<&str> = columns.chain([ROW_COLUMN]).collect();
                if let Some(twice) = names.iter().find(|name| !taken.insert(name)) {
                    return Err(Refusal::TwiceColumn { column: twice.clone() }.into());
                }
                self.added = names.to_vec();
                self.leave_out(nameless)
            }
        }
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), Stop> {
        self.records += 1;
        self.block.push(record);
        self.hand_over_if_full()
    }

    fn lines(&mut self, lines: Delimited, text: &mut Vec<u8>) -> Result<(), Stop> {
        // Lines follow their header's unknown columns, which stand in a block of their own.
        self.hand_over()?;
        self.block.take_lines(lines, text);
        self.hand_over()
    }

    fn unsplit_of(&mut self, table: usize, row: u64, why: Unsplit, reason: &str, text: &str) -> Result<(), Stop> {
        self.records += 1;
        let (reason, text) = (reason.to_owned(), text.to_owned());
        self.block.mark(Mark::Unsplit { table, row, why, reason, text });
        self.hand_over_if_full()
    }

    fn control(&mut self) {
        self.block.mark(Mark::Control);
    }

    fn other_type(&mut self, row: u64, record_type: &str) -> Result<(), Stop> {
        self.records += 1;
        match self.terms.contract.policy.record_types {
            RecordTypePolicy::Freeze => {
                Err(Refusal::OtherRecordType { row, record_type: record_type.to_owned() }.into())
            }
            RecordTypePolicy::Count => {
                self.block.mark(Mark::OtherType(record_type.to_owned()));
                self.hand_over_if_full()
            }
        }
    }

    fn records(&self) -> u64 {
        self.records
    }
}
