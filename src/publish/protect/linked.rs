//! A year's columns, group by group: what hangs together is protected together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use maaltal_protection::attack::{AttackError, Attacker};
use maaltal_protection::relations::{Relation, linked};
use maaltal_protection::table::{Column, Geography, RemainderRule, Rollup, Table, cell_key};
use maaltal_protection::versions::{Version, recall};
use maaltal_protection::{Level, Numbers, Part, ProtectError, Rounds, Rule, Standing, System};

use super::columns::{Columns, column_name};
use super::figures::{Figure, Figures, OfYear, PER, Place, Series};
use crate::engine::beside;
use crate::publish::{Fault, PublishError};

/// A group of columns in a year, laid out as one system.
#[derive(Debug, Hash)]
pub(super) struct Group {
    /// The first of its protected columns, which it goes by in messages.
    pub(super) name: String,
    system: System,
    /// The figure's number that a cell is.
    pub(super) numbers: BTreeMap<String, (Series, Part, Place)>,
}

impl Group {
    /// Protected cells that anybody has, by their keys.
    pub(super) fn open_to_all(&self) -> impl Iterator<Item = &str> {
        self.system.open_to_all()
    }
}

/// What becomes of the cells of a group that are not simply published, by their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pattern {
    /// Those that are hidden.
    pub(super) hidden: BTreeSet<String>,
    /// Those that tell of a few and that an earlier version published.
    pub(super) known_before: BTreeSet<String>,
}

/// What earlier versions show of a figure: the figures themselves, of the same year.
pub(super) type Earlier<'a> = Vec<&'a OfYear>;

/// Lays out the groups of a year that hold something protected.
pub(super) fn groups(
    year: i32,
    columns: &Columns,
    found: &[Relation],
    geographies: &BTreeMap<Place, Geography>,
    series: &BTreeSet<Series>,
    earlier: &Earlier<'_>,
) -> Result<Vec<Group>, Fault> {
    let is_there = |it: &&Relation| it.columns().all(|name| columns.by_name.contains_key(name));
    let relations: Vec<Relation> = columns.relations.iter().chain(found.iter().filter(is_there)).cloned().collect();
    let never_hidden = names(columns, |it| it.standing == Standing::Public);
    let hidden_before = hidden_before(series, earlier);
    let protected = names(columns, |it| {
        it.standing != Standing::Public && (!it.primary.is_empty() || hidden_before.contains(&it.name))
    });
    let laying = Laying { year, columns, relations, geographies, series, earlier };
    linked(&laying.relations, &protected, &never_hidden).into_iter().map(|group| laying.group(&group)).collect()
}

fn names(columns: &Columns, of: impl Fn(&Column) -> bool) -> BTreeSet<String> {
    columns.by_name.values().filter(|it| of(it)).map(|it| it.name.clone()).collect()
}

/// The columns of which an earlier version hid a number.
fn hidden_before(series: &BTreeSet<Series>, earlier: &Earlier<'_>) -> BTreeSet<String> {
    let is_hidden = |it: &&Series| {
        earlier.iter().any(|year| year.get(*it).is_some_and(|places| places.values().any(|it| it.is_hidden)))
    };
    let parts = [Part::Numerator, Part::Denominator];
    series.iter().filter(is_hidden).flat_map(|it| parts.map(|part| column_name(it, part))).collect()
}

struct Laying<'a> {
    year: i32,
    columns: &'a Columns,
    relations: Vec<Relation>,
    geographies: &'a BTreeMap<Place, Geography>,
    series: &'a BTreeSet<Series>,
    earlier: &'a Earlier<'a>,
}

