//! Queries: over a version's tables and what they were derived from, and over artefacts of the store.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::DataFusionError;
use datafusion::sql::parser::Statement;

use super::compile::engine;
use super::{Build, Context, JobError, Rows};
use crate::definition::Pipeline;
use crate::derive::{data_file, is_query, named_tables};
use crate::engine::{Blame, Engine, RowOrder, RowsError, Table, Task};
use crate::problem::closest;
use crate::publish::{PublishedVersion, Tables};
use crate::store::{ArtefactRecord, Store, VersionNumber};

/// Answers a query over a version: its tables by name, and those behind them as `derived.MODEL` and `staged.TABLE`.
///
/// # Errors
/// There is no such version, the query is wrong, or a file that it needs is gone or damaged.
pub async fn query(
    context: &Context,
    pipeline: &Pipeline,
    version: Option<VersionNumber>,
    query: &str,
) -> Result<Rows, JobError> {
    let reader = VersionReader::open(context, pipeline, version).await?;
    let statement = reader.engine.parse(query).map_err(|error| wrong(&error))?;
    if !is_query(&statement) {
        let message = "only queries are run: nothing here can be changed".to_owned();
        return Err(JobError::Query { message, hint: Some("Start with SELECT or WITH.".to_owned()) });
    }
    reader.answer(statement).await
}

/// A published version whose tables can be queried.
#[derive(Debug)]
pub struct VersionReader<'a> {
    /// The version.
    pub version: PublishedVersion,
    store: &'a Store,
    engine: Engine,
}

impl<'a> VersionReader<'a> {
    /// Opens a version, or the latest.
    ///
    /// # Errors
    /// There is no such version, or its manifest is gone or damaged.
    pub async fn open(
        context: &'a Context,
        pipeline: &Pipeline,
        version: Option<VersionNumber>,
    ) -> Result<Self, JobError> {
        let (store, dataset) = (&context.store, &pipeline.dataset);
        let Some(read) = PublishedVersion::read(store, dataset, version).await? else {
            return Err(JobError::nothing_published(store, dataset, version));
        };
        Ok(Self { version: read, store, engine: engine(context)? })
    }

    /// The rows of a query of the product's own.
    pub(super) async fn rows(&self, query: &str) -> Result<Rows, JobError> {
        self.answer(self.engine.parse(query).map_err(|error| wrong(&error))?).await
    }

    /// The rows of a statement over the tables that it names.
    async fn answer(&self, statement: Statement) -> Result<Rows, JobError> {
        let tables = named_tables(&statement).map_err(|error| wrong(&error))?;
        let mut task = Task::new(statement);
        for (schema, name) in tables {
            let table = self.table(schema.as_deref(), &name).await?;
            task = match schema {
                Some(schema) => task.with_in(&schema, &name, table),
                None => task.with(&name, table),
            };
        }
        rows(&self.engine, task).await
    }

    /// The table of a name in SQL: of the version, or as `derived` or `staged` of what it was made from.
    async fn table(&self, schema: Option<&str>, table: &str) -> Result<Table, JobError> {
        let tables = match schema {
            None | Some("published") => Some(Tables::Published),
            Some("derived") => Some(Tables::Derived),
            Some("staged") => Some(Tables::Staged),
            Some(_) => None,
        };
        let files = match tables {
            Some(tables) => self.version.files(self.store, tables, table).await?,
            None => Vec::new(),
        };
        if files.is_empty() {
            let known = self.version.names(tables.unwrap_or(Tables::Published));
            let hint = match closest(table, known.iter().map(String::as_str)) {
                Some(name) => format!("Did you mean `{name}`?"),
                None if known.is_empty() => "Name TABLE, derived.MODEL or staged.TABLE.".to_owned(),
                None => format!("There are {}.", known.into_iter().collect::<Vec<_>>().join(", ")),
            };
            let message = format!("version {} has no table `{table}`", self.version.commit.version);
            return Err(JobError::Query { message, hint: Some(hint) });
        }
        Ok(Table::found(files.iter().map(|file| self.store.url(file)).collect::<Result<_, _>>()?))
    }
}

/// The rows of a query over one table of several artefacts.
pub(super) async fn answer(
    build: &Build<'_>,
    table: &str,
    schema: SchemaRef,
    records: &[ArtefactRecord],
    query: &str,
) -> Result<Rows, JobError> {
    let (store, engine) = (&build.context.store, &build.compiled.engine);
    let mut files = Vec::with_capacity(records.len());
    for record in records {
        files.push(data_file(store, &record.artefact, table).await?);
    }
    let statement = engine.parse(query).map_err(|error| wrong(&error))?;
    rows(engine, Task::new(statement).with(table, Table::files(schema, files, RowOrder::Unknown))).await
}

async fn rows(engine: &Engine, task: Task) -> Result<Rows, JobError> {
    let rows = engine.answer(task).await.map_err(|error| wrong(&error))?;
    let schema = Arc::clone(rows.schema());
    let batches = rows.collect().await.map_err(|error| match error {
        RowsError::Query(error) => wrong(&error),
        RowsError::Schema(error) => wrong(&error.into()),
    })?;
    if schema.fields().is_empty() {
        // FROM alone is a query to DataFusion, of as many rows as there are and no column.
        let message = "the query gives no columns".to_owned();
        return Err(JobError::Query { message, hint: Some("Write SELECT * before FROM.".to_owned()) });
    }
    let mut names = BTreeSet::new();
    if let Some(twice) = schema.fields().iter().find(|field| !names.insert(field.name())) {
        let message = format!("two columns are named `{}`", twice.name());
        return Err(JobError::Query { message, hint: Some("Name them apart with AS.".to_owned()) });
    }
    Rows::new(&schema, &batches).map_err(|error| wrong(&error.into()))
}

pub(super) fn wrong(error: &DataFusionError) -> JobError {
    let text = error.find_root().strip_backtrace();
    let (message, rest) = text.split_once('\n').unwrap_or((&text, ""));
    match Blame::of(error) {
        Blame::Query => {
            JobError::Query { message: message.to_owned(), hint: (!rest.is_empty()).then(|| rest.to_owned()) }
        }
        blame => JobError::Unreadable { message: message.to_owned(), blame },
    }
}
