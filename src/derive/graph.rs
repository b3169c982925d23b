//! Which model needs which table, and so the order of the models.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::columns::{COLUMNS, FolderColumns};
use super::error::Unused;
use super::facts::Fact;
use super::masks::{self, HIDDEN_CELL, MASKS};
use super::model::{Audit, Model, SqlFile};
use super::{DeriveError, SqlPlace, previous};
use crate::definition::{Pipeline, Project, Sensitivity};
use crate::engine::Planner;
use crate::problem::closest;
use crate::pull::account_tables;

/// The folder of a pipeline's audits.
const AUDITS: &str = "audits";

/// What stands behind a table's name in SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relation {
    /// A table of a source.
    Source {
        /// The source.
        source: String,
        /// Whom its rows are about.
        sensitivity: Sensitivity,
    },
    /// The account of all extracts: their counts or their rejected rows.
    Account,
    /// A model's table.
    Model,
    /// All models of a folder, one below the other.
    Group {
        /// The folder's models.
        models: Vec<String>,
    },
    /// A table of the version that was published before, for audits alone.
    Previous {
        /// The published table.
        table: String,
    },
    /// What is hidden of the figures, for masks alone.
    Hidden,
}

/// The models, audits and masks of a pipeline.
#[derive(Debug, Clone)]
pub struct Graph {
    /// The models, each after those it needs.
    pub models: Vec<Model>,
    /// The audits, by name.
    pub audits: Vec<Audit>,
    /// The masks, by the name of the published table.
    pub masks: BTreeMap<String, SqlFile>,
    /// What stands behind each table's name.
    pub relations: BTreeMap<String, Relation>,
}

impl Graph {
    /// Reads a pipeline's SQL and orders it. Beside what could be read stand all errors, with file and line: SQL that
    /// can't be parsed, names that nothing makes, circles. A model that could not be read is among the relations, so that
    /// those that name it are not told of.
    pub fn read(project: &Project, pipeline: &Pipeline, planner: &Planner) -> (Self, Vec<DeriveError>) {
        let mut errors = Vec::new();
        let mut files = Files::default();
        match sql_files(&project.root, &project.sql(&pipeline.name)) {
            Ok(found) => found.into_iter().for_each(|(file, group)| {
                if let Err(error) = files.read(project, &file, group, planner) {
                    errors.push(error);
                }
            }),
            Err(error) => errors.push(error),
        }
        let Files { models: read, audits, masks, groups, columns, mut unread } = files;
        let mut models = Vec::new();
        for mut model in read {
            let completed = match model.group.as_ref().and_then(|group| columns.get(group)) {
                Some(Some(columns)) => model.sql.complete(columns, planner).map_err(|error| errors.push(error)),
                // The folder's columns could not be read.
                Some(None) => Err(()),
                None => Ok(()),
            };
            match completed {
                Ok(()) => models.push(model),
                Err(()) => unread.push(model.name().to_owned()),
            }
        }
        let queries = || models.iter().map(|model| &model.sql).chain(audits.iter().map(|audit| &audit.sql));
        let is_named = |fact: &Fact| queries().any(|sql| sql.tables.contains_key(fact.name()));
        let facts: Vec<Fact> = Fact::ALL.into_iter().filter(is_named).collect();
        for fact in facts {
            match fact.unknown(planner) {
                Ok(model) => models.push(model),
                Err(error) => errors.push(error),
            }
        }
        let (mut relations, doubles) = relations(project, pipeline, &models, groups);
        errors.extend(doubles);
        for name in unread {
            relations.entry(name).or_insert(Relation::Model);
        }
        let others = || models.iter().map(|model| &model.sql).chain(audits.iter().map(|audit| &audit.sql));
        errors.extend(
            others().filter_map(|sql| sql.tables.get(HIDDEN_CELL)).map(|at| masks::read_elsewhere(pipeline, at)),
        );
        for sql in others().chain(masks.values()) {
            for (name, at) in sql.tables.iter().filter(|(name, _)| !relations.contains_key(*name)) {
                errors.push(unknown_table(project, pipeline, &relations, name, at));
            }
        }
        for (name, at) in models.iter().flat_map(|model| &model.sql.tables) {
            if let Some(Relation::Previous { .. }) = relations.get(name) {
                errors.push(previous::read_by_a_model(pipeline, name, at));
            }
        }
        match ordered(models, &relations) {
            Ok(models) => (Self { models, audits, masks, relations }, errors),
            Err(circle) => {
                errors.push(circle);
                (Self { models: Vec::new(), audits: Vec::new(), masks: BTreeMap::new(), relations }, errors)
            }
        }
    }

