//! Planning every model and audit against the contracts, without reading a row.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, SchemaRef};
use jiff::civil::Date;

use super::graph::{Graph, Relation};
use super::model::{Model, SqlFile};
use super::{DeriveError, HIDDEN_CELL, SqlPlace, hidden_cell_schema};
use crate::definition::{Dataset, Origin, Pipeline, Project, PublishedColumn, PublishedTable};
use crate::engine::{Planner, arrow_schema, arrow_type, nullable};
use crate::problem::closest;
use crate::pull::{account_tables, staged_schema};

/// The schema of every table that SQL can name.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    schemas: BTreeMap<String, SchemaRef>,
}

impl Catalogue {
    /// The schema of a table.
    pub fn schema(&self, table: &str) -> Option<&SchemaRef> {
        self.schemas.get(table)
    }
}

/// Reads and plans all SQL of a pipeline.
///
/// # Errors
/// Every model, audit and published table that does not fit, with file and line; those that only
/// follow from another error are left out.
pub async fn check(
    project: &Project,
    pipeline: &Pipeline,
    dataset: &Dataset,
) -> Result<(Graph, Catalogue), Vec<DeriveError>> {
    let planner = Planner::new();
    let (graph, errors) = Graph::read(project, pipeline, &planner);
    let mut checking = Checking { graph: &graph, planner, catalogue: Catalogue::default(), errors };
    checking.find_entries(project, pipeline);
    checking.add_sources(project, pipeline);
    checking.plan_models(pipeline).await;
    checking.add_previous(dataset);
    checking.plan_audits().await;
    for table in &dataset.tables {
        checking.check_published(table, dataset);
    }
    checking.catalogue.schemas.insert(HIDDEN_CELL.to_owned(), hidden_cell_schema());
    checking.plan_masks(dataset).await;
    let Checking { catalogue, errors, .. } = checking;
    if errors.is_empty() { Ok((graph, catalogue)) } else { Err(errors) }
}

/// What is known so far: the schemas of the tables that could be planned, and what is wrong with the others.
struct Checking<'a> {
    graph: &'a Graph,
    planner: Planner,
    catalogue: Catalogue,
    errors: Vec<DeriveError>,
}

