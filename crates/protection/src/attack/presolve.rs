//! What follows from the facts without a linear program: unknowns that are known exactly, and shorter facts.
//!
//! A fact with one unknown left tells it, and a sum that is 0 tells all its parts. A fact that holds all of another
//! (the country and a region) is shortened by it, so that what is left falls into small parts.

use std::collections::BTreeMap;

use super::component::Side;
use super::knowledge::{AttackError, Knowledge, Sum, Target, Values};

/// A fact, or facts put together, over unknowns that are not known exactly.
#[derive(Debug, Clone)]
pub(super) struct Reduction {
    /// By unknown, in rising order.
    pub(super) entries: Sum,
    /// What the sum is; of something never negative, what is to be added to it.
    pub(super) value: i64,
    /// The facts that it is made of, each with its weight.
    pub(super) from: BTreeMap<usize, f64>,
}

impl Reduction {
    fn coefficient(&self, unknown: usize) -> i64 {
        self.entries.binary_search_by_key(&unknown, |it| it.0).map_or(0, |at| self.entries[at].1)
    }

    /// How often `part` is in it, if it is in it with all its unknowns.
    fn multiple_of(&self, part: &Self) -> Option<i64> {
        let (first, rest) = part.entries.split_first()?;
        let own = self.coefficient(first.0);
        if own == 0 || own % first.1 != 0 {
            return None;
        }
        let times = own / first.1;
        rest.iter().all(|it| it.1.checked_mul(times) == Some(self.coefficient(it.0))).then_some(times)
    }

    /// Takes away a part that is in it `times`.
    fn shorten(&mut self, part: &Self, times: i64) -> Option<()> {
        self.value = part.value.checked_mul(times).and_then(|it| self.value.checked_sub(it))?;
        self.entries.retain(|it| part.coefficient(it.0) == 0);
        for (fact, weight) in &part.from {
            *self.from.entry(*fact).or_default() -= weight * times as f64;
        }
        Some(())
    }
}

/// Unknowns that a fact made known, in the order in which that happened.
#[derive(Debug, Clone)]
struct Fix {
    entries: Sum,
    value: i64,
    from: BTreeMap<usize, f64>,
}

/// The facts, worked up.
#[derive(Debug, Clone)]
pub(super) struct Reduced {
    known: Vec<Option<i64>>,
    fixes: Vec<Fix>,
    /// Sums with their values.
    pub(super) equal: Vec<Reduction>,
    /// Sums that, with something added, are at least 0.
    pub(super) at_least: Vec<Reduction>,
}

impl Reduced {
    pub(super) fn of(knowledge: &Knowledge) -> Result<Self, AttackError> {
        let mut known = vec![None; knowledge.unknowns];
        let mut fixes = Vec::new();
        let mut rows: Vec<Reduction> =
            (0..).zip(&knowledge.facts).map(|(at, fact)| sorted(at, &fact.sum, fact.value)).collect();
        loop {
            let before = fixes.len();
            for row in &mut rows {
                simplify(row, &known, knowledge)?;
                if let Some(fix) = settled(row, knowledge)? {
                    for (unknown, coefficient) in &fix.entries {
                        known[*unknown] = Some(fix.value / coefficient);
                    }
                    fixes.push(fix);
                    row.entries.clear();
                    row.value = 0;
                }
            }
            rows.retain(|it| !it.entries.is_empty());
            // What is known by now is put in before anything is shortened by it.
            if fixes.len() > before {
                continue;
            }
            deduplicate(&mut rows, knowledge)?;
            if !shorten_all(&mut rows, knowledge)? {
                break;
            }
        }
        let at_least = bounds(knowledge, &known)?;
        Ok(Self { known, fixes, equal: rows, at_least })
    }

    /// The value of an unknown that the facts tell exactly.
    pub(super) fn known(&self, unknown: usize) -> Option<i64> {
        self.known[unknown]
    }

    /// A sum without what is known of it.
    pub(super) fn open_part(&self, sum: &[(usize, i64)]) -> Sum {
        sum.iter().filter(|it| self.known[it.0].is_none()).copied().collect()
    }