impl Laying<'_> {
    fn group(&self, group: &BTreeSet<String>) -> Result<Group, Fault> {
        let name = group.first().cloned().unwrap_or_default();
        let at = |why: String| Fault::Group { year: self.year, group: name.clone(), why };
        let is_tied = |it: &&Relation| it.columns().any(|column| group.contains(column));
        let relations: Vec<Relation> = self.relations.iter().filter(is_tied).cloned().collect();
        let tied = relations.iter().flat_map(Relation::columns).cloned();
        let names: BTreeSet<String> = group.iter().cloned().chain(tied).collect();
        let mut columns: Vec<Column> = names.iter().filter_map(|it| self.columns.by_name.get(it)).cloned().collect();
        let numbers = numbers(&mut columns);
        let remainders = self.remainders(&mut columns);
        let geographies = self.geographies.values().cloned().collect();
        let table = Table { year: self.year, geographies, remainders, columns, relations };
        let mut laid = table.lay().map_err(|error| at(error.to_string()))?;
        let keys = self.keys(&names);
        let per = match numbers {
            Numbers::Whole => i64::from(PER),
            Numbers::Decimal { .. } => 1,
        };
        let value = |places: &BTreeMap<Place, Figure>, part: Part, place: &Place| {
            let figure = places.get(place)?;
            let number = if part == Part::Denominator { figure.denominator } else { figure.numerator };
            Some((number.map(|it| it / per), figure.is_hidden))
        };
        let mut versions = Vec::new();
        for year in self.earlier {
            let mut version = Version::default();
            for (key, (series, part, place)) in &keys {
                match year.get(series).and_then(|places| value(places, *part, place)) {
                    Some((Some(number), _)) => drop(version.published.insert(key.clone(), number)),
                    Some((None, true)) => drop(version.hidden.insert(key.clone())),
                    Some((None, false)) | None => {}
                }
            }
            versions.push(version);
        }
        let values: BTreeMap<String, i64> = table
            .columns
            .iter()
            .flat_map(|it| it.values.iter().map(|(at, value)| (cell_key(&it.name, at), *value)))
            .collect();
        recall(&versions, &mut laid.cells, |cell| values.get(&cell.key).copied().unwrap_or_default());
        let system = System::new(numbers, &laid.values, laid.cells).map_err(|error| at(error.to_string()))?;
        Ok(Group { name, system, numbers: keys })
    }

    /// The cells of the columns that are numbers of figures.
    fn keys(&self, names: &BTreeSet<String>) -> BTreeMap<String, (Series, Part, Place)> {
        let mut keys = BTreeMap::new();
        for series in self.series {
            for part in [Part::Numerator, Part::Denominator] {
                let name = column_name(series, part);
                if !names.contains(&name) {
                    continue;
                }
                for place in self.geographies.keys() {
                    keys.insert(cell_key(&name, &place.to_string()), (series.clone(), part, place.clone()));
                }
            }
        }
        keys
    }

    /// Columns that no municipality has are of regions: each region of one version is a place of its own. Of what is published
    /// for the country alone, only that is left beside them, as their sum.
    fn remainders(&self, columns: &mut [Column]) -> BTreeSet<String> {
        let of_level = |level: Level| {
            let places = self.geographies.iter().filter(move |it| it.0.level == level);
            places.map(|(place, geography)| (&place.version, &geography.name))
        };
        let version = of_level(Level::Region).map(|it| it.0).min();
        let regions: BTreeSet<&String> =
            of_level(Level::Region).filter(|it| Some(it.0) == version).map(|it| it.1).collect();
        let country: BTreeSet<&String> = of_level(Level::Country).map(|it| it.1).collect();
        let mut remainders = BTreeSet::new();
        let is_of_regions =
            |it: &&mut Column| of_level(Level::Municipality).all(|(_, name)| !it.values.contains_key(name));
        for column in columns.iter_mut().filter(is_of_regions) {
            let own: BTreeMap<String, i64> =
                column.values.iter().filter(|it| regions.contains(it.0)).map(|it| (it.0.clone(), *it.1)).collect();
            remainders.extend(own.keys().cloned());
            if column.lowest == Level::Country {
                let sum = own.values().sum();
                column.values = own;
                column.values.extend(country.iter().map(|name| ((*name).clone(), sum)));
                column.primary.retain(|name, _| column.values.contains_key(name));
            }
            column.rollup = Rollup::Sum;
        }
        remainders
    }
}

/// What the numbers of a group are: whole ones are told from amounts, since an attacker knows that they are whole.
fn numbers(columns: &mut [Column]) -> Numbers {
    let per = i64::from(PER);
    if columns.iter().flat_map(|it| it.values.values()).any(|it| it % per != 0) {
        return Numbers::Decimal { per: PER };
    }
    for column in columns {
        column.values.values_mut().for_each(|it| *it /= per);
        if let RemainderRule::Always(Rule::Count(k)) = column.of_remainder {
            column.of_remainder = RemainderRule::SmallCount(k);
        }
    }
    Numbers::Whole
}

impl Group {
    /// Decides what is hidden.
    pub(super) fn protect(&self, year: i32, rounds: Rounds) -> Result<Pattern, Fault> {
        let protected = self.system.protect(rounds);
        let at = |error: ProtectError| Fault::Group { year, group: self.name.clone(), why: error.to_string() };
        let found = protected.map_err(at)?;
        Ok(Pattern { hidden: found.hidden.into_keys().collect(), known_before: found.known_before })
    }

    /// The figures that tell of a few and that an attacker finds out who knows the numbers that are `shown`, what earlier versions
    /// published, and what is public. By name alone: an interval would give away what it is to keep.
    pub(super) fn attacked(
        &self,
        year: i32,
        shown: impl Fn(&(Series, Part, Place)) -> bool,
    ) -> Result<Vec<String>, Fault> {
        let failed = |error: AttackError| Fault::Group { year, group: self.name.clone(), why: error.to_string() };
        let seen = self.numbers.iter().filter(|(_, number)| shown(number)).map(|(key, _)| key.as_str());
        let knowledge = self.system.knowledge_of(seen);
        let report = Attacker::new(&knowledge).and_then(|mut it| it.run(&self.system.targets())).map_err(failed)?;
        Ok(report.findings.into_iter().map(|finding| format!("{year}: {}", finding.target)).collect())
    }
}

/// The figures of a year's groups that tell of a few, and that an attacker finds out who sees what is `shown`.
pub(super) async fn given_away(
    year: i32,
    groups: &Arc<Vec<Group>>,
    shown: &Arc<Figures>,
) -> Result<Vec<String>, PublishError> {
    let (groups, shown) = (Arc::clone(groups), Arc::clone(shown));
    let work = async move {
        let mut given_away = Vec::new();
        for group in groups.iter() {
            given_away.extend(group.attacked(year, |(series, part, place)| {
                shown.get(year, series, place).is_some_and(|figure| figure.number(*part).is_some())
            })?);
        }
        Ok(given_away)
    };
    apart(work).await
}

/// What a computation of its own says, beside those that wait for the store.
pub(super) async fn apart<T: Send + 'static>(
    work: impl Future<Output = Result<T, Fault>> + Send + 'static,
) -> Result<T, PublishError> {
    let ended = beside(work).await.map_err(|error| PublishError::Protection(Fault::ended(&error)))?;
    ended.map_err(PublishError::Protection)
}
