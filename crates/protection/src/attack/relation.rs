//! The relation that gives a cell away: the facts that bound it.

use std::collections::BTreeMap;
use std::fmt;

use super::knowledge::{Knowledge, Seen};

/// A fact in a relation.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// The fact's name.
    pub fact: String,
    /// How often it enters the bound; negative where it is subtracted.
    pub weight: f64,
    /// Where it comes from.
    pub seen: Seen,
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.weight < 0.0 { '-' } else { '+' };
        let size = self.weight.abs();
        if (size - 1.0).abs() < 1e-6 {
            write!(f, "{sign} {}", self.fact)
        } else {
            write!(f, "{sign} {size} × {}", self.fact)
        }
    }
}

/// The facts whose weight is not nothing, the heaviest first; of equal weight by name.
pub(super) fn terms(knowledge: &Knowledge, weights: &BTreeMap<usize, f64>) -> Vec<Term> {
    let mut terms: Vec<Term> = weights
        .iter()
        .filter(|(_, weight)| weight.abs() > 1e-7)
        .map(|(&at, &weight)| {
            let fact = &knowledge.facts[at];
            Term { fact: fact.name.clone(), weight, seen: fact.seen }
        })
        .collect();
    terms.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.fact.cmp(&b.fact)));
    terms
}
