//! What an attacker has seen in all committed versions, and what their differences say.

use std::collections::BTreeMap;

use super::knowledge::{Fact, Seen, Sum};

/// A cell that a version shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The version's number; the largest is the one under audit.
    pub version: u64,
    /// The cell's name.
    pub name: String,
    /// What it sums.
    pub sum: Sum,
    /// The value shown, in `1/per` of the unit.
    pub value: i64,
}

/// A value that a later version replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Superseded {
    /// The cell's name.
    pub name: String,
    /// The version that showed the old value.
    pub version: u64,
    /// The old value.
    pub before: i64,
    /// The value shown last.
    pub now: i64,
}

impl Superseded {
    /// By how much the cell changed: a count of its own, which the versions publish together.
    pub fn difference(&self) -> u64 {
        self.now.abs_diff(self.before)
    }
}

/// Facts of all versions: of every cell the value shown last, and apart from them the values that it replaced.
///
/// A value replaced is no fact of today, since unknowns may have changed with it; what it tells is the difference.
pub fn facts(sightings: &[Sighting], under_audit: u64) -> (Vec<Fact>, Vec<Superseded>) {
    let mut by_name: BTreeMap<&str, Vec<&Sighting>> = BTreeMap::new();
    for sighting in sightings {
        by_name.entry(&sighting.name).or_default().push(sighting);
    }
    let (mut facts, mut superseded) = (Vec::new(), Vec::new());
    for (name, mut seen) in by_name {
        seen.sort_by_key(|it| it.version);
        let Some(last) = seen.last().copied() else { continue };
        let before = seen.iter().any(|it| it.version < under_audit && it.value == last.value);
        let when = if before { Seen::Earlier } else { Seen::Now };
        facts.push(Fact { name: name.to_owned(), sum: last.sum.clone(), value: last.value, seen: when });
        superseded.extend(seen.iter().filter(|it| it.value != last.value).map(|it| Superseded {
            name: name.to_owned(),
            version: it.version,
            before: it.value,
            now: last.value,
        }));
    }
    (facts, superseded)
}
