//! Which models wait for extracts that are not there, and so which steps there are.
//!
//! - A step of a year waits for every extract of that year that it reads, itself or through other models. What it reads
//!   through a model over all years may be of earlier years too, so it waits for those as well: a sum over years, or a
//!   change since one of them, would be another figure without it.
//! - A model over all years runs on what is there, and waits only where a table that it reads has nothing at all.
//! - A folder of models is read without those of its models that wait: nothing else is held back by them.
//! - A source that the pipeline leaves out, or that is never delivered for a year, is as if it were awaited, but that nobody
//!   waits: what it lacks in an earlier year holds back no later one.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Graph, Relation};
use super::model::Model;
use super::part::{Groups, visit};
use crate::pull::{Availability, Delivery};

/// Why an extract is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Absence {
    /// It will come.
    Awaited,
    /// The register is not delivered for that year.
    Never,
    /// The pipeline leaves the source out.
    LeftOut,
}

/// An extract that is not there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The source.
    pub source: String,
    /// The year that the extract would serve.
    pub year: i16,
    /// Why it is not there.
    pub absence: Absence,
}

impl Gap {
    /// Whether values of a year lack it.
    fn touches(&self, year: i16) -> bool {
        match self.absence {
            Absence::Awaited => self.year <= year,
            Absence::Never | Absence::LeftOut => self.year == year,
        }
    }
}

/// What is not there of what a model reads.
#[derive(Debug, Clone, Default)]
struct Lacks {
    gaps: BTreeSet<Gap>,
    /// Whether something that it reads has nothing at all.
    is_without: bool,
}

/// A model that waits, or is left out, in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held<'a> {
    /// The model.
    pub model: &'a str,
    /// The year of its values.
    pub year: i16,
    /// What it waits for.
    pub gap: &'a Gap,
}

/// The models that wait.
#[derive(Debug, Clone, Default)]
pub struct HeldBack {
    /// Of models with years, what each year lacks.
    yearly: BTreeMap<String, BTreeMap<i16, Lacks>>,
    /// Of the others.
    of_all_years: BTreeMap<String, Lacks>,
    /// The years that the pipeline derives.
    years: Vec<i16>,
}

impl HeldBack {
    /// What waits, given what is there and the models that are left out.
    pub fn new(graph: &Graph, availability: &Availability, left_out: &BTreeSet<String>) -> Self {
        let mut held = Self { years: availability.years.iter().collect(), ..Self::default() };
        for model in &graph.models {
            let name = model.name().to_owned();
            if left_out.contains(&name) {
                held.leave_out(model);
            } else if model.is_yearly() {
                let of_year = |year| (year, held.behind(graph, availability, model, Some(year)));
                let years = availability.years.iter().map(of_year).collect();
                held.yearly.insert(name, years);
            } else {
                let lacks = held.behind(graph, availability, model, None);
                held.of_all_years.insert(name, lacks);
            }
        }
        held
    }

    /// Leaves out the models that none of `roots` reads, be it through others.
    pub fn keep_only(&mut self, graph: &Graph, roots: impl Iterator<Item = String>) {
        let mut read = BTreeSet::new();
        for root in roots {
            visit(graph, &root, Groups::Open, &mut read);
        }
        graph.models.iter().filter(|model| !read.contains(model.name())).for_each(|model| self.leave_out(model));
    }

    fn leave_out(&mut self, model: &Model) {
        let lacks = Lacks { gaps: BTreeSet::new(), is_without: true };
        let name = model.name().to_owned();
        if model.is_yearly() {
            self.yearly.insert(name, self.years.iter().map(|year| (*year, lacks.clone())).collect());
        } else {
            self.of_all_years.insert(name, lacks);
        }
    }

    /// The models that have nothing to tell in any year.
    pub fn fallen(&self) -> impl Iterator<Item = &str> {
        let yearly = self.yearly.iter().filter(|(_, years)| years.values().all(Lacks::is_something));
        let of_all_years = self.of_all_years.iter().filter(|(_, lacks)| lacks.is_without);
        yearly.map(|(model, _)| model.as_str()).chain(of_all_years.map(|(model, _)| model.as_str()))
    }

