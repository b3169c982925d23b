//! The threads of an extract: each takes the most urgent task, and none has a role of its own.
//!
//! A row group is written before a column is encoded, and that before a block is checked: what frees memory goes first.
//! So one bound, on the blocks that are not sequenced yet, bounds all. The thread that parses hands blocks over, and takes
//! tasks itself while there are as many blocks as may be.

use std::any::Any;
use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::sequence::{Job, Sequencer};
use crate::pull::check::{CheckedRows, Checker, TableCheck};
use crate::pull::error::{PullError, temporary_failed};
use crate::pull::parse::{Block, Stop};
use crate::store::{Chunk, ColumnEncoder, FileColumn, GroupWriter};

/// What a thread works with.
pub(super) struct Worker {
    checkers: Vec<Checker>,
    encoder: ColumnEncoder,
}

/// What the threads of an extract share.
pub(super) struct Pool<'a> {
    checks: Vec<TableCheck<'a>>,
    columns: Vec<Vec<FileColumn>>,
    state: Mutex<State<'a>>,
    /// Something can be done that could not before.
    wake: Condvar,
    /// Blocks that are handed over and not sequenced.
    most_blocks: usize,
}

struct State<'a> {
    blocks: VecDeque<(u64, Block)>,
    spare: Vec<Block>,
    /// Blocks handed over.
    taken: u64,
    /// Checked blocks whose turn has not come.
    checked: BTreeMap<u64, (Block, Vec<CheckedRows<'a>>)>,
    /// Blocks sequenced.
    sequenced: u64,
    sequencer: Sequencer<'a>,
    jobs: VecDeque<Job>,
    files: Vec<File>,
    is_read: bool,
    /// Nothing more is to be done.
    is_stopped: bool,
    stop: Option<Stop>,
    panic: Option<Box<dyn Any + Send>>,
}

/// The file of a table.
struct File {
    /// `None` while a thread writes.
    writer: Option<Box<GroupWriter>>,
    /// Row groups that are not written yet, with their chunks as they come.
    groups: BTreeMap<usize, (usize, Vec<Option<Chunk>>)>,
    written: usize,
}

enum Task {
    Write { table: usize, writer: Box<GroupWriter>, rows: usize, chunks: Vec<Chunk> },
    Encode(Job),
    Check(u64, Block),
    Wait,
    End,
}

impl State<'_> {
    fn next_task(&mut self) -> Task {
        if self.is_stopped {
            return Task::End;
        }
        for (table, file) in self.files.iter_mut().enumerate() {
            let group = file.groups.get(&file.written);
            if group.is_some_and(|(_, chunks)| chunks.iter().all(Option::is_some))
                && let Some(writer) = file.writer.take()
                && let Some((rows, chunks)) = file.groups.remove(&file.written)
            {
                return Task::Write { table, writer, rows, chunks: chunks.into_iter().flatten().collect() };
            }
        }
        if let Some(job) = self.jobs.pop_front() {
            return Task::Encode(job);
        }
        if let Some((number, block)) = self.blocks.pop_front() {
            return Task::Check(number, block);
        }
        let is_written = |file: &File| file.groups.is_empty() && file.writer.is_some();
        let is_done = self.is_read && self.sequenced == self.taken && self.files.iter().all(is_written);
        if is_done { Task::End } else { Task::Wait }
    }

    fn add(&mut self, jobs: Vec<Job>) {
        for job in jobs {
            let chunks = &mut self.files[job.table].groups.entry(job.group).or_insert((job.length, Vec::new())).1;
            chunks.push(None);
            self.jobs.push_back(job);
        }
    }

    /// Takes in the blocks whose turn has come.
    fn sequence(&mut self) -> Result<(), Stop> {
        while !self.is_stopped
            && let Some((mut block, checked)) = self.checked.remove(&self.sequenced)
        {
            let jobs = self.sequencer.take(&mut block, checked)?;
            self.sequenced += 1;
            self.spare.push(block);
            self.add(jobs);
        }
        self.end();
        Ok(())
    }

    /// Hands over what is left in the row groups, once all blocks are sequenced.
    fn end(&mut self) {
        if self.is_read && self.sequenced == self.taken {
            let jobs = self.sequencer.rest();
            self.add(jobs);
        }
    }

    fn stop(&mut self, stop: Stop) {
        self.is_stopped = true;
        self.stop.get_or_insert(stop);
    }
}

