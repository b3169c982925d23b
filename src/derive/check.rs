//! Planning every model and audit against the contracts, without reading a row.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef};
use jiff::civil::Date;

use super::graph::{Graph, Relation};
use super::model::SqlFile;
use super::{DeriveError, SqlPlace};
use crate::definition::{Dataset, Pipeline, Project, PublishedTable};
use crate::engine::Engine;
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
    engine: &Engine,
) -> Result<(Graph, Catalogue), Vec<DeriveError>> {
    let (graph, mut errors) = Graph::read(project, pipeline, &engine.session());
    let catalogue = plan_all(&graph, project, pipeline, dataset, engine, &mut errors).await;
    if errors.is_empty() { Ok((graph, catalogue)) } else { Err(errors) }
}

async fn plan_all(
    graph: &Graph,
    project: &Project,
    pipeline: &Pipeline,
    dataset: &Dataset,
    engine: &Engine,
    errors: &mut Vec<DeriveError>,
) -> Catalogue {
    let mut catalogue = Catalogue::default();
    for (name, schema) in account_tables() {
        catalogue.schemas.insert(name.to_owned(), schema);
    }
    for (_, table) in project.source_tables(pipeline) {
        catalogue.schemas.insert(table.name.clone(), staged_schema(table, &[]));
    }
    for model in &graph.models {
        add_groups(&mut catalogue, graph);
        match plan(&model.sql, sample(pipeline), &catalogue, engine).await {
            Ok(Some(schema)) => match group_mismatch(model.group.as_deref(), &model.sql, &schema, graph, &catalogue) {
                Some(error) => errors.push(error),
                None => drop(catalogue.schemas.insert(model.name().to_owned(), schema)),
            },
            // A table it needs has failed already.
            Ok(None) => {}
            Err(error) => errors.push(error),
        }
    }
    add_groups(&mut catalogue, graph);
    for audit in &graph.audits {
        if let Err(error) = plan(&audit.sql, None, &catalogue, engine).await {
            errors.push(error);
        }
    }
    errors.extend(dataset.tables.iter().flat_map(|table| published(table, dataset, graph, &catalogue)));
    catalogue
}

/// A year to plan with.
fn sample(pipeline: &Pipeline) -> Option<(i16, Date)> {
    let year = pipeline.years.to;
    pipeline.reference_date(year).map(|date| (year, date))
}

/// The schema that a query gives, or `None` if a table it needs has none.
async fn plan(
    sql: &SqlFile,
    year: Option<(i16, Date)>,
    catalogue: &Catalogue,
    engine: &Engine,
) -> Result<Option<SchemaRef>, DeriveError> {
    let session = engine.session();
    for table in sql.tables.keys() {
        let Some(schema) = catalogue.schema(table) else { return Ok(None) };
        session.register_empty(table, Arc::clone(schema)).map_err(|error| DeriveError::of_sql(&sql.file, &error))?;
    }
    // The file's own query first: errors point into it, not into what its folder made of it.
    session.plan(sql.own_statement(year)).await.map_err(|error| DeriveError::of_sql(&sql.file, &error))?;
    let query = session.plan(sql.statement(year)).await.map_err(|error| DeriveError::of_sql(&sql.file, &error))?;
    if let Some(mixed) = query.mixed() {
        return Err(DeriveError::Sql {
            at: SqlPlace { file: sql.file.clone(), place: None },
            message: mixed.to_string(),
            hint: Some("Write a CAST in one of them.".to_owned()),
        });
    }
    let schema = query.schema();
    match schema.fields().iter().find(|field| field.data_type() == &DataType::Null) {
        None => Ok(Some(schema)),
        Some(field) => Err(DeriveError::Sql {
            at: SqlPlace { file: sql.file.clone(), place: None },
            message: format!("the column `{}` has no type", field.name()),
            hint: Some("Write CAST(NULL AS …).".to_owned()),
        }),
    }
}

/// A folder is a table once its first model has a schema.
fn add_groups(catalogue: &mut Catalogue, graph: &Graph) {
    for (name, relation) in &graph.relations {
        if let Relation::Group { models } = relation
            && let Some(schema) = models.iter().find_map(|model| catalogue.schemas.get(model)).cloned()
        {
            catalogue.schemas.insert(name.clone(), schema);
        }
    }
}

/// All models of a folder have the same columns.
fn group_mismatch(
    group: Option<&str>,
    sql: &SqlFile,
    schema: &SchemaRef,
    graph: &Graph,
    catalogue: &Catalogue,
) -> Option<DeriveError> {
    let Some(Relation::Group { models }) = graph.relations.get(group?) else { return None };
    let (first, expected) = models.iter().find_map(|model| Some((model, catalogue.schemas.get(model)?)))?;
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
        at: SqlPlace { file: sql.file.clone(), place: None },
        message: format!("column {} is `{}`, but `{}` in `{first}`", place + 1, name(&found), name(&expected)),
        hint: Some("All models of a folder have the same columns, in the same order.".to_owned()),
    })
}

/// Whether every value of one type is a value of the other, or fails to be one aloud.
fn keeps_values(from: &DataType, to: &DataType) -> bool {
    match (from, to) {
        (DataType::Decimal128(_, from), DataType::Decimal128(_, to)) => from <= to,
        (DataType::Decimal128(..), DataType::Float64) => true,
        (from, DataType::Int32 | DataType::Int64 | DataType::Decimal128(..)) => from.is_integer(),
        (from, DataType::Float64) => from.is_numeric(),
        (from, to) => from == to,
    }
}

/// What keeps a published table from being made of its model.
fn published(table: &PublishedTable, dataset: &Dataset, graph: &Graph, catalogue: &Catalogue) -> Vec<DeriveError> {
    let at = |file: &std::path::Path| SqlPlace { file: file.to_owned(), place: None };
    let Some(model) = graph.model(&table.name) else {
        // A model of that name that could not be read has been told of.
        if graph.relations.contains_key(&table.name) {
            return Vec::new();
        }
        let names = graph.models.iter().map(super::Model::name);
        let closest = closest(&table.name, names).map(str::to_owned);
        let place = table.place.map(|(line, column)| (line as u64, column as u64));
        let at = SqlPlace { file: dataset.file.clone(), place };
        return vec![DeriveError::Unmade { at, name: table.name.clone(), closest }];
    };
    let Some(schema) = catalogue.schema(&table.name) else { return Vec::new() };
    let wrong = |message| DeriveError::Sql {
        at: at(&model.sql.file),
        message,
        hint: Some(format!("The published columns are in {}.", dataset.file.display())),
    };
    let wanted: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let found: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    if wanted != found {
        return vec![wrong(format!("the columns are {}, published are {}", found.join(", "), wanted.join(", ")))];
    }
    table
        .columns
        .iter()
        .zip(schema.fields())
        .filter(|(column, field)| !keeps_values(field.data_type(), &column.kind.arrow()))
        .map(|(column, field)| {
            wrong(format!("the column `{}` is {}, published as {}", column.name, field.data_type(), column.kind))
        })
        .collect()
}
