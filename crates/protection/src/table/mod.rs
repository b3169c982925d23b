//! From published columns over geographies to the cells of a system.
//!
//! A system's unknowns are the free columns at every place: relations between columns (a total and its parts, a
//! denominator and its numerator and complement) are solved exactly, totals for their parts, so that every column is a
//! sum of free ones. A cell is a column in a geography: that sum over the geography's places.

mod columns;
mod places;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::relations::{Broken, Relation, RelationError};
use crate::row::Overflow;
use crate::rule::{Rule, SmallestCount};
use crate::system::{Breakdown, Cell, Harm, History, KnownTo, Level, Part, Standing};

use columns::Combinations;
use places::Places;

/// A geography: a set of places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Geography {
    /// Its name, unique: level, code and version.
    pub name: String,
    /// Its level.
    pub level: Level,
    /// Persons living there in the policy's reference year.
    pub population: u64,
    /// The municipalities in it, by code.
    pub places: BTreeSet<String>,
}

/// How a column comes from places to geographies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rollup {
    /// Places add up. What a geography has beyond its places is of a place not known.
    Sum,
    /// Each is counted once in a geography (a doctor with two practices): places may add up to more. Inside the system
    /// the places' sum is taken, as for an attacker who knows the overlaps.
    Distinct,
}

/// When the remainder of a geography, which nobody publishes and anybody can subtract, is primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemainderRule {
    /// Never.
    Open,
    /// When it counts 1 to k - 1.
    SmallCount(SmallestCount),
    /// Always: of an amount in a place not known, nobody knows how few made it.
    Always(Rule),
}

/// A column: a number of an indicator, or of a part of its breakdown, in every geography.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name, unique: indicator, breakdown and part.
    pub name: String,
    /// Whether it is broken down.
    pub breakdown: Breakdown,
    /// Which number it is.
    pub part: Part,
    /// Whether it is public, published or only to be calculated.
    pub standing: Standing,
    /// The lowest level that is published.
    pub lowest: Level,
    /// How places add up.
    pub rollup: Rollup,
    /// Its values by geography, in `1/per` of the unit, full: a geography that is left out has no such cell.
    pub values: BTreeMap<String, i64>,
    /// The geographies that it has no row of, which says that nobody is counted there.
    pub absent: BTreeSet<String>,
    /// The geographies where it is primary, with the rule.
    pub primary: BTreeMap<String, Rule>,
    /// When it is primary in a place not known.
    pub of_remainder: RemainderRule,
    /// Whether somebody who is alone in it knows to be.
    pub one_person: KnownTo,
}

impl Column {
    /// Makes every cell primary that counts 1 to k - 1, and every cell where `beside` does: a numerator goes with a
    /// small denominator. For columns of whole counts.
    #[must_use]
    pub fn with_small_counts(mut self, k: SmallestCount, beside: Option<&Self>) -> Self {
        let small = |it: &Self, geography: &String| it.values.get(geography).is_some_and(|it| k.is_small(*it));
        for geography in self.values.keys() {
            if small(&self, geography) || beside.is_some_and(|it| small(it, geography)) {
                self.primary.insert(geography.clone(), Rule::Count(k));
            }
        }
        self.of_remainder = RemainderRule::SmallCount(k);
        self
    }
}

/// A linked group in one year.
#[derive(Debug, Clone)]
pub struct Table {
    /// The year.
    pub year: i32,
    /// All geographies, the municipalities among them, each with one place.
    pub geographies: Vec<Geography>,
    /// The names of geographies whose remainder over their places is a place of its own; they must not overlap.
    pub remainders: BTreeSet<String>,
    /// All columns.
    pub columns: Vec<Column>,
    /// What ties the columns together.
    pub relations: Vec<Relation>,
}

/// The cells of a table, ready for [`crate::System::new`].
#[derive(Debug, Clone)]
pub struct Laid {
    /// The unknowns with their values.
    pub values: BTreeMap<String, i64>,
    /// The cells.
    pub cells: Vec<Cell>,
    /// Cells in whose places no column of the group has anything: known to everybody, and outside the system.
    pub empty: BTreeSet<String>,
}

/// Why columns and geographies make no system.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// A relation names what is not there, or a number did not fit.
    #[error(transparent)]
    Relation(#[from] RelationError),
    /// A declared relation does not hold.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// A column that should add up does not: the difference is of a place that nobody named.
    #[error("{column} in {geography} is {value}, and its places add up to {sum}")]
    DoesNotAddUp {
        /// The column.
        column: String,
        /// The geography.
        geography: String,
        /// Its value.
        value: i64,
        /// The sum of its places.
        sum: i64,
    },
    /// A protected column has no counts by place, so that nothing would protect it.
    #[error("{0} is protected and has no value in any place")]
    WithoutPlaces(String),
    /// Relations solve a column for fractions of others.
    #[error("{0} follows from the others in fractions, not in whole multiples")]
    Fractions(String),
    /// A name stands twice.
    #[error("the name {0} stands twice")]
    NameTwice(String),
}

