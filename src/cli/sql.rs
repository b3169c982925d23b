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
use crate::engine::{Blame, Session};
use crate::problem::closest;
use crate::publish::{Manifest, read_manifest};
use crate::store::{Artefact, Commit, Store, VersionNumber};

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
        register(&session, &context.store, &commit, &manifest, table.schema(), table.table()).await?;
    }
    answer(&session, query).await
}

/// Runs a query over registered tables.
pub(super) async fn answer(session: &Session, query: &str) -> Result<Answer, CliError> {
    let (schema, batches) = session.query(query).await.map_err(|error| wrong(&error))?;
    let mut names = BTreeSet::new();
    if let Some(twice) = schema.fields().iter().find(|field| !names.insert(field.name())) {
        let message = format!("two columns are named `{}`", twice.name());
        return Err(CliError::Query { message, hint: Some("Name them apart with AS.".to_owned()) });
    }
    Answer::batches(&schema, &batches).map_err(|error| wrong(&error.into()))
}

/// Registers the published tables of a version.
pub(super) async fn register_published(
    session: &Session,
    store: &Store,
    commit: &Commit,
    manifest: &Manifest,
    tables: &[&str],
) -> Result<(), CliError> {
    for table in tables {
        register(session, store, commit, manifest, None, table).await?;
    }
    Ok(())
}

async fn register(
    session: &Session,
    store: &Store,
    commit: &Commit,
    manifest: &Manifest,
    schema: Option<&str>,
    table: &str,
) -> Result<(), CliError> {
    let mut files: Vec<Path> = Vec::new();
    if let (None | Some("published"), Some(published)) = (schema, manifest.tables.get(table)) {
        let file = commit.path(&manifest.dataset).join(published.file.as_str());
        store.hold(&file, &published.entry).await?;
        files.push(file);
    }
    let artefacts: Vec<&Artefact> = match schema {
        Some("derived") => {
            manifest.models.iter().filter(|entry| entry.model == table).map(|entry| &entry.artefact).collect()
        }
        Some("staged") => {
            let extracts = manifest.extracts.iter().filter(|entry| entry.rows.contains_key(table));
            extracts.map(|entry| &entry.artefact).collect()
        }
        _ => Vec::new(),
    };
    for artefact in artefacts {
        files.push(store.table(artefact, table).await?);
    }
    if files.is_empty() {
        let known = names(manifest, schema);
        let hint = match closest(table, known.iter().map(String::as_str)) {
            Some(name) => format!("Did you mean `{name}`?"),
            None if known.is_empty() => "Name TABLE, derived.MODEL or staged.TABLE.".to_owned(),
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
    match Blame::of(error) {
        Blame::Query => {
            CliError::Query { message: message.to_owned(), hint: (!rest.is_empty()).then(|| rest.to_owned()) }
        }
        blame => CliError::Unreadable { message: message.to_owned(), blame },
    }
}
