//! The figures of a year as columns over geographies: numerator, denominator and complement of every series, with what is
//! protected of each.

use std::collections::{BTreeMap, BTreeSet};

use maaltal_protection::relations::Relation;
use maaltal_protection::table::{Column, RemainderRule, Rollup};
use maaltal_protection::{Breakdown, Concentration, Contributions, KnownTo, Level, Part, Rule, Standing};

use super::figures::{Figure, OfYear, PER, Place, Series};
use crate::definition::{Disclosure, Family, FamilyRule, Guarded};

/// A year's columns, by name, with what ties them together.
pub(super) struct Columns {
    pub(super) by_name: BTreeMap<String, Column>,
    pub(super) relations: Vec<Relation>,
}

/// What the columns of a year are made of.
pub(super) struct Year<'a> {
    policy: &'a Disclosure,
    figures: &'a OfYear,
    geographies: Vec<Named<'a>>,
    /// Who made the amounts.
    makers: &'a BTreeMap<(Series, Place), Contributions>,
}

/// A geography under the name that columns have for it.
struct Named<'a> {
    place: &'a Place,
    name: String,
    /// The names of its municipalities.
    municipalities: Vec<String>,
}

/// The name of a column: a series, and which of its numbers.
pub(super) fn column_name(series: &Series, part: Part) -> String {
    let part = match part {
        Part::Numerator => "numerator",
        Part::Denominator => "denominator",
        Part::Complement => "complement",
    };
    format!("{series}.{part}")
}

impl<'a> Year<'a> {
    /// The year's figures over its geographies, each with its municipalities.
    pub(super) fn new(
        policy: &'a Disclosure,
        figures: &'a OfYear,
        members: &'a BTreeMap<Place, BTreeSet<String>>,
        makers: &'a BTreeMap<(Series, Place), Contributions>,
    ) -> Self {
        let municipality = |code: &String| {
            let place = Place { level: Level::Municipality, code: code.clone(), version: Series::ALL.to_owned() };
            place.to_string()
        };
        let named = |(place, codes): (&'a Place, &BTreeSet<String>)| Named {
            place,
            name: place.to_string(),
            municipalities: codes.iter().map(municipality).collect(),
        };
        Self { policy, figures, geographies: members.iter().map(named).collect(), makers }
    }

    pub(super) fn columns(&self) -> Columns {
        let mut columns = Columns { by_name: BTreeMap::new(), relations: Vec::new() };
        for (series, figures) in self.figures {
            let Some(family) = self.policy.family(&series.indicator) else { continue };
            let values = |number: &dyn Fn(&Place) -> Option<i64>| self.full(figures, number);
            let absent = self.geographies.iter().filter(|it| !figures.contains_key(it.place));
            let absent: BTreeSet<String> = absent.map(|it| it.name.clone()).collect();
            let mut add = |column: Column| {
                columns.by_name.insert(column.name.clone(), Column { absent: absent.clone(), ..column })
            };
            let numerator = values(&|place| figures.get(place)?.numerator);
            let denominator = values(&|place| figures.get(place)?.denominator);
            let complement = complement(&numerator, &denominator);
            if numerator.is_empty() {
                continue;
            }
            let numerator = self.numerator(series, family, numerator, &denominator);
            let name = numerator.name.clone();
            add(numerator);
            if denominator.is_empty() {
                continue;
            }
            let denominator = self.denominator(series, family, denominator);
            let total = denominator.name.clone();
            add(denominator);
            let is_count = matches!(family.rule, FamilyRule::Count { .. });
            if let Some(values) = complement.filter(|_| is_count) {
                let complement = self.complement(series, family, values);
                let parts = BTreeSet::from([name, complement.name.clone()]);
                columns.relations.push(Relation::Sum { total, parts });
                add(complement);
            }
        }
        let (declared, differences) = self.declared(&columns);
        differences.into_iter().for_each(|it| drop(columns.by_name.insert(it.name.clone(), it)));
        columns.relations.extend(declared);
        let partitions = self.partitions(&columns);
        columns.relations.extend(partitions);
        self.parts_go_first(&mut columns);
        columns
    }

