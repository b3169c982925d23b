//! What is hidden: the figures' numbers, as a table that masks read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int32Array, RecordBatch, StringArray};
use arrow::error::ArrowError;
use maaltal_protection::Part;

use super::figures::{Figures, Makers, Place, Series};
use crate::definition::{Disclosure, FamilyRule};
use crate::derive::hidden_cell_schema;

/// Which numbers of a figure are hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Hides {
    pub(super) numerator: bool,
    pub(super) denominator: bool,
    /// It is of a level that is never published.
    pub(super) below_lowest: bool,
}

impl Hides {
    /// All of a figure that tells of a few.
    const ALL: Self = Self { numerator: true, denominator: true, below_lowest: false };
    /// All of a figure of a level that is never published.
    const BELOW_LOWEST: Self = Self { below_lowest: true, ..Self::ALL };
}

/// What is hidden of all figures.
#[derive(Debug, Clone, Default)]
pub(super) struct Hidden(BTreeMap<(i32, Series, Place), Hides>);

impl Hidden {
    /// Hides a number.
    pub(super) fn hide(&mut self, year: i32, series: &Series, part: Part, place: &Place) {
        let hides = self.0.entry((year, series.clone(), place.clone())).or_default();
        match part {
            Part::Denominator => hides.denominator = true,
            Part::Numerator | Part::Complement => hides.numerator = true,
        }
    }

    /// Hides what lies below the lowest level that is published of it.
    pub(super) fn hide_below_lowest(&mut self, policy: &Disclosure, figures: &Figures) {
        for (year, series, place, _) in figures.all() {
            let is_open = policy.family(&series.indicator).is_some_and(|family| family.rule == FamilyRule::Open);
            if !is_open && place.level > policy.lowest(&series.indicator, &series.dimension) {
                self.0.insert((year, series.clone(), place.clone()), Hides::BELOW_LOWEST);
            }
        }
    }

    /// What an earlier version hid of figures that are in no system stays hidden; systems remember theirs.
    pub(super) fn keep_hidden(&mut self, policy: &Disclosure, earlier: &Figures) {
        let is_alone = |series: &Series| {
            let rule = policy.family(&series.indicator).map(|family| family.rule);
            matches!(rule, Some(FamilyRule::Spread { .. } | FamilyRule::Follows))
        };
        for (year, series, place, _) in earlier.all().filter(|it| it.3.is_hidden && is_alone(it.1)) {
            self.0.insert((year, series.clone(), place.clone()), Hides::ALL);
        }
    }

    /// Hides percentiles and spreads of too few: nothing adds up to them, so nothing else gives them away.
    pub(super) fn hide_spreads(&mut self, policy: &Disclosure, figures: &Figures, makers: &Makers) {
        for (year, series, place, _) in figures.all() {
            let Some(FamilyRule::Spread { fewest }) = policy.family(&series.indicator).map(|family| family.rule) else {
                continue;
            };
            let made = makers.get(&year).and_then(|it| it.get(&(series.clone(), place.clone())));
            if made.is_none_or(|it| it.contributors < fewest.get()) {
                self.0.insert((year, series.clone(), place.clone()), Hides::ALL);
            }
        }
    }

    /// Hides the figures that tell of others in two years, such as a growth and its baseline, where one of those is hidden in
    /// the year or before it.
    pub(super) fn hide_followers(&mut self, policy: &Disclosure, figures: &Figures) {
        // Keys go by their year, so the first of a series and place is met first.
        let mut first: BTreeMap<(String, Place), i32> = BTreeMap::new();
        for (year, series, place) in self.0.keys() {
            first.entry((series.to_string(), place.clone())).or_insert(*year);
        }
        for (year, series, place, _) in figures.all() {
            let Some(family) = policy.family(&series.indicator) else { continue };
            let is_hidden = |of: &String| first.get(&(of.clone(), place.clone())).is_some_and(|first| *first <= year);
            if family.follows.iter().any(is_hidden) {
                self.0.entry((year, series.clone(), place.clone())).or_insert(Hides::ALL);
            }
        }
    }

