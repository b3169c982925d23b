//! A step as the record of what it made tells of it, whatever the models say today.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::DataFusionError;

use super::FORMAT;
use super::again::maker;
use super::facts::Fact;
use super::sql::{NotAQuery, Sql};
use super::step::{Input, Step, step_key};
use crate::engine::{Planner, Statement};
use crate::store::{Artefact, ArtefactKey, ArtefactRecord, Digest, Provenance, TableEntry, Zone};

/// A step that was run, as its record tells of it.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The model's SQL, with the names of its parameters.
    sql: String,
    /// What ran it.
    pub maker: String,
    /// The table that it made.
    pub entry: TableEntry,
    /// The step.
    pub(super) step: Step,
    /// Its key, as it follows from all that; `None` where another release made it, which has keys of its own.
    key: Option<ArtefactKey>,
}

/// Another release derived this: it may write the same rows as other bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OtherMaker {
    /// What derived it.
    pub then: String,
    /// What derives now.
    pub now: String,
}

impl Recorded {
    /// The step behind a derived artefact; `None` for any other.
    pub fn of(record: &ArtefactRecord) -> Option<Self> {
        let Provenance::Model { sql, sql_sha256, maker, year, reference_date, inputs } = &record.provenance else {
            return None;
        };
        let name = &record.artefact.name;
        let entry = record.tables.get(name)?.clone();
        let input = |table: &String, artefact: &Artefact| {
            // A staged artefact has tables of several names, a derived one that of its own.
            let table = if artefact.zone == Zone::Derived { &artefact.name } else { table };
            Input { artefact: artefact.clone(), table: table.clone() }
        };
        let inputs: BTreeMap<String, Vec<Input>> = inputs
            .iter()
            .map(|(table, artefacts)| (table.clone(), artefacts.iter().map(|it| input(table, it)).collect()))
            .collect();
        let dated = year.zip(*reference_date);
        let (format, release) = maker.split_once(' ').unwrap_or((maker, ""));
        let is_known = format == FORMAT && dated.is_some() == year.is_some();
        let named = inputs.iter().map(|(table, inputs)| {
            (table.as_str(), inputs.iter().map(|input| (input.table.as_str(), input.artefact.key)).collect())
        });
        let key = is_known.then(|| step_key(release, *sql_sha256, dated, record.encryption_key, named));
        let artefact = record.artefact.clone();
        let step = Step { model: name.clone(), sql: *sql_sha256, year: dated, artefact, inputs };
        Some(Self { sql: sql.clone(), maker: maker.clone(), entry, step, key })
    }

    /// What it made.
    pub fn artefact(&self) -> &Artefact {
        &self.step.artefact
    }

    /// Digest of the model's SQL without parameters.
    pub fn sql_sha256(&self) -> Digest {
        self.step.sql
    }

    /// The artefacts that it read.
    pub fn inputs(&self) -> impl Iterator<Item = (&str, &Artefact)> {
        self.step.inputs.iter().flat_map(|(table, inputs)| inputs.iter().map(move |it| (table.as_str(), &it.artefact)))
    }

    /// Whether its key is that of what it says it was made of, down to the text of its query.
    pub fn is_named_rightly(&self) -> bool {
        let is_of_its_text = self.is_fact() || Digest::of(&self.sql) == self.step.sql;
        self.key.is_none_or(|key| key == self.step.artefact.key && is_of_its_text)
    }

    /// The query, its parameters filled in.
    pub(super) fn statement(&self, planner: &Planner) -> Result<Statement, DataFusionError> {
        match Sql::parse(&self.sql, planner) {
            Ok(query) => Ok(query.filled_in(self.step.year)),
            Err(NotAQuery::Unreadable(error)) => Err(error),
            Err(NotAQuery::Other) => {
                Err(DataFusionError::Plan("the record has another statement than a query".to_owned()))
            }
        }
    }

    /// Whether its rows were known from the run, and no query made them.
    pub fn is_fact(&self) -> bool {
        Fact::named(&self.step.model).is_some() && self.step.inputs.is_empty()
    }

    /// The other releases that derived some of `steps`.
    pub fn other_makers<'a>(steps: impl Iterator<Item = &'a Self>) -> BTreeSet<OtherMaker> {
        let now = maker();
        let others = steps.filter(|step| step.maker != now);
        others.map(|step| OtherMaker { then: step.maker.clone(), now: now.clone() }).collect()
    }
}
