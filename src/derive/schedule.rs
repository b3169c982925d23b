//! Which step can start: one whose inputs are made, the first in order of those.

use std::collections::{BTreeMap, BTreeSet};

use super::step::Step;
use crate::store::Artefact;

/// Steps and what they wait for.
#[derive(Debug)]
pub(super) struct Schedule {
    /// Of each step how many of the others it still waits for.
    waits_for: Vec<usize>,
    /// Of each step those that read what it makes.
    readers: Vec<Vec<usize>>,
    /// The steps that wait for nothing and were not started.
    ready: BTreeSet<usize>,
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
        Self { waits_for, readers, ready }
    }

    /// The place of a step to start, the first of those that can.
    pub(super) fn next(&mut self) -> Option<usize> {
        self.ready.pop_first()
    }

    /// Tells that a step is done.
    pub(super) fn done(&mut self, place: usize) {
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
            std::iter::from_fn(|| schedule.next()).map(|place| steps[place].model.clone()).collect::<Vec<_>>()
        };
        assert_eq!(startable(None), ["a", "c"]);
        assert_eq!(startable(Some(2)), [""; 0]);
        assert_eq!(startable(Some(0)), ["b", "e"]);
        assert_eq!(startable(Some(1)), ["d"]);
        assert_eq!(startable(Some(3)), [""; 0]);
    }
}
