//! Which years of which source are there, and what is awaited.
//!
//! An extract that is not there makes nothing else wrong: the source is awaited for that year, and only what needs it waits.
//! Whether it is late is told by the newest extract's own day and by no clock, so that the same extracts say the same.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::extract::Extract;
use crate::definition::{Contract, Years};

/// What there is of a source for a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// An extract serves the year.
    Delivered,
    /// None does, and one should.
    Awaited {
        /// The day by which it should be there, where the contract tells.
        due: Option<Date>,
    },
    /// The contract says that the register is not delivered for that year.
    Never,
    /// The pipeline leaves the source out.
    LeftOut,
}

impl Delivery {
    /// Whether nobody needs to wait.
    pub fn is_there(self) -> bool {
        self == Self::Delivered
    }
}

/// What there is of every source for every year of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability {
    /// The years that the pipeline derives.
    pub years: Years,
    /// The newest day on which an extract was drawn.
    pub as_of: Option<Date>,
    sources: BTreeMap<String, BTreeMap<i16, Delivery>>,
    /// The parts that are not there, of years of which others are, by source.
    lacking: BTreeMap<String, BTreeMap<i16, Vec<String>>>,
}

impl Availability {
    pub(super) fn new(years: Years) -> Self {
        Self { years, as_of: None, sources: BTreeMap::new(), lacking: BTreeMap::new() }
    }

    /// Notes which of the years the extracts of a source serve, and which parts are `lacking` of a year of which others are
    /// there.
    ///
    /// Extracts that serve all years may still be expected one a year: then those years are awaited whose extract is not
    /// there, by the years in the files' names.
    pub(super) fn add(&mut self, contract: &Contract, extracts: &[Extract], lacking: BTreeMap<i16, Vec<String>>) {
        let named = |extract: &Extract| contract.delivery(&extract.file).and_then(|(_, found)| found.year);
        let of = |year| {
            let is_expected = contract.years.as_ref().is_none_or(|years| years.contain(year));
            let is_there = match contract.yearly {
                true => extracts.iter().any(|extract| extract.year == Some(year)),
                false => match contract.years.as_ref().filter(|_| is_expected) {
                    Some(years) => extracts.iter().any(|extract| named(extract) == Some(years.named_for(year))),
                    None => !extracts.is_empty(),
                },
            };
            match (is_there, is_expected) {
                (true, _) => Delivery::Delivered,
                (false, true) => Delivery::Awaited { due: contract.due.map(|due| due.in_year(year)) },
                (false, false) => Delivery::Never,
            }
        };
        self.sources.insert(contract.name.clone(), self.years.iter().map(|year| (year, of(year))).collect());
        self.lacking.insert(contract.name.clone(), lacking);
        self.as_of = self.as_of.max(extracts.iter().filter_map(|extract| extract.extract_date).max());
    }

    /// Notes that the pipeline leaves a source out.
    pub(super) fn leave_out(&mut self, source: &str) {
        let years = self.years.iter().map(|year| (year, Delivery::LeftOut));
        self.sources.insert(source.to_owned(), years.collect());
    }

    /// Takes it back that a source was delivered for a year: what it refers to is not there.
    pub(super) fn set_back(&mut self, contract: &Contract, year: Option<i16>) {
        let due = |year| contract.due.map(|due| due.in_year(year));
        for (of, delivery) in self.sources.entry(contract.name.clone()).or_default() {
            if year.is_none_or(|year| year == *of) {
                *delivery = Delivery::Awaited { due: due(*of) };
            }
        }
    }

    /// What there is of a source for a year. Nobody waits for a source or a year that the pipeline does not have.
    pub fn of(&self, source: &str, year: i16) -> Delivery {
        self.sources.get(source).and_then(|years| years.get(&year)).copied().unwrap_or(Delivery::Never)
    }

    /// The parts of a source's year that are not there, where others are.
    pub fn lacking(&self, source: &str, year: i16) -> &[String] {
        self.lacking.get(source).and_then(|years| years.get(&year)).map_or(&[], Vec::as_slice)
    }

    /// The sources with what there is of them, by year.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &BTreeMap<i16, Delivery>)> {
        self.sources.iter().map(|(source, years)| (source.as_str(), years))
    }

    /// The sources that are awaited, each with the years and the days by which they are due.
    pub fn awaited(&self) -> impl Iterator<Item = (&str, Vec<(i16, Option<Date>)>)> {
        let awaited = |(year, delivery): (&i16, &Delivery)| match delivery {
            Delivery::Awaited { due } => Some((*year, *due)),
            Delivery::Delivered | Delivery::Never | Delivery::LeftOut => None,
        };
        self.sources()
            .map(move |(source, years)| (source, years.iter().filter_map(awaited).collect::<Vec<_>>()))
            .filter(|(_, years)| !years.is_empty())
    }

    /// The sources that are awaited, each with the years.
    pub fn awaited_by_source(&self) -> BTreeMap<String, Vec<i16>> {
        let years = |awaited: Vec<(i16, Option<Date>)>| awaited.into_iter().map(|(year, _)| year).collect();
        self.awaited().map(|(source, awaited)| (source.to_owned(), years(awaited))).collect()
    }

    /// Whether nothing is awaited and nothing left out.
    pub fn is_complete(&self) -> bool {
        let is_complete = |delivery: &Delivery| matches!(delivery, Delivery::Delivered | Delivery::Never);
        self.sources.values().flat_map(BTreeMap::values).all(is_complete)
    }

    /// Since when an extract is late: the day on which it was due, once another was drawn after it.
    pub fn late_since(&self, due: Option<Date>) -> Option<Date> {
        due.filter(|due| self.as_of.is_some_and(|as_of| *due < as_of))
    }
}