    /// Whether rows of `table` may be about single persons: it is staged from a source on persons, or derived from such a
    /// table without being among the `published`.
    pub fn is_personal(&self, table: &str, published: &impl Fn(&str) -> bool) -> bool {
        if published(table) {
            return false;
        }
        match self.relations.get(table) {
            Some(Relation::Source { sensitivity, .. }) => *sensitivity == Sensitivity::Person,
            Some(Relation::Account | Relation::Previous { .. } | Relation::Hidden) | None => false,
            Some(Relation::Group { models }) => models.iter().any(|model| self.is_personal(model, published)),
            Some(Relation::Model) => {
                let mut tables = self.model(table).into_iter().flat_map(|model| model.sql.tables.keys());
                tables.any(|table| self.is_personal(table, published))
            }
        }
    }

    /// The model that makes `table`.
    pub fn model(&self, table: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.name() == table)
    }
}

/// The SQL files of a pipeline, each as what its place makes it.
#[derive(Default)]
struct Files {
    models: Vec<Model>,
    audits: Vec<Audit>,
    masks: BTreeMap<String, SqlFile>,
    groups: BTreeMap<String, Vec<String>>,
    /// The columns of folders; none where they could not be read.
    columns: BTreeMap<String, Option<FolderColumns>>,
    /// What the files that could not be read would have made.
    unread: Vec<String>,
}

impl Files {
    fn read(
        &mut self,
        project: &Project,
        file: &Path,
        group: Option<String>,
        planner: &Planner,
    ) -> Result<(), DeriveError> {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let group_of_columns = group.as_ref().filter(|_| name == COLUMNS).cloned();
        if let Some(group) = &group_of_columns {
            self.columns.insert(group.clone(), None);
        }
        let sql = SqlFile::read(&project.root, file, planner).inspect_err(|_| {
            self.unread.push(name);
            self.unread.extend(group.clone());
        })?;
        if let Some(group) = group_of_columns {
            self.columns.insert(group, Some(sql.folder_columns()?));
            return Ok(());
        }
        match group {
            Some(group) if group == AUDITS => self.audits.push(Audit::new(sql)?),
            Some(group) if group == MASKS => drop(self.masks.insert(sql.name.clone(), masks::checked(sql)?)),
            group => {
                if let Some(group) = &group {
                    self.groups.entry(group.clone()).or_default().push(sql.name.clone());
                }
                self.models.push(Model { sql, group, rows: None });
            }
        }
        Ok(())
    }
}

fn unknown_table(
    project: &Project,
    pipeline: &Pipeline,
    relations: &BTreeMap<String, Relation>,
    name: &str,
    at: &SqlPlace,
) -> DeriveError {
    let unused = project.source_of(name).map(|contract| Unused {
        source: contract.name.clone(),
        contract: contract.file.clone(),
        pipeline: pipeline.file.clone(),
    });
    let closest = closest(name, relations.keys().map(String::as_str)).map(str::to_owned);
    DeriveError::UnknownTable { at: at.clone(), name: name.to_owned(), closest, unused }
}

