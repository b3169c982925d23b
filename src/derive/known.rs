//! The rows of the facts: what is known of a run when its extracts are found.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use jiff::civil::Date;

use super::DeriveError;
use super::facts::Fact;
use super::graph::{Graph, Relation};
use super::held_back::{Absence, HeldBack};
use super::part::{Groups, Part, visit};
use crate::engine::Planner;
use crate::pull::{Availability, Delivery};

/// What is known before a row is read.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Which extracts are there.
    pub availability: &'a Availability,
    /// The models that wait.
    pub held: &'a HeldBack,
    /// The models that the pipeline goes without.
    pub part: &'a Part,
}

impl Known<'_> {
    /// Fills in the facts among a graph's models.
    ///
    /// # Errors
    /// What is known can't be put in rows.
    pub fn tell(self, graph: &mut Graph, planner: &Planner) -> Result<(), DeriveError> {
        for place in 0..graph.models.len() {
            let Some(fact) = Fact::named(graph.models[place].name()) else { continue };
            let columns = match fact {
                Fact::SourceYear => source_year(self.availability),
                Fact::HeldBack => held_back(self.held),
                Fact::LeftOut => vec![texts(self.part.models.iter().map(String::as_str))],
                Fact::ModelSource => model_source(graph),
            };
            let failed = |source| DeriveError::Rows { model: fact.name().to_owned(), source };
            let rows = RecordBatch::try_new(fact.schema(), columns).map_err(failed)?;
            graph.models[place] = fact.with(rows, planner)?;
        }
        Ok(())
    }
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(values.map(Some).collect::<StringArray>())
}

fn years(values: impl Iterator<Item = i16>) -> ArrayRef {
    Arc::new(values.map(|year| Some(i64::from(year))).collect::<Int64Array>())
}

fn days(values: impl Iterator<Item = Option<Date>>) -> ArrayRef {
    let since = |day: Date| Date::constant(1970, 1, 1).until(day).map(|since| since.get_days()).ok();
    Arc::new(values.map(|day| day.and_then(since)).collect::<Date32Array>())
}

fn source_year(availability: &Availability) -> Vec<ArrayRef> {
    let rows: Vec<(&str, i16, Delivery)> = availability
        .sources()
        .flat_map(|(source, years)| years.iter().map(move |(year, delivery)| (source, *year, *delivery)))
        .collect();
    let due = |delivery| match delivery {
        Delivery::Awaited { due } => due,
        Delivery::Delivered | Delivery::Never | Delivery::LeftOut => None,
    };
    let late_since = |delivery| availability.late_since(due(delivery));
    let state = |delivery| match delivery {
        Delivery::Delivered => "delivered",
        Delivery::Awaited { due: Some(_) } if late_since(delivery).is_none() => "not_due",
        Delivery::Awaited { .. } => "awaited",
        Delivery::Never => "never",
        Delivery::LeftOut => "left_out",
    };
    let parts = |parts: &[String]| (!parts.is_empty()).then(|| parts.join(","));
    vec![
        texts(rows.iter().map(|(source, ..)| *source)),
        years(rows.iter().map(|(_, year, _)| *year)),
        texts(rows.iter().map(|(.., delivery)| state(*delivery))),
        days(rows.iter().map(|(.., delivery)| due(*delivery))),
        days(rows.iter().map(|(.., delivery)| late_since(*delivery))),
        Arc::new(
            rows.iter().map(|(source, year, _)| parts(availability.lacking(source, *year))).collect::<StringArray>(),
        ),
    ]
}

fn held_back(held: &HeldBack) -> Vec<ArrayRef> {
    let rows: Vec<_> = held.all().collect();
    let state = |absence| match absence {
        Absence::Awaited => "awaited",
        Absence::Never => "never",
        Absence::LeftOut => "left_out",
    };
    vec![
        texts(rows.iter().map(|held| held.model)),
        years(rows.iter().map(|held| held.year)),
        texts(rows.iter().map(|held| held.gap.source.as_str())),
        years(rows.iter().map(|held| held.gap.year)),
        texts(rows.iter().map(|held| state(held.gap.absence))),
    ]
}

fn model_source(graph: &Graph) -> Vec<ArrayRef> {
    let mut rows = Vec::new();
    for model in &graph.models {
        let mut read = BTreeSet::new();
        visit(graph, model.name(), Groups::Open, &mut read);
        rows.extend(read.into_iter().filter_map(|table| match graph.relations.get(&table)? {
            Relation::Source { source, .. } => Some((model.name(), source.as_str(), table)),
            _ => None,
        }));
    }
    vec![
        texts(rows.iter().map(|(model, ..)| *model)),
        texts(rows.iter().map(|(_, source, _)| *source)),
        texts(rows.iter().map(|(.., table)| table.as_str())),
    ]
}