impl Checking<'_> {
    /// Every model of a folder whose models are described by entries has one: without it its rows would be in no table that is
    /// joined with the entries, and nobody would miss them.
    fn find_entries(&mut self, project: &Project, pipeline: &Pipeline) {
        let described = project.contracts_of(pipeline).filter(|contract| contract.origin == Origin::Models);
        let folders: Vec<PathBuf> =
            described.filter_map(|contract| Some(Path::new("sql").join(contract.entries()?.folder()))).collect();
        for model in &self.graph.models {
            let is_described = folders.iter().any(|folder| model.sql.file.parent() == Some(folder));
            let entry = model.sql.file.with_extension("toml");
            if is_described && model.rows.is_none() && !project.root.join(&entry).is_file() {
                self.errors.push(DeriveError::Sql {
                    at: SqlPlace { file: model.sql.file.clone(), place: None },
                    message: format!("the model `{}` has no entry", model.name()),
                    hint: Some(format!("Write what it counts, and of which sources, into {}.", entry.display())),
                });
            }
        }
    }

    fn add_sources(&mut self, project: &Project, pipeline: &Pipeline) {
        let accounts = account_tables().map(|(name, schema)| (name.to_owned(), schema));
        self.catalogue.schemas.extend(accounts);
        let sources = project.source_tables(pipeline);
        self.catalogue.schemas.extend(sources.map(|(_, table)| (table.name.clone(), staged_schema(table, &[]))));
    }

    async fn plan_models(&mut self, pipeline: &Pipeline) {
        let graph = self.graph;
        for model in &graph.models {
            if let Some(rows) = &model.rows {
                self.add(model, rows.schema());
                continue;
            }
            match self.plan(&model.sql, sample(pipeline)).await {
                Ok(Some(schema)) => match self.group_mismatch(model, &schema) {
                    Some(error) => self.errors.push(error),
                    None => self.add(model, schema),
                },
                // A table it needs has failed already.
                Ok(None) => {}
                Err(error) => self.errors.push(error),
            }
        }
    }

    /// The tables of the version before. What an earlier schema did not have is NULL there.
    fn add_previous(&mut self, dataset: &Dataset) {
        for (name, relation) in &self.graph.relations {
            let Relation::Previous { table: previous } = relation else { continue };
            if let Some(table) = dataset.tables.iter().find(|table| table.name == *previous) {
                self.catalogue.schemas.insert(name.clone(), nullable(&arrow_schema(table)));
            }
        }
    }

    async fn plan_audits(&mut self) {
        let graph = self.graph;
        for audit in &graph.audits {
            if let Err(error) = self.plan(&audit.sql, None).await {
                self.errors.push(error);
            }
        }
    }

    async fn plan_masks(&mut self, dataset: &Dataset) {
        let graph = self.graph;
        for (name, sql) in &graph.masks {
            let Some(table) = dataset.tables.iter().find(|table| table.name == *name) else {
                let names = dataset.tables.iter().map(|table| table.name.as_str());
                self.errors.push(DeriveError::Sql {
                    at: SqlPlace { file: sql.file.clone(), place: None },
                    message: format!("the mask `{name}` is of no published table"),
                    hint: closest(name, names).map(|closest| format!("Did you mean `{closest}`?")),
                });
                continue;
            };
            match self.plan(sql, None).await {
                Ok(Some(schema)) => self.errors.extend(misfits(table, dataset, sql, &schema)),
                Ok(None) => {}
                Err(error) => self.errors.push(error),
            }
        }
    }

    /// Adds a model's table. The folder of models is a table once its first model has a schema.
    fn add(&mut self, model: &Model, schema: SchemaRef) {
        if let Some(group) = &model.group {
            self.catalogue.schemas.entry(group.clone()).or_insert_with(|| Arc::clone(&schema));
        }
        self.catalogue.schemas.insert(model.name().to_owned(), schema);
    }

    /// The schema that a query gives, or `None` if a table it needs has none.
    async fn plan(&self, sql: &SqlFile, year: Option<(i16, Date)>) -> Result<Option<SchemaRef>, DeriveError> {
        let mut tables = Vec::new();
        for table in sql.tables.keys() {
            let Some(schema) = self.catalogue.schema(table) else { return Ok(None) };
            tables.push((table.as_str(), schema));
        }
        let failed = |error| DeriveError::of_sql(&sql.file, &error);
        let planned = match self.planner.plan(sql.statement(year), tables.iter().copied()).await {
            Ok(planned) => planned,
            Err(error) => {
                // The file's own query first: errors point into it, not into what its folder made of it.
                if let Some(own) = sql.own_statement(year) {
                    self.planner.plan(own, tables).await.map_err(failed)?;
                }
                return Err(failed(error));
            }
        };
        let wrong = |message: String, hint: &str| DeriveError::Sql {
            at: SqlPlace { file: sql.file.clone(), place: None },
            message,
            hint: Some(hint.to_owned()),
        };
        if let Some(mixed) = planned.mixed().map_err(failed)? {
            return Err(wrong(mixed.to_string(), "Write a CAST in one of them."));
        }
        if let Some(unsteady) = planned.unsteady().map_err(failed)? {
            return Err(wrong(unsteady.to_string(), unsteady.remedy()));
        }
        let schema = planned.schema();
        if schema.fields().is_empty() {
            return Err(wrong("it gives no columns".to_owned(), "Write SELECT before FROM."));
        }
        match schema.fields().iter().find(|field| field.data_type() == &DataType::Null) {
            None => Ok(Some(Arc::clone(schema))),
            Some(field) => Err(wrong(format!("the column `{}` has no type", field.name()), "Write CAST(NULL AS …).")),
        }
    }

    /// All models of a folder have the same columns.
    fn group_mismatch(&self, model: &Model, schema: &SchemaRef) -> Option<DeriveError> {
        let Some(Relation::Group { models }) = self.graph.relations.get(model.group.as_ref()?) else { return None };
        let (first, expected) = models.iter().find_map(|model| Some((model, self.catalogue.schema(model)?)))?;
        let in_words = |schema: &SchemaRef| -> Vec<String> {
            schema.fields().iter().map(|field| format!("{} {}", field.name(), field.data_type())).collect()
        };
        let (found, expected) = (in_words(schema), in_words(expected));
        if found == expected {
            return None;
        }
        let place = found.iter().zip(&expected).position(|(a, b)| a != b).unwrap_or(found.len().min(expected.len()));
        let name = |columns: &[String]| columns.get(place).cloned().unwrap_or_else(|| "nothing".to_owned());
        Some(DeriveError::Sql {
            at: SqlPlace { file: model.sql.file.clone(), place: None },
            message: format!("column {} is `{}`, but `{}` in `{first}`", place + 1, name(&found), name(&expected)),
            hint: Some("All models of a folder have the same columns, in the same order.".to_owned()),
        })
    }

    /// Holds a published table to the model of its name.
    fn check_published(&mut self, table: &PublishedTable, dataset: &Dataset) {
        let Some(model) = self.graph.model(&table.name) else {
            // A model of that name that could not be read has been told of.
            if !self.graph.relations.contains_key(&table.name) {
                let names = self.graph.models.iter().map(Model::name);
                let closest = closest(&table.name, names).map(str::to_owned);
                let place = table.place.map(|(line, column)| (line as u64, column as u64));
                let at = SqlPlace { file: dataset.file.clone(), place };
                self.errors.push(DeriveError::Unmade { at, name: table.name.clone(), closest });
            }
            return;
        };
        let Some(schema) = self.catalogue.schema(&table.name) else { return };
        self.errors.extend(misfits(table, dataset, &model.sql, schema));
    }
}