    /// Whether a model waits, in a year or over all.
    pub(super) fn holds(&self, model: &Model, year: Option<i16>) -> bool {
        match year {
            Some(year) if model.is_yearly() => self.yearly[model.name()].get(&year).is_none_or(Lacks::is_something),
            _ => self.of_all_years[model.name()].is_without,
        }
    }

    /// Whether a folder of models has nothing to tell a reader of `year` from one of its models over all years.
    pub(super) fn keeps_from(&self, model: &str, year: Option<i16>) -> bool {
        let Some(lacks) = self.of_all_years.get(model) else { return false };
        lacks.is_without || year.is_some_and(|year| lacks.gaps.iter().any(|gap| gap.touches(year)))
    }

    /// Every model and year that waits, with what it waits for.
    pub fn all(&self) -> impl Iterator<Item = Held<'_>> {
        let yearly = self.yearly.iter().flat_map(|(model, years)| {
            years.iter().map(move |(year, lacks)| (model.as_str(), *year, lacks.gaps.iter().collect::<Vec<_>>()))
        });
        let of_all_years = self.of_all_years.iter().flat_map(|(model, lacks)| {
            let until = move |year: i16| lacks.gaps.iter().filter(move |gap| gap.touches(year));
            self.years.iter().map(move |year| (model.as_str(), *year, until(*year).collect()))
        });
        yearly
            .chain(of_all_years)
            .flat_map(|(model, year, gaps)| gaps.into_iter().map(move |gap| Held { model, year, gap }))
    }

    /// What a model lacks, itself or through what it reads.
    fn behind(&self, graph: &Graph, availability: &Availability, model: &Model, year: Option<i16>) -> Lacks {
        let mut lacks = Lacks::default();
        for table in model.sql.tables.keys() {
            match graph.relations.get(table) {
                Some(Relation::Source { source, .. }) => lacks.add_source(source, availability, year),
                Some(Relation::Model) => lacks.add(&self.of_model(table, year)),
                Some(Relation::Account | Relation::Group { .. } | Relation::Previous { .. } | Relation::Hidden)
                | None => {}
            }
        }
        lacks
    }

    /// What the table of a model lacks, as a reader of a year or of all sees it.
    fn of_model(&self, model: &str, year: Option<i16>) -> Lacks {
        let of_all_years = self.of_all_years.get(model);
        match (self.yearly.get(model), year) {
            (Some(years), Some(year)) => years.get(&year).cloned().unwrap_or_default(),
            (Some(years), None) => Lacks {
                gaps: years.values().flat_map(|lacks| lacks.gaps.iter().cloned()).collect(),
                is_without: years.values().all(Lacks::is_something),
            },
            (None, Some(year)) => of_all_years.map(|lacks| lacks.until(year)).unwrap_or_default(),
            (None, None) => of_all_years.cloned().unwrap_or_default(),
        }
    }
}

impl Lacks {
    fn is_something(&self) -> bool {
        self.is_without || !self.gaps.is_empty()
    }

    fn add(&mut self, other: &Self) {
        self.gaps.extend(other.gaps.iter().cloned());
        self.is_without |= other.is_without;
    }

    fn add_source(&mut self, source: &str, availability: &Availability, year: Option<i16>) {
        let mut is_without = true;
        for year in availability.years.iter().filter(|of| year.is_none_or(|year| year == *of)) {
            let absence = match availability.of(source, year) {
                Delivery::Delivered => {
                    is_without = false;
                    continue;
                }
                Delivery::Awaited { .. } => Absence::Awaited,
                Delivery::Never => Absence::Never,
                Delivery::LeftOut => Absence::LeftOut,
            };
            self.gaps.insert(Gap { source: source.to_owned(), year, absence });
        }
        self.is_without |= is_without;
    }

    /// What is lacking to values of a year.
    fn until(&self, year: i16) -> Self {
        Self { gaps: self.gaps.iter().filter(|gap| gap.touches(year)).cloned().collect(), is_without: self.is_without }
    }
}
