//! Running steps: query, sorted rows, Parquet, artefact.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;

use super::check::Catalogue;
use super::graph::Graph;
use super::step::{Input, Step};
use super::{DeriveError, SqlPlace};
use crate::engine::{Engine, Session, conform};
use crate::observe::Progress;
use crate::store::{ArtefactDraft, LocalTable, Provenance, Store, StoreError, TableWriter};

/// Steps of one model that run at once.
const STEPS_AT_ONCE: usize = 2;

/// Runs the steps, which have to come each after those it reads.
///
/// # Errors
/// The first step that failed.
pub async fn run(
    graph: &Graph,
    catalogue: &Catalogue,
    engine: &Engine,
    store: &Store,
    steps: &[Step],
    progress: &Progress,
) -> Result<(), DeriveError> {
    let bar = &progress.stage("derive", steps.len());
    // Steps of one model are next to each other and do not read each other.
    for steps in steps.chunk_by(|a, b| a.model == b.model) {
        stream::iter(steps)
            .map(|step| async move {
                let result = run_step(graph, catalogue, engine, store, step).await;
                bar.advance(&step.model);
                result
            })
            .buffered(STEPS_AT_ONCE)
            .try_collect::<()>()
            .await?;
    }
    Ok(())
}

async fn run_step(
    graph: &Graph,
    catalogue: &Catalogue,
    engine: &Engine,
    store: &Store,
    step: &Step,
) -> Result<(), DeriveError> {
    let (Some(model), Some(schema)) = (graph.model(&step.model), catalogue.schema(&step.model)) else {
        let at = SqlPlace { file: step.model.clone().into(), place: None };
        return Err(DeriveError::UnknownTable { at, name: step.model.clone(), closest: None, unused: None });
    };
    let failed =
        |source| DeriveError::Run { model: step.model.clone(), year: step.calendar_year(), source: Box::new(source) };
    let session = engine.session();
    for (table, inputs) in &step.inputs {
        let files = files(store, inputs).await?;
        register(&session, catalogue, table, &files).map_err(failed)?;
    }
    let statement = model.sql.statement(step.year);
    let sql = statement.to_string();
    let query = session.plan(statement).await.map_err(failed)?;
    let mut rows = query.sorted().await.map_err(failed)?;
    let mut writer = TableWriter::new(Arc::clone(schema), &BTreeMap::new())?;
    while let Some(batch) = rows.try_next().await.map_err(failed)? {
        let batch =
            conform(&batch, schema).map_err(|source| DeriveError::Rows { model: step.model.clone(), source })?;
        writer.write(&batch)?;
    }
    write(store, step, sql, &writer.finish()?).await
}

async fn write(store: &Store, step: &Step, sql: String, table: &LocalTable) -> Result<(), DeriveError> {
    let mut draft = ArtefactDraft::new(store, step.artefact.clone());
    draft.add(&step.model, table).await?;
    let inputs = step.input_artefacts();
    let year = step.calendar_year();
    draft.complete(Provenance::Model { sql, sql_sha256: step.sql, year, inputs }).await?;
    Ok(())
}

/// The files of tables, each held to its artefact's record.
///
/// # Errors
/// One of them is gone or damaged, or the store can't be read.
pub(crate) async fn files(store: &Store, inputs: &[Input]) -> Result<Vec<Path>, StoreError> {
    let mut files = Vec::with_capacity(inputs.len());
    for input in inputs {
        files.push(store.table(&input.artefact, &input.table).await?);
    }
    Ok(files)
}

/// Registers the files behind a table's name.
pub(crate) fn register(
    session: &Session,
    catalogue: &Catalogue,
    table: &str,
    files: &[Path],
) -> Result<(), datafusion::common::DataFusionError> {
    let empty = || SchemaRef::new(arrow::datatypes::Schema::empty());
    let schema = catalogue.schema(table).map_or_else(empty, Arc::clone);
    session.register(table, schema, files)
}
