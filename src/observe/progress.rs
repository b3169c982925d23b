//! Progress bars on a terminal, and none elsewhere.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Where progress is shown.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    shown: bool,
}

impl Progress {
    /// Bars if stderr is a terminal and the log does not need it for JSON.
    pub fn on_terminal(log: super::LogFormat) -> Self {
        Self { shown: log == super::LogFormat::Text && std::io::stderr().is_terminal() }
    }

    /// A bar for one stage of `length` steps.
    pub fn stage(&self, name: &'static str, length: usize) -> Bar {
        let target = if self.shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(length as u64), target);
        if let Ok(style) = ProgressStyle::with_template("{prefix:>8} [{bar:24}] {pos}/{len} {wide_msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(name);
        Bar(bar)
    }
}

/// The progress of one stage; cleared when dropped.
#[derive(Debug)]
pub struct Bar(ProgressBar);

impl Bar {
    /// One step is done.
    pub fn advance(&self, what: &str) {
        self.0.set_message(super::printable(what));
        self.0.inc(1);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