    /// Adds the weights of the facts that told the unknowns which were put in.
    pub(super) fn carry_back(
        &self,
        knowledge: &Knowledge,
        target: &Target,
        side: Side,
        weights: &mut BTreeMap<usize, f64>,
    ) {
        let mut rest = vec![0.0; knowledge.unknowns];
        for &(unknown, coefficient) in &target.sum {
            rest[unknown] += coefficient as f64;
        }
        let take = |fact: usize, weight: f64, rest: &mut [f64]| {
            for &(unknown, coefficient) in &knowledge.facts[fact].sum {
                rest[unknown] -= weight * coefficient as f64;
            }
        };
        for (&fact, &weight) in weights.iter() {
            take(fact, weight, &mut rest);
        }
        for fix in self.fixes.iter().rev() {
            let mut needed = fix.entries.iter().map(|it| rest[it.0] / it.1 as f64);
            // What is 0 needs a weight only where leaving it out would loosen the bound.
            let times = match side {
                _ if fix.value != 0 => needed.next().unwrap_or(0.0),
                Side::Most => needed.fold(0.0, f64::max),
                Side::Least => needed.fold(0.0, f64::min),
            };
            if times.abs() > 1e-9 {
                for (&fact, weight) in &fix.from {
                    take(fact, weight * times, &mut rest);
                    *weights.entry(fact).or_default() += weight * times;
                }
            }
        }
    }
}

fn sorted(at: usize, sum: &[(usize, i64)], value: i64) -> Reduction {
    let mut by_unknown: BTreeMap<usize, i64> = BTreeMap::new();
    for &(unknown, coefficient) in sum {
        *by_unknown.entry(unknown).or_default() += coefficient;
    }
    let entries = by_unknown.into_iter().filter(|it| it.1 != 0).collect();
    Reduction { entries, value, from: BTreeMap::from([(at, 1.0)]) }
}

/// The name of the first fact that something is made of.
fn name(row: &Reduction, knowledge: &Knowledge) -> String {
    let fact = row.from.keys().next().and_then(|it| knowledge.facts.get(*it));
    fact.map_or_else(|| "what is never negative".to_owned(), |it| it.name.clone())
}

/// Puts in what is known and divides by what all coefficients have in common.
fn simplify(row: &mut Reduction, known: &[Option<i64>], knowledge: &Knowledge) -> Result<(), AttackError> {
    let mut value = i128::from(row.value);
    for (unknown, coefficient) in &row.entries {
        value -= i128::from(known[*unknown].unwrap_or(0)) * i128::from(*coefficient);
    }
    row.entries.retain(|it| known[it.0].is_none());
    row.value = i64::try_from(value).map_err(|_| AttackError::TooLarge(name(row, knowledge)))?;
    if row.entries.is_empty() {
        let fits = row.value == 0;
        return if fits { Ok(()) } else { Err(AttackError::Contradiction(name(row, knowledge))) };
    }
    let mut divisor = row.entries.iter().fold(0, |gcd, it| gcd_of(gcd, it.1));
    if row.value % divisor != 0 {
        let whole = knowledge.values == Values::Whole;
        return if whole { Err(AttackError::Contradiction(name(row, knowledge))) } else { Ok(()) };
    }
    if row.entries.iter().all(|it| it.1 < 0) {
        divisor = -divisor;
    }
    if divisor != 1 {
        row.entries.iter_mut().for_each(|it| it.1 /= divisor);
        row.value /= divisor;
        row.from.values_mut().for_each(|it| *it /= divisor as f64);
    }
    Ok(())
}

/// What a row tells exactly.
fn settled(row: &Reduction, knowledge: &Knowledge) -> Result<Option<Fix>, AttackError> {
    if row.entries.is_empty() || row.entries.iter().any(|it| it.1 < 0) {
        return Ok(None);
    }
    if row.value < 0 {
        return Err(AttackError::Contradiction(name(row, knowledge)));
    }
    let tells = row.value == 0 || matches!(row.entries.as_slice(), [(_, coefficient)] if row.value % coefficient == 0);
    Ok(tells.then(|| Fix { entries: row.entries.clone(), value: row.value, from: row.from.clone() }))
}

