//! Which step can start: one whose inputs are made, the first in order of those that fit beside what runs.
//!
//! Steps that run at once share the memory, and what a join builds its table on can't wait for it: which of two steps has too
//! little is a matter of chance. One that had too little beside others runs again by itself, so that chance fails no job.
//! And what a step holds grows with what it reads, much of it outside of the engine's account: steps that read much don't run
//! side by side, so that twelve years at once need no more than one.

use std::collections::{BTreeMap, BTreeSet};

use super::step::{Input, Step};
use crate::store::{Artefact, Store};

/// The part of the engine's memory that the files have, compressed, which are read side by side: a step takes some hundred megabytes
/// that no account has, the more the more it reads.
const READ_PART: u64 = 4;

/// Why a step failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// The memory did not suffice.
    Memory,
    Other,
}

/// Whether a step that failed starts again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    Yes,
    No,
}

/// Steps and what they wait for.
#[derive(Debug)]
pub(super) struct Schedule {
    /// Of each step how many of the others it still waits for.
    waits_for: Vec<usize>,
    /// Of each step those that read what it makes.
    readers: Vec<Vec<usize>>,
    /// Of each step the bytes of the files that it reads, as far as they are made.
    reads: Vec<u64>,
    /// The bytes that steps may read at once; a single one may read more.
    read_at_once: u64,
    /// The steps that wait for nothing and were not started.
    ready: BTreeSet<usize>,
    /// The steps that are to run by themselves.
    alone: BTreeSet<usize>,
    /// The steps that run.
    running: BTreeSet<usize>,
    /// Whether the one that runs is by itself.
    is_by_itself: bool,
}

impl Schedule {
    /// Steps that read what others of them make, and what is in `store`. Those that run side by side share `memory` bytes.
    pub(super) async fn new(steps: &[Step], store: &Store, memory: u64) -> Self {
        let made: BTreeSet<&Artefact> = steps.iter().map(|step| &step.artefact).collect();
        let inputs: BTreeSet<&Input> = steps.iter().flat_map(|step| step.inputs.values().flatten()).collect();
        let mut there = BTreeMap::new();
        for input in inputs.into_iter().filter(|input| !made.contains(&input.artefact)) {
            // What can't be read is told by the step that needs it.
            if let Ok(Some(entry)) = store.entry(&input.artefact, &input.table).await {
                there.insert(input, entry.bytes);
            }
        }
        Self::of(steps, &there, memory / READ_PART)
    }

    /// Steps that read what others of them make, and things that are `there`, of so many bytes.
    fn of(steps: &[Step], there: &BTreeMap<&Input, u64>, read_at_once: u64) -> Self {
        let makers: BTreeMap<&Artefact, usize> =
            steps.iter().enumerate().map(|(place, step)| (&step.artefact, place)).collect();
        let mut readers = vec![Vec::new(); steps.len()];
        let mut waits_for = Vec::with_capacity(steps.len());
        let mut reads = Vec::with_capacity(steps.len());
        for (place, step) in steps.iter().enumerate() {
            let inputs = step.inputs.values().flatten();
            reads.push(inputs.clone().filter_map(|input| there.get(input)).sum());
            let made: BTreeSet<usize> = inputs.filter_map(|input| makers.get(&input.artefact).copied()).collect();
            waits_for.push(made.len());
            for maker in made {
                readers[maker].push(place);
            }
        }
        let ready = waits_for.iter().enumerate().filter(|(_, count)| **count == 0).map(|(place, _)| place).collect();
        let (alone, running) = (BTreeSet::new(), BTreeSet::new());
        Self { waits_for, readers, reads, read_at_once, ready, alone, running, is_by_itself: false }
    }

    /// The place of a step to start beside those that run, of which there are `at_once` at most.
    pub(super) fn next(&mut self, at_once: usize) -> Option<usize> {
        let is_first = self.running.is_empty();
        if !is_first && (self.is_by_itself || !self.alone.is_empty() || self.running.len() >= at_once) {
            return None;
        }
        let alone = self.alone.pop_first();
        self.is_by_itself = alone.is_some();
        let next = alone.or_else(|| self.first_that_fits())?;
        self.running.insert(next);
        Some(next)
    }

    /// Takes the first step that is ready and, unless nothing runs, leaves what is read at once within its bounds.
    fn first_that_fits(&mut self) -> Option<usize> {
        let is_read: u64 = self.running.iter().map(|place| self.reads[*place]).sum();
        // A step that reads next to nothing fits everywhere, so the search is short.
        let fits = |place: &&usize| self.running.is_empty() || is_read + self.reads[**place] <= self.read_at_once;
        let next = *self.ready.iter().find(fits)?;
        self.ready.remove(&next);
        Some(next)
    }