/// What keeps the rows of a query from being those of a published table.
fn misfits(table: &PublishedTable, dataset: &Dataset, sql: &SqlFile, schema: &SchemaRef) -> Vec<DeriveError> {
    let wrong = |message| DeriveError::Sql {
        at: SqlPlace { file: sql.file.clone(), place: None },
        message,
        hint: Some(format!("The published columns are in {}.", dataset.file.display())),
    };
    let wanted: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let found: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    if wanted != found {
        return vec![wrong(format!("the columns are {}, published are {}", found.join(", "), wanted.join(", ")))];
    }
    let columns = table.columns.iter().zip(schema.fields());
    let narrowed = columns.filter(|(column, field)| !keeps_values(field.data_type(), &arrow_type(column.kind)));
    let wrong = |(column, field): (&PublishedColumn, &Arc<Field>)| {
        wrong(format!("the column `{}` is {}, published as {}", column.name, field.data_type(), column.kind))
    };
    narrowed.map(wrong).collect()
}

/// A year to plan with.
fn sample(pipeline: &Pipeline) -> Option<(i16, Date)> {
    let year = pipeline.years.from;
    pipeline.reference_date(year).map(|date| (year, date))
}

/// Whether every value of one type is the same value in the other, or ends the run where it does not fit.
fn keeps_values(from: &DataType, to: &DataType) -> bool {
    match (from, to) {
        (DataType::Decimal128(_, from), DataType::Decimal128(_, to)) => from <= to,
        (DataType::Decimal128(..), DataType::Float64) => true,
        (from, DataType::Int32 | DataType::Int64 | DataType::Decimal128(..)) => from.is_integer(),
        (from, DataType::Float64) => from.is_numeric(),
        (from, to) => from == to,
    }
}