    /// A part of another indicator is hidden before the whole is, as parts of a breakdown are.
    fn parts_go_first(&self, columns: &mut Columns) {
        let is_part = |series: &Series| {
            let numerator = column_name(series, Part::Numerator);
            let is_sum_of_it = |it: &Relation| matches!(it, Relation::Sum { parts, .. } if parts.contains(&numerator));
            self.policy.relations.iter().any(is_sum_of_it)
        };
        for series in self.figures.keys().filter(|it| is_part(it)) {
            for part in [Part::Numerator, Part::Denominator, Part::Complement] {
                if let Some(column) = columns.by_name.get_mut(&column_name(series, part)) {
                    column.breakdown = Breakdown::Part;
                }
            }
        }
    }

    /// The values of a column. Where a series has figures of municipalities, one without a row has none of what is counted:
    /// its absence says so.
    fn full(&self, figures: &BTreeMap<Place, Figure>, number: &dyn Fn(&Place) -> Option<i64>) -> BTreeMap<String, i64> {
        let has_municipalities = figures.keys().any(|it| it.level == Level::Municipality && number(it).is_some());
        let value = |place: &Place| match figures.contains_key(place) {
            true => number(place),
            false => has_municipalities.then_some(0),
        };
        self.geographies.iter().filter_map(|it| Some((it.name.clone(), value(it.place)?))).collect()
    }

    fn column(&self, series: &Series, part: Part, values: BTreeMap<String, i64>) -> Column {
        let name = column_name(series, part);
        Column {
            rollup: self.rollup(&values),
            name,
            breakdown: if series.is_all() { Breakdown::All } else { Breakdown::Part },
            part,
            standing: Standing::Published,
            lowest: self.policy.lowest(&series.indicator, &series.dimension),
            values,
            absent: BTreeSet::new(),
            primary: BTreeMap::new(),
            of_remainder: RemainderRule::Open,
            one_person: KnownTo::Nobody,
        }
    }

    fn numerator(
        &self,
        series: &Series,
        family: &Family,
        values: BTreeMap<String, i64>,
        denominator: &BTreeMap<String, i64>,
    ) -> Column {
        let mut column = self.column(series, Part::Numerator, values);
        match family.rule {
            FamilyRule::Open | FamilyRule::Spread { .. } | FamilyRule::Follows => column.standing = Standing::Public,
            FamilyRule::Count { denominator: guarded, alone, .. } => {
                self.protect_counts(&mut column, alone);
                if guarded == Guarded::Protected {
                    // A numerator goes with a small denominator: it is at most as large.
                    let small = denominator.iter().filter(|it| self.is_small(*it.1));
                    let primary: Vec<(String, Rule)> = small.map(|it| (it.0.clone(), self.count())).collect();
                    column.primary.extend(primary);
                }
            }
            FamilyRule::Contributors { fewest, .. } => {
                let rule = Rule::Amount(self.policy.amount_width);
                let concentration = Concentration { fewest, ..self.policy.concentration };
                for Named { place, name, .. } in &self.geographies {
                    if column.values.get(name).is_none_or(|it| *it == 0) {
                        continue;
                    }
                    let made = self.makers.get(&(series.clone(), (*place).clone()));
                    // Of an amount that nobody is known to have made, nobody knows how few did.
                    if made.is_none_or(|it| concentration.finds(*it).is_some()) {
                        column.primary.insert(name.clone(), rule);
                    }
                }
                column.of_remainder = RemainderRule::Always(rule);
            }
        }
        column
    }

    fn denominator(&self, series: &Series, family: &Family, values: BTreeMap<String, i64>) -> Column {
        let mut column = self.column(series, Part::Denominator, values);
        let (guarded, alone) = match family.rule {
            FamilyRule::Open | FamilyRule::Spread { .. } | FamilyRule::Follows => (Guarded::Public, KnownTo::Nobody),
            FamilyRule::Count { denominator, alone, .. } => (denominator, alone),
            FamilyRule::Contributors { denominator, .. } => (denominator, KnownTo::Nobody),
        };
        match guarded {
            Guarded::Public => column.standing = Standing::Public,
            Guarded::Open => {}
            Guarded::Protected => self.protect_counts(&mut column, alone),
        }
        column
    }

    fn complement(&self, series: &Series, family: &Family, values: BTreeMap<String, i64>) -> Column {
        let mut column = self.column(series, Part::Complement, values);
        column.standing = Standing::Unpublished;
        if let FamilyRule::Count { complement: Guarded::Protected, alone, .. } = family.rule {
            self.protect_counts(&mut column, alone);
        }
        column
    }

