//! Relations that hold in every cell: what ties columns together, whether anybody declared it or not.
//!
//! An attacker needs no declaration to subtract. So relations are looked for in the numbers, what is found is held
//! against what is declared, and columns that hang together go into one system.

mod find;
mod span;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::row::{Overflow, Row};

pub use find::{Found, Threshold};
pub(crate) use span::Span;

/// Where a value stands: the same geographies and years for every column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The year of the figure.
    pub year: i32,
    /// The geography, with its level and version.
    pub geography: String,
}

/// Columns over the same places, full: what a column does not have somewhere is 0 there.
#[derive(Debug, Clone)]
pub struct Grid {
    places: Vec<Place>,
    columns: BTreeMap<String, Vec<i64>>,
}

/// A relation between columns, by their names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// Two columns are the same: hidden in one, hidden in both.
    Equal(String, String),
    /// One column is the sum of others. A complement is one: denominator = numerator + complement; so is a difference.
    Sum {
        /// The sum.
        total: String,
        /// Its parts.
        parts: BTreeSet<String>,
    },
    /// Two sums are the same: those in either of two groups and those in both are together the two groups.
    Balance {
        /// One of them.
        left: BTreeSet<String>,
        /// The other.
        right: BTreeSet<String>,
    },
    /// One column is nowhere more than another: their difference is a count of its own, and somebody may be in it.
    Nested {
        /// The larger.
        outer: String,
        /// The smaller.
        inner: String,
    },
}

impl Relation {
    /// The columns that it is about.
    pub fn columns(&self) -> impl Iterator<Item = &String> {
        let (left, right) = self.sides();
        left.into_iter().chain(right)
    }

    /// The columns of either side.
    fn sides(&self) -> (Vec<&String>, Vec<&String>) {
        match self {
            Self::Equal(a, b) => (vec![a], vec![b]),
            Self::Sum { total, parts } => (vec![total], parts.iter().collect()),
            Self::Balance { left, right } => (left.iter().collect(), right.iter().collect()),
            Self::Nested { outer, inner } => (vec![outer], vec![inner]),
        }
    }

    /// How it fails in a place where a column has a value; `None` where it holds.
    pub(crate) fn broken_at(&self, geography: &str, year: i32, value: impl Fn(&str) -> i64) -> Option<Broken> {
        let sum = |side: Vec<&String>| side.into_iter().fold(0, |sum: i64, it| sum.saturating_add(value(it)));
        let (left, right) = self.sides();
        let (left, right) = (sum(left), sum(right));
        let holds = match self {
            Self::Nested { .. } => left >= right,
            Self::Equal(..) | Self::Sum { .. } | Self::Balance { .. } => left == right,
        };
        (!holds).then(|| Broken { relation: self.clone(), geography: geography.to_owned(), year, left, right })
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum = |side: Vec<&String>| side.into_iter().map(String::as_str).collect::<Vec<_>>().join(" + ");
        let (left, right) = self.sides();
        let sign = if matches!(self, Self::Nested { .. }) { ">=" } else { "=" };
        write!(f, "{} {sign} {}", sum(left), sum(right))
    }
}

/// A declared relation that does not hold: data or declaration is wrong, and the group would fall apart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{relation} does not hold in {geography}, {year}: {left} and {right}")]
pub struct Broken {
    /// The relation.
    pub relation: Relation,
    /// The first place where it does not hold.
    pub geography: String,
    /// And the year.
    pub year: i32,
    /// The value of its left side there.
    pub left: i64,
    /// The value of its right side there.
    pub right: i64,
}

