//! Which step can start: one whose inputs are made, the first in order of those.
//!
//! Steps that run at once share the memory, and what a join builds its table on can't wait for it: which of two steps has too
//! little is a matter of chance. One that had too little beside others runs again by itself, so that chance fails no job.

use std::collections::{BTreeMap, BTreeSet};

use super::step::Step;
use crate::store::Artefact;

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
    /// The steps that wait for nothing and were not started.
    ready: BTreeSet<usize>,
    /// The steps that are to run by themselves.
    alone: BTreeSet<usize>,
    /// Steps that run.
    running: usize,
    /// Whether the one that runs is by itself.
    is_by_itself: bool,
}

impl Schedule {
    /// Steps that read what others of them make, and things that are there.
    pub(super) fn new(steps: &[Step]) -> Self {
        let makers: BTreeMap<&Artefact, usize> =
            steps.iter().enumerate().map(|(place, step)| (&step.artefact, place)).collect();
        let mut readers = vec![Vec::new(); steps.len()];
        let mut waits_for = Vec::with_capacity(steps.len());
        for (place, step) in steps.iter().enumerate() {
            let inputs = step.inputs.values().flatten();
            let made: BTreeSet<usize> = inputs.filter_map(|input| makers.get(&input.artefact).copied()).collect();
            waits_for.push(made.len());
            for maker in made {
                readers[maker].push(place);
            }
        }
        let ready = waits_for.iter().enumerate().filter(|(_, count)| **count == 0).map(|(place, _)| place).collect();
        Self { waits_for, readers, ready, alone: BTreeSet::new(), running: 0, is_by_itself: false }
    }

    /// The place of a step to start beside those that run, of which there are `at_once` at most.
    pub(super) fn next(&mut self, at_once: usize) -> Option<usize> {
        let is_first = self.running == 0;
        if !is_first && (self.is_by_itself || !self.alone.is_empty() || self.running >= at_once) {
            return None;
        }
        let alone = self.alone.pop_first();
        self.is_by_itself = alone.is_some();
        let next = alone.or_else(|| self.ready.pop_first())?;
        self.running += 1;
        Some(next)
    }

    /// Steps that run.
    pub(super) fn running(&self) -> usize {
        self.running
    }

    /// Tells that a step failed. With the memory to itself it may succeed: then it is to start again.
    pub(super) fn failed(&mut self, place: usize, cause: Cause) -> Again {
        self.running -= 1;
        match cause {
            Cause::Memory if !self.is_by_itself => {
                self.alone.insert(place);
                Again::Yes
            }
            Cause::Memory | Cause::Other => Again::No,
        }
    }

    /// Tells that a step is done.
    pub(super) fn done(&mut self, place: usize) {
        self.running -= 1;
        for reader in std::mem::take(&mut self.readers[place]) {
            self.waits_for[reader] -= 1;
            if self.waits_for[reader] == 0 {
                self.ready.insert(reader);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::step::Input;
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
        let mut schedule = Schedule::new(&steps);
        let mut startable = |done: Option<usize>| {
            done.into_iter().for_each(|place| schedule.done(place));
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
        let mut schedule = Schedule::new(&steps);
        assert_eq!([schedule.next(2), schedule.next(2), schedule.next(2)], [Some(0), Some(1), None]);
        assert_eq!(schedule.failed(0, Cause::Memory), Again::Yes);
        assert_eq!(schedule.next(2), None, "another runs");
        schedule.done(1);
        assert_eq!([schedule.next(2), schedule.next(2)], [Some(0), None]);
        assert_eq!(schedule.failed(0, Cause::Memory), Again::No);
        assert_eq!(schedule.next(2), Some(2));
        assert_eq!(schedule.failed(2, Cause::Other), Again::No);
    }
}