/// Leaves one of the rows that sum the same.
fn deduplicate(rows: &mut Vec<Reduction>, knowledge: &Knowledge) -> Result<(), AttackError> {
    rows.sort_by(|a, b| (a.entries.len(), &a.entries).cmp(&(b.entries.len(), &b.entries)));
    for pair in rows.windows(2) {
        if pair[0].entries == pair[1].entries && pair[0].value != pair[1].value {
            return Err(AttackError::Contradiction(name(&pair[1], knowledge)));
        }
    }
    rows.dedup_by(|a, b| a.entries == b.entries);
    Ok(())
}

/// Shortens rows by rows that they hold; whether any was.
fn shorten_all(rows: &mut [Reduction], knowledge: &Knowledge) -> Result<bool, AttackError> {
    let mut touching = vec![Vec::new(); knowledge.unknowns];
    for (at, row) in rows.iter().enumerate() {
        for (unknown, _) in &row.entries {
            touching[*unknown].push(at);
        }
    }
    let mut any = false;
    for part in 0..rows.len() {
        let fewest = rows[part].entries.iter().map(|it| it.0).min_by_key(|it| (touching[*it].len(), *it));
        let Some(unknown) = fewest else { continue };
        for &whole in &touching[unknown] {
            if whole == part || rows[whole].entries.len() <= rows[part].entries.len() {
                continue;
            }
            let Some(times) = rows[whole].multiple_of(&rows[part]) else { continue };
            let part = rows[part].clone();
            let too_large = || AttackError::TooLarge(name(&part, knowledge));
            rows[whole].shorten(&part, times).ok_or_else(too_large)?;
            any = true;
        }
    }
    Ok(any)
}

/// What is never negative and does not follow from unknowns being at least 0.
fn bounds(knowledge: &Knowledge, known: &[Option<i64>]) -> Result<Vec<Reduction>, AttackError> {
    let mut rows = Vec::new();
    for sum in &knowledge.never_negative {
        let mut row = sorted(0, sum, 0);
        row.from.clear();
        let mut added: i128 = 0;
        for (unknown, coefficient) in &row.entries {
            added += i128::from(known[*unknown].unwrap_or(0)) * i128::from(*coefficient);
        }
        row.entries.retain(|it| known[it.0].is_none());
        row.value = i64::try_from(added).map_err(|_| AttackError::TooLarge(name(&row, knowledge)))?;
        if row.entries.is_empty() && row.value < 0 {
            return Err(AttackError::Contradiction(name(&row, knowledge)));
        }
        if !holds_anyway(&row) {
            rows.push(row);
        }
    }
    rows.sort_by(|a, b| (a.entries.len(), &a.entries, a.value).cmp(&(b.entries.len(), &b.entries, b.value)));
    rows.dedup_by(|a, b| a.entries == b.entries);
    // The complement of a region is the sum of those of its municipalities: it says nothing new.
    let mut kept: Vec<Reduction> = Vec::new();
    let mut touching: Vec<Vec<usize>> = vec![Vec::new(); knowledge.unknowns];
    for row in rows {
        let mut left = row.clone();
        let mut parts: Vec<usize> = left.entries.iter().flat_map(|it| touching[it.0].iter().copied()).collect();
        parts.sort_unstable();
        parts.dedup();
        for part in parts {
            if let Some(times) = left.multiple_of(&kept[part]).filter(|it| *it > 0) {
                left.shorten(&kept[part], times).ok_or_else(|| AttackError::TooLarge(name(&row, knowledge)))?;
            }
        }
        if !holds_anyway(&left) {
            row.entries.iter().for_each(|it| touching[it.0].push(kept.len()));
            kept.push(row);
        }
    }
    Ok(kept)
}

fn holds_anyway(row: &Reduction) -> bool {
    row.value >= 0 && row.entries.iter().all(|it| it.1 > 0)
}

fn gcd_of(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
