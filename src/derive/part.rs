//! The part of a pipeline that is run: the goals that it names, and what they need.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Graph, Relation};

/// The models and sources that a pipeline goes without.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Models whose entry is of a goal that the pipeline does not name.
    pub models: BTreeSet<String>,
    /// Sources that nothing of the part needs.
    pub sources: BTreeSet<String>,
}

impl Part {
    /// What a pipeline goes without that names `goals`, given the goal that each model's entry is of.
    ///
    /// Of the sources it keeps those that its goals' models read, themselves or through others. Whatever else needs a source
    /// that is not kept falls away with it.
    pub fn of_goals(graph: &Graph, entries: &BTreeMap<String, String>, goals: &BTreeSet<String>) -> Self {
        let is_kept = |goal: &String| goals.contains(goal);
        let (kept, left): (Vec<_>, Vec<_>) = entries.iter().partition(|(_, goal)| is_kept(goal));
        let mut read = BTreeSet::new();
        kept.iter().for_each(|(model, _)| visit(graph, model, Groups::Closed, &mut read));
        let sources = graph.relations.iter().filter_map(|(table, relation)| match relation {
            Relation::Source { source, .. } => Some((table, source)),
            _ => None,
        });
        let needed: BTreeSet<&String> =
            sources.clone().filter(|(table, _)| read.contains(*table)).map(|(_, source)| source).collect();
        let unneeded = sources.map(|(_, source)| source).filter(|source| !needed.contains(source));
        Self {
            models: left.into_iter().map(|(model, _)| model.clone()).collect(),
            sources: unneeded.cloned().collect(),
        }
    }
}

/// Whether tables behind a folder of models count as read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Groups {
    /// A folder is read without those of its models that are not there.
    Closed,
    Open,
}

/// Notes all tables behind a table, with itself.
pub(super) fn visit(graph: &Graph, table: &str, groups: Groups, seen: &mut BTreeSet<String>) {
    if !seen.insert(table.to_owned()) {
        return;
    }
    match graph.relations.get(table) {
        Some(Relation::Model) => {
            let tables = graph.model(table).into_iter().flat_map(|model| model.sql.tables.keys());
            tables.for_each(|table| visit(graph, table, groups, seen));
        }
        Some(Relation::Group { models }) if groups == Groups::Open => {
            models.iter().for_each(|model| visit(graph, model, groups, seen));
        }
        _ => {}
    }
}
