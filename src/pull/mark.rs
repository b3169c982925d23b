//! The mark on synthetic extracts, and the share of a country's people that they are about.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::store::Digest;

/// The file that `maaltal-synth` leaves beside the extracts that it makes.
pub const SYNTHETIC_MARK: &str = "_synthetic.json";

/// What `_synthetic.json` says.
#[derive(Default, Deserialize)]
pub(crate) struct Mark {
    /// The files that are synthetic, with their digests.
    pub(crate) files: BTreeMap<String, Digest>,
    /// The share of the people in the files that are about a sample.
    #[serde(default)]
    pub(crate) sample: Sample,
    /// The files that are about a sample.
    #[serde(default)]
    pub(crate) sampled: BTreeSet<String>,
}

/// Millionths of everybody: all of them, unless `maaltal-synth` thinned the people.
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