/// What stands behind each name, and the names that are made twice.
fn relations(
    project: &Project,
    pipeline: &Pipeline,
    models: &[Model],
    groups: BTreeMap<String, Vec<String>>,
) -> (BTreeMap<String, Relation>, Vec<DeriveError>) {
    let mut doubles = Vec::new();
    let mut relations: BTreeMap<String, Relation> =
        account_tables().map(|(name, _)| (name.to_owned(), Relation::Account)).into();
    let previous = project.datasets.get(&pipeline.dataset).into_iter().flat_map(previous::tables);
    relations.extend(previous.map(|(name, table)| (name, Relation::Previous { table: table.to_owned() })));
    relations.insert(HIDDEN_CELL.to_owned(), Relation::Hidden);
    let sources = project.source_tables(pipeline).map(|(contract, table)| {
        (
            table.name.clone(),
            Relation::Source { source: contract.name.clone(), sensitivity: contract.sensitivity },
            contract.file.clone(),
        )
    });
    let models = models.iter().map(|model| (model.name().to_owned(), Relation::Model, model.sql.file.clone()));
    let groups = groups.into_iter().map(|(group, models)| {
        let file = Path::new("sql").join(&pipeline.name).join(&group);
        (group, Relation::Group { models }, file)
    });
    for (name, relation, file) in sources.chain(models).chain(groups) {
        let first = match relations.get(&name) {
            Some(Relation::Source { source, .. }) => format!("the source `{source}`"),
            Some(Relation::Account) => "the pull's account".to_owned(),
            Some(Relation::Previous { table }) => format!("`{table}` of the version published before"),
            Some(Relation::Hidden) => "the figures that are hidden".to_owned(),
            Some(Relation::Model | Relation::Group { .. }) => "another model or folder".to_owned(),
            None => {
                relations.insert(name, relation);
                continue;
            }
        };
        doubles.push(DeriveError::MadeTwice { at: SqlPlace { file, place: None }, name, first });
    }
    (relations, doubles)
}

/// The SQL files of a pipeline, each with its folder, sorted.
pub(super) fn sql_files(root: &Path, folder: &Path) -> Result<Vec<(PathBuf, Option<String>)>, DeriveError> {
    let mut files = Vec::new();
    collect(folder, None, &mut files)?;
    files.sort();
    let relative = |(file, group): (PathBuf, _)| (file.strip_prefix(root).map_or(file.clone(), Path::to_owned), group);
    Ok(files.into_iter().map(relative).collect())
}

fn collect(folder: &Path, group: Option<&str>, files: &mut Vec<(PathBuf, Option<String>)>) -> Result<(), DeriveError> {
    let unreadable = |source| DeriveError::Unreadable { at: SqlPlace { file: folder.to_owned(), place: None }, source };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            if group.is_some() {
                return Err(DeriveError::Sql {
                    at: SqlPlace { file: path, place: None },
                    message: "a folder of models holds another folder".to_owned(),
                    hint: Some("Models are read from the pipeline's folder and one level below it.".to_owned()),
                });
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            collect(&path, Some(&name), files)?;
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            files.push((path, group.map(str::to_owned)));
        }
    }
    Ok(())
}

/// The models, each after those it needs; otherwise by name.
fn ordered(models: Vec<Model>, relations: &BTreeMap<String, Relation>) -> Result<Vec<Model>, DeriveError> {
    let mut by_name: BTreeMap<String, Model> =
        models.into_iter().map(|model| (model.name().to_owned(), model)).collect();
    let needs: BTreeMap<String, BTreeMap<String, SqlPlace>> =
        by_name.iter().map(|(name, model)| (name.clone(), needed_models(model, relations))).collect();
    let mut order = Vec::new();
    let mut done = BTreeSet::new();
    for name in needs.keys() {
        visit(name, &needs, &mut Vec::new(), &mut done, &mut order)?;
    }
    Ok(order.iter().filter_map(|name| by_name.remove(name)).collect())
}

/// The models behind the tables that a model names, each with the place of the name.
fn needed_models(model: &Model, relations: &BTreeMap<String, Relation>) -> BTreeMap<String, SqlPlace> {
    let mut needed = BTreeMap::new();
    for (table, at) in &model.sql.tables {
        match relations.get(table) {
            Some(Relation::Model) => drop(needed.insert(table.clone(), at.clone())),
            Some(Relation::Group { models }) => needed.extend(models.iter().map(|name| (name.clone(), at.clone()))),
            _ => {}
        }
    }
    needed
}

fn visit(
    name: &str,
    needs: &BTreeMap<String, BTreeMap<String, SqlPlace>>,
    path: &mut Vec<String>,
    done: &mut BTreeSet<String>,
    order: &mut Vec<String>,
) -> Result<(), DeriveError> {
    if done.contains(name) {
        return Ok(());
    }
    path.push(name.to_owned());
    for (needed, at) in needs.get(name).into_iter().flatten() {
        if let Some(start) = path.iter().position(|earlier| earlier == needed) {
            let mut circle = path.split_off(start);
            circle.push(needed.clone());
            return Err(DeriveError::Cycle { at: at.clone(), path: circle });
        }
        visit(needed, needs, path, done, order)?;
    }
    path.pop();
    done.insert(name.to_owned());
    order.push(name.to_owned());
    Ok(())
}
