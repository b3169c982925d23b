//! Who hears of what happens.

use std::fmt;
use std::sync::Arc;

use super::event::{Event, Stage};

/// Hears of what happens in a job, from whichever thread it happens on, and keeps nobody waiting.
pub trait Observer: Send + Sync {
    /// Hears of an event.
    fn observe(&self, event: &Event);
}

/// The observers that are plugged in; none unless somebody does. Clones tell the same ones.
#[derive(Clone, Default)]
pub struct Observers(Arc<[Box<dyn Observer>]>);

impl Observers {
    /// These observers, which hear of each event in this order.
    pub fn new(observers: Vec<Box<dyn Observer>>) -> Self {
        Self(observers.into())
    }

    /// Tells all of them.
    pub fn tell(&self, event: &Event) {
        self.0.iter().for_each(|observer| observer.observe(event));
    }

    /// Tells that a stage begins. That it ended is told when the answer is dropped, so that an error or the word to stop
    /// ends it too.
    pub fn begin(&self, stage: Stage, steps: usize) -> Begun {
        self.tell(&Event::Begun { stage, steps });
        Begun { observers: self.clone(), stage }
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Observers({})", self.0.len())
    }
}

/// A stage that has not ended.
#[derive(Debug)]
#[must_use = "the stage ends when this is dropped"]
pub struct Begun {
    observers: Observers,
    stage: Stage,
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.observers.tell(&Event::Ended { stage: self.stage });
    }
}
