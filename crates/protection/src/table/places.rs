//! Places: the municipalities, and what a region has beyond them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Column, Geography, Rollup, Table, TableError};
use crate::system::Level;

/// What a remainder's name begins with.
const REMAINDER: &str = "?";

/// The places of a table, with the value of every column in them.
#[derive(Debug)]
pub(super) struct Places {
    /// Places of every geography, remainders among them.
    within: BTreeMap<String, BTreeSet<String>>,
    /// The geography that has a place for itself.
    municipality: BTreeMap<String, String>,
    /// Values of remainders: by place and column.
    remainders: BTreeMap<String, BTreeMap<String, i64>>,
}

impl Places {
    /// # Errors
    /// [`TableError::DoesNotAddUp`].
    pub(super) fn of(table: &Table) -> Result<Self, TableError> {
        let within: BTreeMap<String, BTreeSet<String>> =
            table.geographies.iter().map(|it| (it.name.clone(), it.places.clone())).collect();
        let own = table.geographies.iter().filter(|it| it.level == Level::Municipality);
        let municipality = own.flat_map(|it| it.places.iter().map(|place| (place.clone(), it.name.clone()))).collect();
        let mut places = Self { within, municipality, remainders: BTreeMap::new() };
        for geography in table.geographies.iter().filter(|it| table.remainders.contains(&it.name)) {
            places.take_remainder(table, geography)?;
        }
        for column in table.columns.iter().filter(|it| it.rollup == Rollup::Sum) {
            for geography in &table.geographies {
                let Some(&value) = column.values.get(&geography.name) else { continue };
                let sum = places.sum(column, &geography.name);
                if sum != value {
                    let (column, geography) = (column.name.clone(), geography.name.clone());
                    return Err(TableError::DoesNotAddUp { column, geography, value, sum });
                }
            }
        }
        Ok(places)
    }

    /// What a geography has beyond its places becomes a place in it and in all that hold it.
    fn take_remainder(&mut self, table: &Table, geography: &Geography) -> Result<(), TableError> {
        let mut rest = BTreeMap::new();
        for column in table.columns.iter().filter(|it| it.rollup == Rollup::Sum) {
            let Some(&value) = column.values.get(&geography.name) else { continue };
            let sum = self.sum(column, &geography.name);
            if value < sum {
                let (column, geography) = (column.name.clone(), geography.name.clone());
                return Err(TableError::DoesNotAddUp { column, geography, value, sum });
            }
            if value > sum {
                rest.insert(column.name.clone(), value - sum);
            }
        }
        if rest.is_empty() {
            return Ok(());
        }
        let place = format!("{REMAINDER}{}", geography.name);
        for around in table.geographies.iter().filter(|it| it.level < Level::HealthCouncil) {
            if around.places.is_superset(&geography.places) {
                self.within.entry(around.name.clone()).or_default().insert(place.clone());
            }
        }
        self.remainders.insert(place, rest);
        Ok(())
    }

    /// All places, remainders among them.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        let all: BTreeSet<&str> = self.within.values().flatten().map(String::as_str).collect();
        all.into_iter()
    }

    /// The places that are remainders.
    pub(super) fn remainders(&self) -> impl Iterator<Item = &str> {
        self.remainders.keys().map(String::as_str)
    }

    pub(super) fn is_remainder(&self, name: &str) -> bool {
        self.remainders.contains_key(name)
    }

    /// Remainders as geographies of their own, of the lowest level and without residents.
    pub(super) fn as_geographies(&self) -> impl Iterator<Item = Geography> {
        self.remainders.keys().map(|it| Geography {
            name: it.clone(),
            level: Level::Municipality,
            population: 0,
            places: BTreeSet::from([it.clone()]),
        })
    }

    /// The places of a geography.
    pub(super) fn within<'a>(&'a self, geography: &'a Geography) -> impl Iterator<Item = &'a str> {
        self.within.get(&geography.name).unwrap_or(&geography.places).iter().map(String::as_str)
    }

    /// Whether a column has no row of a place.
    pub(super) fn is_absent(&self, column: &Column, place: &str) -> bool {
        self.municipality.get(place).is_some_and(|it| column.absent.contains(it))
    }

    /// A column's value in a place; 0 where it has none.
    pub(super) fn value(&self, column: &Column, place: &str) -> i64 {
        if let Some(rest) = self.remainders.get(place) {
            return rest.get(&column.name).copied().unwrap_or(0);
        }
        self.municipality.get(place).and_then(|it| column.values.get(it)).copied().unwrap_or(0)
    }

    fn sum(&self, column: &Column, geography: &str) -> i64 {
        let places = self.within.get(geography).into_iter().flatten();
        places.fold(0, |sum: i64, it| sum.saturating_add(self.value(column, it)))
    }
}
