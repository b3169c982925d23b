//! Columns in terms of free ones.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::places::Places;
use super::{Column, Table, TableError};
use crate::relations::{Span, row};

/// Every column as a whole combination of free columns.
#[derive(Debug)]
pub(super) struct Combinations {
    by_column: BTreeMap<String, Vec<(String, i64)>>,
}

impl Combinations {
    /// Solves the relations exactly, the largest column first, so that totals follow from parts and parts are free.
    ///
    /// # Errors
    /// [`TableError::Fractions`], [`TableError::Relation`].
    pub(super) fn of(table: &Table) -> Result<Self, TableError> {
        let names: BTreeMap<&str, u32> = table.columns.iter().map(|it| it.name.as_str()).zip(0..).collect();
        let size = |it: &Column| it.values.values().map(|it| i128::from(*it)).sum::<i128>();
        let sizes: Vec<i128> = table.columns.iter().map(size).collect();
        let rank = |it: u32| (Reverse(sizes[it as usize]), it);
        let mut span = Span::default();
        for relation in &table.relations {
            if let Some(row) = row(relation, &names)? {
                span.insert_by(row, |a, b| rank(*a).cmp(&rank(*b)))?;
            }
        }
        let name = |it: u32| table.columns[it as usize].name.clone();
        let mut by_column = BTreeMap::new();
        for at in names.values().copied() {
            let combination = match span.solved(at) {
                None => vec![(name(at), 1)],
                Some((own, others)) => {
                    let whole = |(free, times): (u32, i128)| {
                        let exact = (times % own == 0).then_some(times / own).and_then(|it| i64::try_from(it).ok());
                        exact.map(|it| (name(free), it)).ok_or_else(|| TableError::Fractions(name(at)))
                    };
                    others.into_iter().map(whole).collect::<Result<_, _>>()?
                }
            };
            by_column.insert(name(at), combination);
        }
        Ok(Self { by_column })
    }

    pub(super) fn is_free(&self, column: &str) -> bool {
        self.by_column.get(column).is_some_and(|it| matches!(it.as_slice(), [(own, 1)] if own == column))
    }

    /// The free columns that a column sums.
    pub(super) fn of_column(&self, column: &str) -> impl Iterator<Item = (&str, i64)> {
        self.by_column.get(column).into_iter().flatten().map(|it| (it.0.as_str(), it.1))
    }

    /// Holds every relation in every place; so every column is its combination there.
    ///
    /// # Errors
    /// [`TableError::Broken`] with the declared relation that fails there.
    pub(super) fn hold(&self, table: &Table, places: &Places) -> Result<(), TableError> {
        let by_name: BTreeMap<&str, &Column> = table.columns.iter().map(|it| (it.name.as_str(), it)).collect();
        for relation in &table.relations {
            for place in places.all() {
                let value = |name: &str| by_name.get(name).map_or(0, |it| places.value(it, place));
                if let Some(broken) = relation.broken_at(place, table.year, value) {
                    return Err(broken.into());
                }
            }
        }
        Ok(())
    }
}
