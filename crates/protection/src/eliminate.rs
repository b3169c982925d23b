//! Secondary suppression: which cells go with the protected ones, so that no subtraction gives those back.
//!
//! Cells are published one by one, the most useful first. Of each remaining cell the residual is kept: what is left of
//! it when everything published is subtracted. A cell whose residual is parallel to that of a protected cell would give
//! that one away, and is hidden; a cell without a residual follows from what is published already (Langsrud, Secondary
//! Cell Suppression by Gaussian Elimination, PSD 2024). The decision depends on the space that the published cells
//! span, not on the pivots, so the pivot is the column that the fewest rows touch.

use std::collections::{BTreeMap, BTreeSet};

use crate::row::{Overflow, Row};
use crate::system::{KnownTo, System};

/// Residuals of cells, with an index of the rows that touch a column.
struct Residuals {
    rows: Vec<Row>,
    /// Rows that touch a column, or once did.
    touching: Vec<Vec<usize>>,
    /// Rows that nothing asks for any more.
    settled: Vec<Settled>,
}

/// Whether a row still takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settled {
    Yes,
    No,
}

impl Residuals {
    fn of(system: &System, protected: &BTreeSet<usize>) -> Self {
        let rows: Vec<Row> = system.cells.iter().map(|it| it.row.clone().normalised()).collect();
        let mut touching = vec![Vec::new(); system.unknowns.len()];
        for (at, row) in rows.iter().enumerate() {
            for (column, _) in row.entries() {
                touching[*column as usize].push(at);
            }
        }
        let takes_part = |it: usize| system.cells[it].is_seen() || protected.contains(&it);
        let settled = (0..rows.len()).map(|it| if takes_part(it) { Settled::No } else { Settled::Yes }).collect();
        Self { settled, rows, touching }
    }

    /// The rows that touch a column and still take part.
    fn touching(&self, column: u32) -> BTreeSet<usize> {
        let may = &self.touching[column as usize];
        may.iter()
            .copied()
            .filter(|&it| self.settled[it] == Settled::No && self.rows[it].coefficient(column) != 0)
            .collect()
    }

    /// The column of a row by which it is taken out of the others; `None` for a row without one.
    fn pivot(&self, row: &Row) -> Option<u32> {
        let cost = |column: u32| self.touching[column as usize].len();
        row.entries().iter().map(|it| it.0).min_by_key(|&column| (cost(column), column))
    }

    /// What the rows that a pivot touches become once it is published.
    fn after(&self, at: usize, column: u32) -> Result<BTreeMap<usize, Row>, Overflow> {
        let pivot = &self.rows[at];
        let touched = self.touching(column);
        touched.into_iter().map(|it| Ok((it, self.rows[it].without(column, pivot)?))).collect()
    }

    fn replace(&mut self, at: usize, row: Row) {
        for (column, _) in row.entries() {
            if self.rows[at].coefficient(*column) == 0 {
                self.touching[*column as usize].push(at);
            }
        }
        self.rows[at] = row;
    }
}

/// The cells of a system, by their place in it, that have to be hidden so that no cell of `protected` follows from what
/// is published. One that follows from what can't be hidden is left to the attacker to find.
pub(crate) fn suppress(system: &System, protected: &BTreeSet<usize>) -> Result<BTreeSet<usize>, Overflow> {
    let mut residuals = Residuals::of(system, protected);
    let insiders: BTreeSet<usize> =
        protected.iter().copied().filter(|&it| system.cells[it].known_to == KnownTo::SoleContributor).collect();
    let mut secondary = BTreeSet::new();
    for (at, cell) in system.cells.iter().enumerate() {
        // A protected cell that everybody has (its own value was published once) is a fact like any other.
        if (protected.contains(&at) && !cell.is_known()) || !cell.is_seen() {
            continue;
        }
        residuals.settled[at] = Settled::Yes;
        let Some(column) = residuals.pivot(&residuals.rows[at]) else { continue };
        if !cell.is_known() && gives_away(&residuals, at, column, protected) {
            secondary.insert(at);
            continue;
        }
        let after = residuals.after(at, column)?;
        if !cell.is_known() && tells_an_insider(&residuals, &after, protected, &insiders) {
            secondary.insert(at);
            continue;
        }
        for (it, row) in after {
            residuals.replace(it, row);
        }
    }
    Ok(secondary)
}

/// Whether the cell's residual is parallel to that of a protected cell.
fn gives_away(residuals: &Residuals, at: usize, column: u32, protected: &BTreeSet<usize>) -> bool {
    let row = &residuals.rows[at];
    residuals.touching(column).iter().any(|it| protected.contains(it) && residuals.rows[*it] == *row)
}

/// Whether a person alone in a cell could subtract another protected cell once the rows are as in `after`.
fn tells_an_insider(
    residuals: &Residuals,
    after: &BTreeMap<usize, Row>,
    protected: &BTreeSet<usize>,
    insiders: &BTreeSet<usize>,
) -> bool {
    if insiders.is_empty() {
        return false;
    }
    let now = |it: usize| after.get(&it).unwrap_or(&residuals.rows[it]);
    let mut known: BTreeMap<&Row, Vec<usize>> = BTreeMap::new();
    for &insider in insiders.iter().filter(|&&it| !now(it).is_zero()) {
        known.entry(now(insider)).or_default().push(insider);
    }
    // Only what changes with this cell is its fault: two cells may have been parallel from the start.
    let fresh = |a: usize, b: usize| a != b && residuals.rows[a] != residuals.rows[b];
    let touched = after.keys().copied().filter(|it| protected.contains(it));
    let parallel = |it: usize| known.get(now(it)).is_some_and(|found| found.iter().any(|&insider| fresh(insider, it)));
    if touched.clone().any(parallel) {
        return true;
    }
    let touched_insiders = touched.filter(|it| insiders.contains(it)).collect::<Vec<_>>();
    touched_insiders.iter().any(|&insider| {
        !now(insider).is_zero() && protected.iter().any(|&it| now(it) == now(insider) && fresh(insider, it))
    })
}
