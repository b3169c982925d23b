//! Finding relations by hashes: a sum of columns has the sum of their hashes.
//!
//! A column's hash is the sum of its values times random weights modulo the prime 2^61 - 1. Sums of two columns are
//! looked up among the hashes of one and of each other, sums of three by meeting in the middle. What the hashes say is checked in every
//! cell, so a collision costs time and no truth. The weights come from a fixed seed: the same columns give the same
//! relations in the same order.

use std::collections::{BTreeMap, BTreeSet};

use super::{Grid, Relation, Span, row};

/// The Mersenne prime 2^61 - 1.
const PRIME: u128 = (1 << 61) - 1;

/// The seed of the weights.
const SEED: u64 = 0x6d61_616c_7461_6c31;

/// How much has to support a relation before it is taken for one. With few cells sums come about by chance: columns
/// of four cells gave a hundred in one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    /// Cells that are not 0 in the scarcest column.
    pub cells: usize,
    /// Years in which the scarcest column is not 0.
    pub years: usize,
}

impl Default for Threshold {
    /// 30 cells in two years.
    fn default() -> Self {
        Self { cells: 30, years: 2 }
    }
}

/// What holds in every cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Columns that are 0 everywhere: probably they should have no value at all.
    pub zero: Vec<String>,
    /// Equal columns first, then sums of two, then sums of three and pairs with the same sum; none that follows from
    /// those before it.
    pub relations: Vec<Relation>,
}

/// A column that stands for all that are equal to it.
struct Class<'a> {
    name: &'a str,
    values: &'a [i64],
    hash: u128,
}

impl Grid {
    /// Looks for columns that are equal, for sums of two and three, and for pairs with the same sum.
    pub fn find(&self, threshold: Threshold) -> Found {
        let mut found = Found::default();
        let weights = weights(self.places.len());
        let index = self.index();
        let mut span = Span::default();
        let mut classes: Vec<Class<'_>> = Vec::new();
        let mut by_values: BTreeMap<&[i64], &str> = BTreeMap::new();
        for (name, values) in &self.columns {
            if values.iter().all(|it| *it == 0) {
                found.zero.push(name.clone());
                continue;
            }
            if !self.is_supported(values, threshold) {
                continue;
            }
            if let Some(same) = by_values.get(values.as_slice()) {
                found.relations.push(Relation::Equal((*same).to_owned(), name.clone()));
                continue;
            }
            by_values.insert(values, name);
            classes.push(Class { name, values, hash: hash(values, &weights) });
        }
        for relation in sums(&classes) {
            // An overflow in a span of ones is out of reach; a relation would then be told though it follows.
            let new = row(&relation, &index).ok().flatten().is_none_or(|it| span.insert(it).unwrap_or(true));
            if new {
                found.relations.push(relation);
            }
        }
        found
    }

    fn is_supported(&self, values: &[i64], threshold: Threshold) -> bool {
        let places = || self.places.iter().zip(values).filter(|it| *it.1 != 0).map(|it| it.0);
        places().count() >= threshold.cells
            && places().map(|it| it.year).collect::<BTreeSet<_>>().len() >= threshold.years
    }
}

/// Sums of two, then sums of three and pairs with the same sum, checked in every cell.
fn sums(classes: &[Class<'_>]) -> Vec<Relation> {
    let by_hash: BTreeMap<u128, usize> = classes.iter().enumerate().map(|(at, it)| (it.hash, at)).collect();
    let mut pairs: Vec<(u128, usize, usize)> = Vec::with_capacity(classes.len() * classes.len() / 2);
    for (a, left) in classes.iter().enumerate() {
        for (b, right) in classes.iter().enumerate().skip(a + 1) {
            pairs.push(((left.hash + right.hash) % PRIME, a, b));
        }
    }
    pairs.sort_unstable();
    let mut relations = Vec::new();
    for &(sum, a, b) in &pairs {
        if let Some(&total) = by_hash.get(&sum)
            && adds_up(classes, total, &[a, b])
        {
            relations.push(relation(classes, total, &[a, b]));
        }
    }
    let first = relations.len();
    for total in 0..classes.len() {
        for c in (0..classes.len()).filter(|it| *it != total) {
            let rest = (classes[total].hash + PRIME - classes[c].hash) % PRIME;
            let from = pairs.partition_point(|it| it.0 < rest);
            for &(_, a, b) in pairs[from..].iter().take_while(|it| it.0 == rest) {
                // Each sum of three is met three times; the one with its last part apart is taken.
                if b < c && a != total && b != total && adds_up(classes, total, &[a, b, c]) {
                    relations.push(relation(classes, total, &[a, b, c]));
                }
            }
        }
    }
    for (at, &(sum, a, b)) in pairs.iter().enumerate() {
        for &(_, c, d) in pairs[at + 1..].iter().take_while(|it| it.0 == sum) {
            let same = |it: usize| {
                let value = |at: usize| i128::from(classes[at].values[it]);
                value(a) + value(b) == value(c) + value(d)
            };
            if (0..classes[a].values.len()).all(same) {
                let names = |pair: [usize; 2]| pair.into_iter().map(|it| classes[it].name.to_owned()).collect();
                relations.push(Relation::Balance { left: names([a, b]), right: names([c, d]) });
            }
        }
    }
    relations[..first].sort();
    relations[first..].sort();
    relations
}

fn adds_up(classes: &[Class<'_>], total: usize, parts: &[usize]) -> bool {
    let values = |at: usize| classes[at].values;
    (0..values(total).len()).all(|it| {
        let sum: i128 = parts.iter().map(|&part| i128::from(values(part)[it])).sum();
        sum == i128::from(values(total)[it])
    })
}

fn relation(classes: &[Class<'_>], total: usize, parts: &[usize]) -> Relation {
    let name = |at: usize| classes[at].name.to_owned();
    Relation::Sum { total: name(total), parts: parts.iter().map(|it| name(*it)).collect() }
}

fn hash(values: &[i64], weights: &[u128]) -> u128 {
    let term = |(value, weight): (&i64, &u128)| {
        let size = u128::from(value.unsigned_abs()) % PRIME * weight % PRIME;
        if *value < 0 { (PRIME - size) % PRIME } else { size }
    };
    values.iter().zip(weights).map(term).fold(0, |sum, it| (sum + it) % PRIME)
}

/// Weights between 1 and the prime less 1, by SplitMix64 (Steele, Lea and Flood 2014).
fn weights(count: usize) -> Vec<u128> {
    let mut state = SEED;
    let next = |_| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u128::from(mixed ^ (mixed >> 31)) % (PRIME - 1) + 1
    };
    (0..count).map(next).collect()
}