    /// What is hidden, as a table.
    pub(super) fn rows(&self) -> Result<RecordBatch, ArrowError> {
        let texts = |of: &dyn Fn(&(i32, Series, Place)) -> String| -> ArrayRef {
            Arc::new(self.0.keys().map(|key| Some(of(key))).collect::<StringArray>())
        };
        let flags = |of: &dyn Fn(&Hides) -> bool| -> ArrayRef {
            Arc::new(self.0.values().map(|hides| Some(of(hides))).collect::<BooleanArray>())
        };
        let years: ArrayRef = Arc::new(self.0.keys().map(|(year, ..)| Some(*year)).collect::<Int32Array>());
        RecordBatch::try_new(
            hidden_cell_schema(),
            vec![
                texts(&|(_, series, _)| series.indicator.clone()),
                years,
                texts(&|(.., place)| place.level.name().to_owned()),
                texts(&|(.., place)| place.code.clone()),
                texts(&|(.., place)| place.version.clone()),
                texts(&|(_, series, _)| series.dimension.clone()),
                texts(&|(_, series, _)| series.value.clone()),
                flags(&|hides| hides.numerator),
                flags(&|hides| hides.denominator),
                flags(&|hides| hides.below_lowest),
            ],
        )
    }

    /// The hidden figures of which a table shows a number, the value or a limit, in words.
    pub(super) fn shown_in(&self, figures: &Figures) -> Vec<String> {
        let is_shown = |(key, hides): &(&(i32, Series, Place), &Hides)| {
            let (year, series, place) = key;
            figures.get(*year, series, place).is_some_and(|it| {
                hides.numerator && it.numerator.is_some()
                    || hides.denominator && it.denominator.is_some()
                    || !it.is_hidden
                    || it.is_told
            })
        };
        let shown = self.0.iter().filter(is_shown);
        shown.map(|((year, series, place), _)| format!("{series}, {place}, {year}")).collect()
    }

    /// The figures of a published table that are not those derived, each less what is hidden of it, in words.
    pub(super) fn otherwise_in(&self, published: &Figures, derived: &Figures) -> Vec<String> {
        let known: BTreeSet<(i32, &Series, &Place)> = [published, derived]
            .into_iter()
            .flat_map(|it| it.all().map(|(year, series, place, _)| (year, series, place)))
            .collect();
        let said = |&(year, series, place): &(i32, &Series, &Place)| {
            let (now, then) = match (published.get(year, series, place), derived.get(year, series, place)) {
                (Some(now), Some(then)) => (now, then),
                (None, _) => return Some("is not published"),
                (_, None) => return Some("was not derived"),
            };
            let hides = self.0.contains_key(&(year, series.clone(), place.clone()));
            let parts = [Part::Numerator, Part::Denominator];
            let is_other = |part: &Part| now.number(*part).is_some_and(|it| Some(it) != then.number(*part));
            let is_gone = |part: &Part| now.number(*part).is_none() && then.number(*part).is_some();
            match () {
                () if parts.iter().any(is_other) => Some("is another number than was derived"),
                () if !hides && parts.iter().any(is_gone) => Some("is left out, and nothing asks for it"),
                () if !hides && now.is_hidden && !then.is_hidden => {
                    Some("is said to be hidden, and nothing asks for it")
                }
                () => None,
            }
        };
        let words = |key: &(i32, &Series, &Place)| Some(format!("{}, {}, {} {}", key.1, key.2, key.0, said(key)?));
        known.iter().filter_map(words).collect()
    }

    /// How many figures of each indicator and level are hidden for a few, and not since their level never is published.
    pub(super) fn counts(&self) -> BTreeMap<String, BTreeMap<String, u64>> {
        let mut counts: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        for ((_, series, place), _) in self.0.iter().filter(|it| !it.1.below_lowest) {
            let levels = counts.entry(series.indicator.clone()).or_default();
            *levels.entry(place.level.name().to_owned()).or_default() += 1;
        }
        counts
    }
}