impl<'a> Pool<'a> {
    /// A pool whose tables have these checks, for so many threads.
    pub(super) fn new(
        checks: Vec<TableCheck<'a>>,
        sequencer: Sequencer<'a>,
        threads: NonZeroUsize,
    ) -> Result<Self, PullError> {
        let writers = checks.iter().map(|check| GroupWriter::new(check.schema())).collect::<Result<Vec<_>, _>>()?;
        let columns = writers.iter().map(GroupWriter::columns).collect();
        let file = |writer| File { writer: Some(Box::new(writer)), groups: BTreeMap::new(), written: 0 };
        let state = State {
            blocks: VecDeque::new(),
            spare: Vec::new(),
            taken: 0,
            checked: BTreeMap::new(),
            sequenced: 0,
            sequencer,
            jobs: VecDeque::new(),
            files: writers.into_iter().map(file).collect(),
            is_read: false,
            is_stopped: false,
            stop: None,
            panic: None,
        };
        Ok(Self { checks, columns, state: Mutex::new(state), wake: Condvar::new(), most_blocks: 2 * threads.get() + 1 })
    }

    /// What a thread needs to take part.
    pub(super) fn worker(&self) -> Result<Worker, PullError> {
        let checkers = self.checks.iter().map(TableCheck::checker).collect();
        Ok(Worker { checkers, encoder: ColumnEncoder::new().map_err(temporary_failed)? })
    }

    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands over the next block of the file, in exchange for an empty one.
    ///
    /// # Errors
    /// [`Stop::Enough`]: why, [`Pool::finish`] says.
    pub(super) fn hand_over(&self, block: Block, worker: &mut Worker) -> Result<Block, Stop> {
        let mut state = self.lock();
        loop {
            if state.is_stopped {
                return Err(Stop::Enough);
            }
            if state.taken - state.sequenced < self.most_blocks as u64 {
                let number = state.taken;
                state.taken += 1;
                state.blocks.push_back((number, block));
                self.wake.notify_all();
                return Ok(state.spare.pop().unwrap_or_default());
            }
            let task = state.next_task();
            state = self.take_part(task, state, worker);
        }
    }

    /// Says that no block follows, and works until all is done.
    pub(super) fn end(&self, worker: &mut Worker) {
        let mut state = self.lock();
        state.is_read = true;
        state.end();
        self.wake.notify_all();
        drop(state);
        self.work(worker);
    }

    /// Works until nothing is left to do.
    pub(super) fn work(&self, worker: &mut Worker) {
        let mut state = self.lock();
        loop {
            match state.next_task() {
                Task::End => return,
                task => state = self.take_part(task, state, worker),
            }
        }
    }

    /// Performs a task, or waits until there may be one.
    fn take_part<'g>(
        &'g self,
        task: Task,
        state: MutexGuard<'g, State<'a>>,
        worker: &mut Worker,
    ) -> MutexGuard<'g, State<'a>> {
        match task {
            Task::Wait => self.wake.wait(state).unwrap_or_else(PoisonError::into_inner),
            task => {
                drop(state);
                self.perform(task, worker);
                self.lock()
            }
        }
    }

    fn perform(&self, task: Task, worker: &mut Worker) {
        let done = panic::catch_unwind(AssertUnwindSafe(|| self.try_perform(task, worker)));
        let mut state = self.lock();
        match done {
            Ok(Ok(())) => {}
            Ok(Err(stop)) => state.stop(stop),
            Err(panic) => {
                state.is_stopped = true;
                state.panic.get_or_insert(panic);
            }
        }
        self.wake.notify_all();
    }

    fn try_perform(&self, task: Task, worker: &mut Worker) -> Result<(), Stop> {
        match task {
            Task::Write { table, mut writer, rows, chunks } => {
                writer.append(rows, chunks).map_err(PullError::from)?;
                let mut state = self.lock();
                let file = &mut state.files[table];
                file.writer = Some(writer);
                file.written += 1;
                Ok(())
            }
            Task::Encode(Job { table, group, column, rows, .. }) => {
                let chunk = self.columns[table][column].encode(&rows, &mut worker.encoder).map_err(PullError::from)?;
                let mut state = self.lock();
                if let Some((_, chunks)) = state.files[table].groups.get_mut(&group) {
                    chunks[column] = Some(chunk);
                }
                Ok(())
            }
            Task::Check(number, mut block) => {
                block.prepare();
                let checks = self.checks.iter().zip(&mut worker.checkers).enumerate();
                let checked = checks.map(|(at, (check, checker))| check.check(&block, at, checker)).collect();
                let mut state = self.lock();
                state.checked.insert(number, (block, checked));
                state.sequence()
            }
            Task::Wait | Task::End => Ok(()),
        }
    }

    /// What was found, and the files of the tables, once all threads have ended.
    ///
    /// # Panics
    /// Where a task did: what panics there is no fault of the extract.
    pub(super) fn finish(self) -> (Sequencer<'a>, Option<Stop>, Vec<GroupWriter>) {
        let State { sequencer, stop, panic, files, .. } =
            self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(panic) = panic {
            panic::resume_unwind(panic);
        }
        (sequencer, stop, files.into_iter().filter_map(|file| Some(*file.writer?)).collect())
    }
}