/// What is wrong with columns and what is said of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RelationError {
    /// A column that does not have a value for every place.
    #[error("the column {column} has {values} values for {places} places")]
    NotFull {
        /// Its name.
        column: String,
        /// How many values it has.
        values: usize,
        /// How many places there are.
        places: usize,
    },
    /// A relation names what is not there.
    #[error("{relation} names the column {column}, which is not there")]
    NoSuchColumn {
        /// The relation.
        relation: Relation,
        /// The name.
        column: String,
    },
    /// A number did not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl Grid {
    /// Columns over places.
    ///
    /// # Errors
    /// [`RelationError::NotFull`].
    pub fn new(places: Vec<Place>, columns: BTreeMap<String, Vec<i64>>) -> Result<Self, RelationError> {
        if let Some((column, values)) = columns.iter().find(|it| it.1.len() != places.len()) {
            let (column, values) = (column.clone(), values.len());
            return Err(RelationError::NotFull { column, values, places: places.len() });
        }
        Ok(Self { places, columns })
    }

    /// The declared relations that do not hold, each with the first place that shows it.
    ///
    /// # Errors
    /// [`RelationError::NoSuchColumn`].
    pub fn broken(&self, declared: &[Relation]) -> Result<Vec<Broken>, RelationError> {
        let mut broken = Vec::new();
        for relation in declared {
            if let Some(column) = relation.columns().find(|it| !self.columns.contains_key(*it)) {
                let (relation, column) = (relation.clone(), column.clone());
                return Err(RelationError::NoSuchColumn { relation, column });
            }
            let fails = self.places.iter().enumerate().find_map(|(at, place)| {
                let value = |column: &str| self.columns.get(column).map_or(0, |it| it[at]);
                relation.broken_at(&place.geography, place.year, value)
            });
            broken.extend(fails);
        }
        Ok(broken)
    }

    /// Relations in the numbers that do not follow from the declared ones.
    ///
    /// # Errors
    /// [`RelationError::Overflow`].
    pub fn undeclared(&self, declared: &[Relation], threshold: Threshold) -> Result<Vec<Relation>, RelationError> {
        let mut span = Span::default();
        let index = self.index();
        for relation in declared {
            if let Some(row) = row(relation, &index)? {
                span.insert(row)?;
            }
        }
        let mut undeclared = Vec::new();
        for relation in self.find(threshold).relations {
            if let Some(row) = row(&relation, &index)?
                && span.insert(row)?
            {
                undeclared.push(relation);
            }
        }
        Ok(undeclared)
    }

    /// Pairs of counts of the same population of which one is nowhere more than the other, with the number of places
    /// where somebody, but fewer than `k`, is between them. `populations` says which columns are of the same one.
    pub fn nested(&self, populations: &[BTreeSet<String>], k: i64) -> Vec<(Relation, usize)> {
        let mut nested = Vec::new();
        for names in populations {
            let columns = || names.iter().filter_map(|it| Some((it, self.columns.get(it)?)));
            for (outer, large) in columns() {
                for (inner, small) in columns().filter(|it| it.0 != outer) {
                    let differences = || large.iter().zip(small).map(|(a, b)| a.saturating_sub(*b));
                    if small.iter().all(|it| *it == 0) || large == small || differences().any(|it| it < 0) {
                        continue;
                    }
                    let few = differences().filter(|it| 0 < *it && *it < k).count();
                    nested.push((Relation::Nested { outer: outer.clone(), inner: inner.clone() }, few));
                }
            }
        }
        nested
    }

    fn index(&self) -> BTreeMap<&str, u32> {
        self.columns.keys().map(String::as_str).zip(0..).collect()
    }
}

/// A relation as a row that is 0 everywhere; `None` for one that is no equation.
pub(crate) fn row(relation: &Relation, index: &BTreeMap<&str, u32>) -> Result<Option<Row>, RelationError> {
    let column = |name: &String| {
        let missing = || RelationError::NoSuchColumn { relation: relation.clone(), column: name.clone() };
        index.get(name.as_str()).copied().ok_or_else(missing)
    };
    if matches!(relation, Relation::Nested { .. }) {
        return Ok(None);
    }
    let (left, right) = relation.sides();
    let mut entries = Vec::with_capacity(left.len() + right.len());
    for (side, sign) in [(left, 1), (right, -1)] {
        for name in side {
            entries.push((column(name)?, sign));
        }
    }
    Ok(Some(Row::new(entries)?))
}

/// Groups of columns that hang together and hold a protected one: each becomes a system of its own.
///
/// A column that is never hidden ties nothing together: what is known of it is known in every group.
pub fn linked(
    relations: &[Relation],
    protected: &BTreeSet<String>,
    never_hidden: &BTreeSet<String>,
) -> Vec<BTreeSet<String>> {
    let mut group_of: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: Vec<BTreeSet<String>> = Vec::new();
    let alone = protected.iter().map(|it| BTreeSet::from([it.clone()]));
    let tied = relations.iter().map(|it| it.columns().cloned().collect());
    for columns in alone.chain(tied) {
        let columns: BTreeSet<String> = columns.difference(never_hidden).cloned().collect();
        let joined: BTreeSet<usize> = columns.iter().filter_map(|it| group_of.get(it).copied()).collect();
        let mut group = columns;
        for at in joined {
            group.append(&mut groups[at]);
        }
        group_of.extend(group.iter().map(|it| (it.clone(), groups.len())));
        groups.push(group);
    }
    let mut groups: Vec<BTreeSet<String>> = groups.into_iter().filter(|it| !it.is_disjoint(protected)).collect();
    groups.sort();
    groups
}
