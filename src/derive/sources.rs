//! Which sources a pipeline pulls: those that its SQL names, and those that their contracts refer to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::graph::sql_files;
use super::model::SqlFile;
use crate::definition::{Contract, Project};
use crate::engine::Planner;

/// Keeps of every pipeline's sources those that its SQL names, unless the pipeline's file lists them.
///
/// SQL that can't be read or parsed names nothing here: reading the graph tells what is wrong with it.
pub fn keep_named_sources(project: &mut Project, planner: &Planner) {
    let named: Vec<Option<BTreeSet<String>>> = project
        .pipelines
        .values()
        .map(|pipeline| (!pipeline.lists_sources).then(|| sources_named(project, &pipeline.name, planner)))
        .collect();
    for (pipeline, named) in project.pipelines.values_mut().zip(named) {
        if let Some(named) = named {
            pipeline.sources.retain(|source| named.contains(source));
        }
    }
}

fn sources_named(project: &Project, pipeline: &str, planner: &Planner) -> BTreeSet<String> {
    let files = sql_files(&project.root, &project.sql(pipeline)).unwrap_or_default();
    let read = files.iter().filter_map(|(file, _)| SqlFile::read(&project.root, file, planner).ok());
    let tables: BTreeSet<String> = read.flat_map(|sql| sql.tables.into_keys()).collect();
    let is_named = |contract: &&Contract| contract.tables.iter().any(|table| tables.contains(&table.name));
    let named: Vec<&Contract> = project.contracts.values().filter(is_named).collect();
    // A source that is referred to refers to no other itself.
    let lists = named.iter().flat_map(|contract| contract.code_lists()).filter_map(|list| project.contracts.get(list));
    let owners = named.iter().flat_map(|contract| project.owners(contract));
    named.iter().copied().chain(lists).chain(owners).map(|contract| contract.name.clone()).collect()
}

/// The SQL files of a pipeline's models, relative to the project, by the tables that they make.
pub fn model_files(project: &Project, pipeline: &str) -> BTreeMap<String, PathBuf> {
    let files = sql_files(&project.root, &project.sql(pipeline)).unwrap_or_default();
    let named = |(file, _): (PathBuf, _)| Some((file.file_stem()?.to_string_lossy().into_owned(), file));
    files.into_iter().filter_map(named).collect()
}
