//! Progress bars on a terminal.

use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::event::{Event, Stage};
use super::log::LogFormat;
use super::observers::Observer;

/// A bar for the stage that a job is in; it goes when the stage ends.
#[derive(Debug, Default)]
pub struct Bars(Mutex<Option<ProgressBar>>);

impl Bars {
    /// Bars, if stderr is a terminal and the log does not need it for JSON.
    pub fn on_terminal(log: LogFormat) -> Option<Self> {
        (log == LogFormat::Text && std::io::stderr().is_terminal()).then(Self::default)
    }

    fn put(&self, bar: Option<ProgressBar>) {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = std::mem::replace(&mut *place, bar) {
            before.finish_and_clear();
        }
    }

    fn advance(&self, what: &str) {
        if let Some(bar) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            bar.set_message(super::printable(what));
            bar.inc(1);
        }
    }
}

impl Observer for Bars {
    fn observe(&self, event: &Event) {
        match event {
            // All tables of a version are written after its audits, at once: there is no progress to see.
            Event::Begun { stage: Stage::Publish, .. } | Event::TableWritten { .. } => {}
            Event::Begun { stage, steps } => self.put(Some(bar(*stage, *steps))),
            Event::Ended { .. } => self.put(None),
            Event::Staged { file: what, .. } | Event::Derived { model: what, .. } | Event::Failed { what, .. } => {
                self.advance(what);
            }
            Event::Published { .. } | Event::Warned(_) => {}
        }
    }
}

fn bar(stage: Stage, steps: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{prefix:>8} [{bar:24}] {pos}/{len} {wide_msg}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_prefix(stage.name());
    bar
}