    /// How many steps run.
    pub(super) fn running(&self) -> usize {
        self.running.len()
    }

    /// Tells that a step failed. With the memory to itself it may succeed: then it is to start again.
    pub(super) fn failed(&mut self, place: usize, cause: Cause) -> Again {
        self.running.remove(&place);
        match cause {
            Cause::Memory if !self.is_by_itself => {
                self.alone.insert(place);
                Again::Yes
            }
            Cause::Memory | Cause::Other => Again::No,
        }
    }

    /// Tells that a step is done, and has made a file of so many bytes.
    pub(super) fn done(&mut self, place: usize, bytes: u64) {
        self.running.remove(&place);
        for reader in std::mem::take(&mut self.readers[place]) {
            self.waits_for[reader] -= 1;
            self.reads[reader] += bytes;
            if self.waits_for[reader] == 0 {
                self.ready.insert(reader);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Digest, KeyBuilder, Zone};

    fn step(model: &str, reads: &[&str]) -> Step {
        let artefact = |name: &str| Artefact {
            zone: Zone::Derived,
            name: name.to_owned(),
            key: KeyBuilder::new("test").field("model", name).finish(),
        };
        let input =
            |name: &&str| ((*name).to_owned(), vec![Input { artefact: artefact(name), table: (*name).to_owned() }]);
        Step {
            model: model.to_owned(),
            sql: Digest::of(model),
            year: None,
            artefact: artefact(model),
            inputs: reads.iter().map(input).collect(),
        }
    }

    #[test]
    fn a_step_starts_as_soon_as_all_that_it_reads_is_made_and_no_sooner() {
        let steps =
            [step("a", &["staged"]), step("b", &["a"]), step("c", &[]), step("d", &["b", "c"]), step("e", &["a"])];
        let mut schedule = Schedule::of(&steps, &BTreeMap::new(), 0);
        let mut startable = |done: Option<usize>| {
            done.into_iter().for_each(|place| schedule.done(place, 0));
            std::iter::from_fn(|| schedule.next(9)).map(|place| steps[place].model.clone()).collect::<Vec<_>>()
        };
        assert_eq!(startable(None), ["a", "c"]);
        assert_eq!(startable(Some(2)), [""; 0]);
        assert_eq!(startable(Some(0)), ["b", "e"]);
        assert_eq!(startable(Some(1)), ["d"]);
        assert_eq!(startable(Some(3)), [""; 0]);
    }

    #[test]
    fn a_step_that_has_too_little_memory_beside_others_runs_again_by_itself() {
        let steps = [step("a", &[]), step("b", &[]), step("c", &[])];
        let mut schedule = Schedule::of(&steps, &BTreeMap::new(), 0);
        assert_eq!([schedule.next(2), schedule.next(2), schedule.next(2)], [Some(0), Some(1), None]);
        assert_eq!(schedule.failed(0, Cause::Memory), Again::Yes);
        assert_eq!(schedule.next(2), None, "another runs");
        schedule.done(1, 0);
        assert_eq!([schedule.next(2), schedule.next(2)], [Some(0), None]);
        assert_eq!(schedule.failed(0, Cause::Memory), Again::No);
        assert_eq!(schedule.next(2), Some(2));
        assert_eq!(schedule.failed(2, Cause::Other), Again::No);
    }

    #[test]
    fn steps_that_read_much_run_one_after_the_other_and_those_that_read_little_beside_them() {
        let steps = [step("a", &["large"]), step("b", &["large"]), step("c", &["small"]), step("d", &["a"])];
        let read: Vec<&Input> = steps.iter().flat_map(|step| step.inputs.values().flatten()).collect();
        let there = BTreeMap::from([(read[0], 70), (read[2], 2)]);
        let mut schedule = Schedule::of(&steps, &there, 100);
        assert_eq!([schedule.next(3), schedule.next(3), schedule.next(3)], [Some(0), Some(2), None]);
        schedule.done(0, 60);
        assert_eq!([schedule.next(3), schedule.next(3)], [Some(1), None], "what the first made is much to read");
        schedule.done(1, 1);
        assert_eq!(schedule.next(3), Some(3));
    }

    #[test]
    fn a_step_that_reads_more_than_may_be_read_at_once_runs_when_nothing_else_does() {
        let steps = [step("a", &[]), step("b", &["large"])];
        let there = steps[1].inputs.values().flatten().map(|input| (input, 1000)).collect();
        let mut schedule = Schedule::of(&steps, &there, 100);
        assert_eq!([schedule.next(2), schedule.next(2)], [Some(0), None]);
        schedule.done(0, 1);
        assert_eq!(schedule.next(2), Some(1));
    }
}
