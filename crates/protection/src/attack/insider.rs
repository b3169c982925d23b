//! A person who is alone in a cell knows it, and may calculate with it as with a published one.

use std::collections::BTreeMap;

use super::knowledge::{AttackError, Insider, Knowledge, Target};
use super::presolve::Reduced;

/// The prime 2^61 - 1: two residuals that are parallel in fractions are parallel modulo it, and others but by a chance
/// of one in 10^18.
const PRIME: u128 = (1 << 61) - 1;

/// A row modulo the prime, by unknown.
type Row = BTreeMap<usize, u128>;

/// Targets that somebody alone in a cell can calculate, each with that cell.
pub(super) fn exposed<'a, 'b>(
    knowledge: &'a Knowledge,
    reduced: &Reduced,
    targets: &[&'b Target],
) -> Result<Vec<(&'b Target, &'a Insider)>, AttackError> {
    if knowledge.insiders.is_empty() {
        return Ok(Vec::new());
    }
    let known = Echelon::of(reduced);
    let before = Reduced::of(&knowledge.without_published())?;
    let known_before = Echelon::of(&before);
    let mut by_residual: BTreeMap<Row, Vec<&Insider>> = BTreeMap::new();
    for insider in &knowledge.insiders {
        by_residual.entry(known.residual(reduced, &insider.sum)).or_default().push(insider);
    }
    let mut exposed = Vec::new();
    for &target in targets {
        let residual = known.residual(reduced, &target.sum);
        if residual.is_empty() {
            continue;
        }
        // What an insider could calculate before is no fault of this version.
        let anyway = known_before.residual(&before, &target.sum);
        let tells = |it: &&&Insider| it.name != target.name && known_before.residual(&before, &it.sum) != anyway;
        let insider = by_residual.get(&residual).and_then(|them| them.iter().find(tells));
        exposed.extend(insider.map(|it| (target, *it)));
    }
    Ok(exposed)
}

/// Facts in echelon form.
struct Echelon {
    rows: BTreeMap<usize, Row>,
}

impl Echelon {
    fn of(reduced: &Reduced) -> Self {
        let mut echelon = Self { rows: BTreeMap::new() };
        for row in &reduced.equal {
            let row = echelon.reduce(modular(&row.entries));
            if let Some((&first, &coefficient)) = row.first_key_value() {
                echelon.rows.insert(first, scaled(row, inverse(coefficient)));
            }
        }
        echelon
    }

    /// What is left of a sum when all facts are subtracted, its first coefficient 1.
    fn residual(&self, reduced: &Reduced, sum: &[(usize, i64)]) -> Row {
        let row = self.reduce(modular(&reduced.open_part(sum)));
        match row.first_key_value() {
            Some((_, &coefficient)) => scaled(row, inverse(coefficient)),
            None => row,
        }
    }

    fn reduce(&self, mut row: Row) -> Row {
        let mut from = 0;
        while let Some((&unknown, &coefficient)) = row.range(from..).next() {
            from = unknown + 1;
            if let Some(pivot) = self.rows.get(&unknown) {
                for (&at, &its) in pivot {
                    let entry = row.entry(at).or_default();
                    *entry = (*entry + (PRIME - coefficient) * its) % PRIME;
                    if *entry == 0 {
                        row.remove(&at);
                    }
                }
            }
        }
        row
    }
}

fn modular(sum: &[(usize, i64)]) -> Row {
    let mut row = Row::new();
    for &(unknown, coefficient) in sum {
        let size = u128::from(coefficient.unsigned_abs()) % PRIME;
        let value = if coefficient < 0 { (PRIME - size) % PRIME } else { size };
        let entry = row.entry(unknown).or_default();
        *entry = (*entry + value) % PRIME;
    }
    row.retain(|_, it| *it != 0);
    row
}

fn scaled(row: Row, factor: u128) -> Row {
    row.into_iter().map(|(at, it)| (at, it * factor % PRIME)).collect()
}

/// By Fermat's little theorem.
fn inverse(number: u128) -> u128 {
    let (mut base, mut exponent, mut result) = (number % PRIME, PRIME - 2, 1);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent >>= 1;
    }
    result
}
