//! `sql`: a query over a version's tables, and over what they were derived from.

use std::collections::BTreeSet;

use datafusion::common::DataFusionError;
use datafusion::sql::parser::Statement;
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;
use object_store::path::Path;

use super::Context;
use super::build::engine;
use super::error::CliError;
use super::output::Answer;
use crate::engine::Session;
use crate::problem::closest;
use crate::publish::{Manifest, read_manifest};
use crate::store::{Commit, VersionNumber};

pub(super) async fn sql(
    context: &Context,
    pipeline: Option<&String>,
    version: Option<VersionNumber>,
    query: &str,
) -> Result<Answer, CliError> {
    let dataset = &context.pipeline(pipeline)?.dataset;
    let published = read_manifest(&context.store, dataset, version).await?;
    let Some((commit, manifest)) = published else {
        let version = version.map(|version| version.to_string());
        return Err(CliError::NothingPublished { dataset: dataset.clone(), version });
    };
    let session = engine(context)?.session();
    let statement = session.parse(query).map_err(|error| wrong(&error))?;
    if !is_query(&statement) {
        let message = "only queries are run: nothing here can be changed".to_owned();
        return Err(CliError::Query { message, hint: Some("Start with SELECT or WITH.".to_owned()) });
    }
    let tables = resolve_table_references(&statement, true).map_err(|error| wrong(&error))?.0;
    for table in tables {
        register(&session, &commit, &manifest, table.schema(), table.table()).await?;
    }
    answer(&session, query).await
}

/// Runs a query over registered tables.
pub(super) async fn answer(session: &Session, query: &str) -> Result<Answer, CliError> {
    let (schema, batches) = session.query(query).await.map_err(|error| wrong(&error))?;
    Answer::batches(&schema, &batches).map_err(|error| wrong(&error.into()))
}

/// Registers the published tables of a version.
pub(super) async fn register_published(
    session: &Session,
    commit: &Commit,
    manifest: &Manifest,
    tables: &[&str],
) -> Result<(), CliError> {
    for table in tables {
        register(session, commit, manifest, None, table).await?;
    }
    Ok(())
}

async fn register(
    session: &Session,
    commit: &Commit,
    manifest: &Manifest,
    schema: Option<&str>,
    table: &str,
) -> Result<(), CliError> {
    let files: Vec<Path> = match schema {
        None | Some("published") => manifest
            .tables
            .get(table)
            .map(|entry| commit.path(&manifest.dataset).join(entry.file.as_str()))
            .into_iter()
            .collect(),
        Some("derived") => {
            let steps = manifest.models.iter().filter(|entry| entry.model == table);
            steps.map(|entry| entry.artefact.table_path(table)).collect()
        }
        Some("staged") => {
            let extracts = manifest.extracts.iter().filter(|entry| entry.rows.contains_key(table));
            extracts.map(|entry| entry.artefact.table_path(table)).collect()
        }
        Some(_) => Vec::new(),
    };
    if files.is_empty() {
        let known = names(manifest, schema);
        let hint = match closest(table, known.iter().map(String::as_str)) {
            Some(name) => format!("Did you mean `{name}`?"),
            None => format!("There are {}.", known.into_iter().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("version {} has no table `{table}`", commit.version);
        return Err(CliError::Query { message, hint: Some(hint) });
    }
    session.register_found(schema, table, &files).await.map_err(|error| wrong(&error))
}

fn names(manifest: &Manifest, schema: Option<&str>) -> BTreeSet<String> {
    match schema {
        Some("derived") => manifest.models.iter().map(|entry| entry.model.clone()).collect(),
        Some("staged") => manifest.extracts.iter().flat_map(|entry| entry.rows.keys().cloned()).collect(),
        _ => manifest.tables.keys().cloned().collect(),
    }
}

fn is_query(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(inner) => matches!(**inner, SqlStatement::Query(_)),
        Statement::Explain(_) => true,
        _ => false,
    }
}

fn wrong(error: &DataFusionError) -> CliError {
    let text = error.find_root().strip_backtrace();
    let (message, rest) = text.split_once('\n').unwrap_or((&text, ""));
    CliError::Query { message: message.to_owned(), hint: (!rest.is_empty()).then(|| rest.to_owned()) }
}