    fn protect_counts(&self, column: &mut Column, alone: KnownTo) {
        let small = column.values.iter().filter(|it| self.is_small(*it.1));
        column.primary = small.map(|it| (it.0.clone(), self.count())).collect();
        column.of_remainder = RemainderRule::Always(self.count());
        column.one_person = alone;
    }

    fn count(&self) -> Rule {
        Rule::Count(self.policy.k)
    }

    /// Whether a number in ten-thousandths counts somebody, and fewer than k.
    fn is_small(&self, value: i64) -> bool {
        0 < value && value < self.policy.k.get() * i64::from(PER)
    }

    /// Places add up, or each of those counted stands once in a geography that has two of its places.
    fn rollup(&self, values: &BTreeMap<String, i64>) -> Rollup {
        let value = |name: &String| values.get(name).copied().unwrap_or(0);
        let adds_up = self
            .geographies
            .iter()
            .filter(|it| values.contains_key(&it.name))
            .all(|geography| value(&geography.name) == geography.municipalities.iter().map(value).sum::<i64>());
        if adds_up { Rollup::Sum } else { Rollup::Distinct }
    }

    /// The policy's relations of which all columns are there this year, and the differences of nested counts: nobody
    /// publishes them, and anybody can subtract.
    fn declared(&self, columns: &Columns) -> (Vec<Relation>, Vec<Column>) {
        let is_there = |it: &&Relation| it.columns().all(|name| columns.by_name.contains_key(name));
        let (mut relations, mut differences) = (Vec::new(), Vec::new());
        for relation in self.policy.relations.iter().filter(is_there) {
            let Relation::Nested { outer, inner } = relation else {
                relations.push(relation.clone());
                continue;
            };
            let (whole, part) = (&columns.by_name[outer], &columns.by_name[inner]);
            let value = |it: (&String, &i64)| Some((it.0.clone(), it.1 - part.values.get(it.0)?));
            let values: BTreeMap<String, i64> = whole.values.iter().filter_map(value).collect();
            if values.values().any(|it| *it < 0) {
                relations.push(relation.clone());
                continue;
            }
            let mut difference = Column {
                name: format!("{outer} less {inner}"),
                part: Part::Complement,
                standing: Standing::Unpublished,
                rollup: self.rollup(&values),
                values,
                ..whole.clone()
            };
            self.protect_counts(&mut difference, whole.one_person);
            let parts = BTreeSet::from([inner.clone(), difference.name.clone()]);
            relations.push(Relation::Sum { total: outer.clone(), parts });
            differences.push(difference);
        }
        (relations, differences)
    }

    /// Breakdowns whose parts add up to what is not broken down, in every place.
    fn partitions(&self, columns: &Columns) -> Vec<Relation> {
        let mut parts: BTreeMap<(String, String, Part), BTreeSet<String>> = BTreeMap::new();
        for series in self.figures.keys().filter(|it| !it.is_all()) {
            for part in [Part::Numerator, Part::Denominator, Part::Complement] {
                let name = column_name(series, part);
                if columns.by_name.contains_key(&name) {
                    let total = column_name(&Series::all(&series.indicator), part);
                    parts.entry((total, series.dimension.clone(), part)).or_default().insert(name);
                }
            }
        }
        let value = |name: &String, place: &String| columns.by_name[name].values.get(place).copied().unwrap_or(0);
        let adds_up = |total: &String, parts: &BTreeSet<String>| {
            let Some(whole) = columns.by_name.get(total) else { return false };
            whole.values.iter().all(|(place, all)| *all == parts.iter().map(|it| value(it, place)).sum::<i64>())
        };
        let sums = parts.into_iter().map(|((total, ..), parts)| (total, parts));
        sums.filter(|(total, parts)| adds_up(total, parts))
            .map(|(total, parts)| Relation::Sum { total, parts })
            .collect()
    }
}

/// Those who do not have what is counted; `None` where the numerator is no part of the denominator.
fn complement(numerator: &BTreeMap<String, i64>, denominator: &BTreeMap<String, i64>) -> Option<BTreeMap<String, i64>> {
    let less = |(place, all): (&String, &i64)| Some((place.clone(), all - numerator.get(place)?));
    let values: BTreeMap<String, i64> = denominator.iter().filter_map(less).collect();
    values.values().all(|it| *it >= 0).then_some(values).filter(|it| !it.is_empty())
}
