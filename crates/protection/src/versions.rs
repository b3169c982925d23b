//! What earlier versions did: hidden stays hidden, and published is known.
//!
//! Protected alone, two versions of the same year hide different cells, and their difference gives a cell away. So a
//! cell's past is part of the system: see [`crate::History`].

use std::collections::{BTreeMap, BTreeSet};

use crate::rule::SmallestCount;
use crate::system::{Cell, History, Standing};

/// What a committed version shows of a system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Version {
    /// The cells that it published, with their values in `1/per` of the unit.
    pub published: BTreeMap<String, i64>,
    /// The cells that it hid.
    pub hidden: BTreeSet<String>,
}

/// A published cell whose value changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The cell.
    pub cell: String,
    /// What an earlier version published.
    pub before: i64,
    /// What is to be published now.
    pub now: i64,
}

impl Revision {
    /// Whether it tells of a change of fewer than k. The difference of two published counts is a published count: such
    /// a revision waits for the next regular version.
    pub fn is_small(&self, k: SmallestCount) -> bool {
        k.is_small(self.now.saturating_sub(self.before).saturating_abs())
    }
}

/// Gives every cell its history by all committed versions, and tells which published values change.
///
/// `value` is that of a cell in this version. A cell that any version hid stays hidden, unless one published the very
/// value that it has now, which nothing can take back. What no version may publish needs no such memory: its own rule
/// protects it.
pub fn recall(versions: &[Version], cells: &mut [Cell], value: impl Fn(&Cell) -> i64) -> Vec<Revision> {
    let mut revisions = Vec::new();
    for cell in cells {
        let now = value(cell);
        let seen: BTreeSet<i64> = versions.iter().filter_map(|it| it.published.get(&cell.key).copied()).collect();
        let hidden = cell.standing == Standing::Published && versions.iter().any(|it| it.hidden.contains(&cell.key));
        cell.history = match () {
            () if seen.contains(&now) => History::Published,
            () if hidden => History::Hidden,
            () if seen.is_empty() => History::New,
            () => History::Revised,
        };
        let others = seen.into_iter().filter(|before| *before != now);
        revisions.extend(others.map(|before| Revision { cell: cell.key.clone(), before, now }));
    }
    revisions
}