impl From<Overflow> for TableError {
    fn from(overflow: Overflow) -> Self {
        Self::Relation(RelationError::Overflow(overflow))
    }
}

/// The key of a column's cell in a geography.
pub fn cell_key(column: &str, geography: &str) -> String {
    format!("{column} @ {geography}")
}

impl Table {
    /// Lays the table out in unknowns and cells.
    ///
    /// # Errors
    /// Whatever makes it none, see [`TableError`].
    pub fn lay(&self) -> Result<Laid, TableError> {
        self.named_once()?;
        let places = Places::of(self)?;
        let combinations = Combinations::of(self)?;
        combinations.hold(self, &places)?;
        for column in self.columns.iter().filter(|it| !it.primary.is_empty()) {
            let everywhere = self
                .geographies
                .iter()
                .all(|it| it.level != Level::Municipality || !column.values.contains_key(&it.name));
            if everywhere && places.remainders().next().is_none() {
                return Err(TableError::WithoutPlaces(column.name.clone()));
            }
        }
        let live: BTreeSet<&str> =
            places.all().filter(|place| self.columns.iter().any(|it| places.value(it, place) != 0)).collect();
        let unknown = |column: &str, place: &str| format!("{column} in {place}");
        let mut laid = Laid { values: BTreeMap::new(), cells: Vec::new(), empty: BTreeSet::new() };
        // What everybody knows to be nothing is no unknown: a part and its whole are one cell where the others are nothing.
        let mut unknowns: BTreeSet<(&str, &str)> = BTreeSet::new();
        for column in self.columns.iter().filter(|it| combinations.is_free(&it.name)) {
            let present = live.iter().filter(|it| !places.is_absent(column, it));
            unknowns.extend(present.map(|it| (column.name.as_str(), *it)));
            let of_column = unknowns.range((column.name.as_str(), "")..).take_while(|it| it.0 == column.name);
            laid.values.extend(of_column.map(|it| (unknown(it.0, it.1), places.value(column, it.1))));
        }
        for column in &self.columns {
            let within = self.geographies.iter().filter(|it| column.values.contains_key(&it.name));
            for geography in within.cloned().chain(places.as_geographies()) {
                let key = cell_key(&column.name, &geography.name);
                if column.absent.contains(&geography.name) {
                    laid.empty.insert(key);
                    continue;
                }
                let mut sum = Vec::new();
                for place in places.within(&geography).filter(|it| live.contains(it)) {
                    let known = combinations.of_column(&column.name).filter(|it| unknowns.contains(&(it.0, place)));
                    sum.extend(known.map(|(free, times)| (unknown(free, place), times)));
                }
                if sum.is_empty() {
                    laid.empty.insert(key);
                    continue;
                }
                laid.cells.push(self.cell(column, &geography, key, sum, &places));
            }
        }
        Ok(laid)
    }

    fn cell(
        &self,
        column: &Column,
        geography: &Geography,
        key: String,
        sum: Vec<(String, i64)>,
        places: &Places,
    ) -> Cell {
        let is_remainder = places.is_remainder(&geography.name);
        let standing = match column.standing {
            // Nobody publishes what is in a place not known, nor what lies below the lowest level.
            _ if is_remainder => Standing::Unpublished,
            Standing::Published if geography.level > column.lowest => Standing::Unpublished,
            it => it,
        };
        let value =
            column.values.get(&geography.name).copied().unwrap_or_else(|| places.value(column, &geography.name));
        let primary = match column.of_remainder {
            _ if !is_remainder => column.primary.get(&geography.name).copied(),
            RemainderRule::SmallCount(k) if k.is_small(value) => Some(Rule::Count(k)),
            RemainderRule::Always(rule) if value > 0 => Some(rule),
            RemainderRule::Open | RemainderRule::SmallCount(_) | RemainderRule::Always(_) => None,
        };
        let one = value == 1 && primary.is_some();
        Cell {
            key,
            sum,
            standing,
            harm: Harm {
                level: geography.level,
                breakdown: column.breakdown,
                part: column.part,
                population: Reverse(geography.population),
            },
            primary: primary.filter(|_| column.standing != Standing::Public),
            history: History::New,
            known_to: if one { column.one_person } else { KnownTo::Nobody },
        }
    }

    fn named_once(&self) -> Result<(), TableError> {
        let names = self.columns.iter().map(|it| (1, &it.name)).chain(self.geographies.iter().map(|it| (2, &it.name)));
        let mut seen = BTreeSet::new();
        for name in names {
            if !seen.insert(name) {
                return Err(TableError::NameTwice(name.1.clone()));
            }
        }
        Ok(())
    }
}
