//! The share of a country's people that an extract is about.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Millionths of everybody: all of them, unless `maaltal synth` thinned the people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sample(u32);

impl Sample {
    /// Everybody.
    pub const WHOLE: Self = Self(1_000_000);

    /// The share in millionths.
    pub fn millionths(self) -> u32 {
        self.0
    }
}

impl Default for Sample {
    fn default() -> Self {
        Self::WHOLE
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", f64::from(self.0) / 10_000.0)
    }
}
