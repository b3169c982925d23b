//! Steps: each model for each year, with the key of what it will make. Known before anything runs.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;

use super::FORMAT;
use super::graph::{Graph, Relation};
use super::held_back::HeldBack;
use super::model::Model;
use crate::definition::{Pipeline, Years};
use crate::engine::RELEASE;
use crate::pull::ExtractStep;
use crate::store::{Artefact, ArtefactKey, Digest, KeyBuilder, KeyId, Zone};

/// A model to run, for one year or for all.
#[derive(Debug, Clone)]
pub struct Step {
    /// The model.
    pub model: String,
    /// Digest of its SQL.
    pub sql: Digest,
    /// The year and its reference date; `None` for a model without parameters.
    pub year: Option<(i16, Date)>,
    /// What it makes.
    pub artefact: Artefact,
    /// The tables it reads, each with the artefacts behind it and the table's name in them.
    pub inputs: BTreeMap<String, Vec<Input>>,
}

/// A table of an artefact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// The artefact.
    pub artefact: Artefact,
    /// The table in it.
    pub table: String,
}

impl Step {
    /// The year, without its reference date.
    pub fn calendar_year(&self) -> Option<i16> {
        self.year.map(|(year, _)| year)
    }

    /// The reference date of its year.
    pub fn reference_date(&self) -> Option<Date> {
        self.year.map(|(_, reference_date)| reference_date)
    }

    /// The artefacts that it reads, by table.
    pub fn input_artefacts(&self) -> BTreeMap<String, Vec<Artefact>> {
        let artefacts = |inputs: &Vec<Input>| inputs.iter().map(|input| input.artefact.clone()).collect();
        self.inputs.iter().map(|(table, inputs)| (table.clone(), artefacts(inputs))).collect()
    }
}

/// All steps of a pipeline, and the artefacts behind every table's name.
#[derive(Debug)]
pub struct Steps<'a> {
    graph: &'a Graph,
    staged: &'a [ExtractStep],
    /// The models that wait.
    pub held: &'a HeldBack,
    /// The places of each source's extracts.
    extracts: BTreeMap<&'a str, Vec<usize>>,
    /// The key that derived tables are encrypted with.
    encryption_key: Option<KeyId>,
    steps: Vec<Step>,
    /// The places of each model's steps.
    models: BTreeMap<&'a str, Range<usize>>,
}

impl Steps<'_> {
    /// The steps, each after those it reads.
    pub fn all(&self) -> &[Step] {
        &self.steps
    }

    /// Whether nothing is there of a table that only a step makes.
    pub fn is_without(&self, table: &str) -> bool {
        match self.graph.relations.get(table) {
            Some(Relation::Model | Relation::Source { .. }) => self.inputs(table).is_empty(),
            Some(Relation::Account | Relation::Group { .. } | Relation::Previous { .. } | Relation::Hidden) | None => {
                false
            }
        }
    }

    /// The models behind the name of a folder, over all years; `None` where it is none.
    pub fn models_of(&self, table: &str) -> Option<Vec<String>> {
        let Some(Relation::Group { models }) = self.graph.relations.get(table) else { return None };
        Some(models.iter().filter(|model| !self.held.keeps_from(model, None)).cloned().collect())
    }

    /// The artefacts behind a table's name, over all years.
    pub fn inputs(&self, table: &str) -> Vec<Input> {
        self.inputs_of(table, None)
    }

    /// The artefacts behind a table's name, as seen from one year or from all.
    fn inputs_of(&self, table: &str, year: Option<i16>) -> Vec<Input> {
        let serves = |served: Option<i16>| year.is_none() || served.is_none() || served == year;
        match self.graph.relations.get(table) {
            Some(Relation::Source { source, .. }) => self
                .extracts
                .get(source.as_str())
                .into_iter()
                .flatten()
                .map(|place| &self.staged[*place])
                .filter(|staged| serves(staged.extract.year))
                .map(|staged| Input { artefact: staged.artefact.clone(), table: table.to_owned() })
                .collect(),
            Some(Relation::Account) => self
                .staged
                .iter()
                .map(|staged| Input { artefact: staged.artefact.clone(), table: table.to_owned() })
                .collect(),
            Some(Relation::Model) => self
                .models
                .get(table)
                .map_or(&[][..], |places| &self.steps[places.clone()])
                .iter()
                .filter(|step| serves(step.calendar_year()))
                .map(|step| Input { artefact: step.artefact.clone(), table: table.to_owned() })
                .collect(),
            Some(Relation::Group { models }) => models
                .iter()
                .filter(|model| !self.held.keeps_from(model, year))
                .flat_map(|model| self.inputs_of(model, year))
                .collect(),
            // No artefact: a key does not depend on what was published before.
            Some(Relation::Previous { .. } | Relation::Hidden) | None => Vec::new(),
        }
    }

    fn step(&self, model: &Model, year: Option<(i16, Date)>) -> Step {
        let inputs: BTreeMap<String, Vec<Input>> = model
            .sql
            .tables
            .keys()
            .map(|table| (table.clone(), self.inputs_of(table, year.map(|(year, _)| year))))
            .collect();
        let named = inputs.iter().map(|(table, inputs)| {
            (table.as_str(), inputs.iter().map(|input| (input.table.as_str(), input.artefact.key)).collect())
        });
        let key = step_key(RELEASE, model.sql.digest, year, self.encryption_key, named);
        let artefact = Artefact { zone: Zone::Derived, name: model.name().to_owned(), key };
        Step { model: model.name().to_owned(), sql: model.sql.digest, year, artefact, inputs }
    }
}

/// The key of what a step makes: its SQL, its year, and of each table that it reads what stands behind it.
pub(super) fn step_key<'a>(
    release: &str,
    sql: Digest,
    year: Option<(i16, Date)>,
    encryption_key: Option<KeyId>,
    tables: impl Iterator<Item = (&'a str, Vec<(&'a str, ArtefactKey)>)>,
) -> ArtefactKey {
    let mut key = KeyBuilder::new(FORMAT).field("engine", release).field("sql", sql.to_string());
    if let Some((year, reference_date)) = year {
        key = key.field("year", year.to_string()).field("reference date", reference_date.to_string());
    }
    key = key.encrypted_with(encryption_key);
    for (table, inputs) in tables {
        key = key.field("table", table);
        for (name, input) in inputs {
            key = key.field(name, input.to_string());
        }
    }
    key.finish()
}

/// The steps of a pipeline: those of its models that wait for nothing.
pub fn plan_steps<'a>(
    graph: &'a Graph,
    pipeline: &Pipeline,
    years: Years,
    held: &'a HeldBack,
    staged: &'a [ExtractStep],
    encryption_key: Option<KeyId>,
) -> Steps<'a> {
    let mut extracts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, staged) in staged.iter().enumerate() {
        extracts.entry(&staged.extract.source).or_default().push(place);
    }
    let (steps, models) = (Vec::new(), BTreeMap::new());
    let mut planned = Steps { graph, staged, held, extracts, encryption_key, steps, models };
    for model in &graph.models {
        let all_years = || years.iter().filter_map(|year| Some((year, pipeline.reference_date(year)?)));
        let of: Vec<Option<(i16, Date)>> = if model.is_yearly() { all_years().map(Some).collect() } else { vec![None] };
        let first = planned.steps.len();
        for year in of {
            if !held.holds(model, year.map(|(year, _)| year)) {
                let step = planned.step(model, year);
                planned.steps.push(step);
            }
        }
        planned.models.insert(model.name(), first..planned.steps.len());
    }
    planned
}
