//! Equations between columns, solved exactly.

use std::collections::BTreeMap;

use crate::row::{Overflow, Row};

/// The equations that follow from some: rows in echelon form, each by the column that it is solved for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Span {
    rows: BTreeMap<u32, Row>,
}

impl Span {
    /// Adds an equation, solved for its first column; whether it said anything new.
    pub(crate) fn insert(&mut self, row: Row) -> Result<bool, Overflow> {
        self.insert_by(row, u32::cmp)
    }

    /// Adds an equation, solved for the least column in an order, and puts it into the others.
    pub(crate) fn insert_by(
        &mut self,
        row: Row,
        order: impl Fn(&u32, &u32) -> std::cmp::Ordering,
    ) -> Result<bool, Overflow> {
        let mut row = row.normalised();
        let solved: Vec<u32> = row.entries().iter().map(|it| it.0).filter(|it| self.rows.contains_key(it)).collect();
        for column in solved {
            row = row.without(column, &self.rows[&column])?;
        }
        let Some(pivot) = row.entries().iter().map(|it| it.0).min_by(&order) else { return Ok(false) };
        for other in self.rows.values_mut().filter(|it| it.coefficient(pivot) != 0) {
            *other = other.without(pivot, &row)?;
        }
        self.rows.insert(pivot, row);
        Ok(true)
    }

    /// A column in terms of those that are not solved for: their factors, with what the column itself is multiplied
    /// by. `None` if it is one of them.
    pub(crate) fn solved(&self, column: u32) -> Option<(i128, Vec<(u32, i128)>)> {
        let row = self.rows.get(&column)?;
        let others = row.entries().iter().filter(|it| it.0 != column);
        Some((row.coefficient(column), others.map(|it| (it.0, -it.1)).collect()))
    }
}
