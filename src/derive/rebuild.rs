//! Steps of a version run again as they were run then: the SQL of each is in the record of what it made, and so is what it
//! read. What they make goes to another store, and nothing is taken from what they made then.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;

use arrow::datatypes::SchemaRef;
use tokio::task::JoinSet;

use super::recorded::Recorded;
use super::run::{run_failed, schema_of_files, write_rows};
use super::schedule::{Again, Cause, Schedule};
use super::{Catalogue, DeriveError};
use crate::engine::{DataFile, Engine, Planner, RowOrder, Table, Task};
use crate::store::{Artefact, ArtefactDraft, ArtefactKey, Digest, Store, StoreError, TableEntry, Zone};

/// What steps are run again with.
#[derive(Debug)]
pub struct Rebuilding<'a> {
    /// The store that has the extracts as they were staged. Nothing is written to it.
    pub from: &'a Store,
    /// The store that the tables go to.
    pub to: &'a Store,
    /// What runs queries.
    pub engine: &'a Engine,
    /// The schemas of today, for tables of which there was nothing then.
    pub catalogue: Option<&'a Catalogue>,
}

/// A table that was derived again.
#[derive(Debug, Clone)]
pub struct Rebuilt {
    /// What it is now.
    pub entry: TableEntry,
    /// Its schema.
    pub schema: SchemaRef,
    /// Whether it reads a table that became another: that one is to blame.
    pub follows: bool,
}

impl Rebuilding<'_> {
    /// Runs steps again, each as soon as what it reads is there. Answers what became of each, by its key.
    ///
    /// # Errors
    /// The first step that can't be run.
    pub async fn run(&self, steps: &[Recorded]) -> Result<BTreeMap<ArtefactKey, Rebuilt>, DeriveError> {
        let at_once = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let planned: Vec<_> = steps.iter().map(|it| it.step.clone()).collect();
        let mut schedule = Schedule::new(&planned, self.from, self.engine.memory()).await;
        let mut rebuilt: BTreeMap<ArtefactKey, Rebuilt> = BTreeMap::new();
        let mut begun = JoinSet::new();
        loop {
            while let Some(place) = schedule.next(at_once) {
                let work = self.work(&steps[place], &rebuilt).await?;
                begun.spawn(async move { (place, work.run().await) });
            }
            match begun.join_next().await {
                None => return Ok(rebuilt),
                Some(Err(error)) => match error.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(error) => unreachable!("nobody stops a step but who drops them all: {error}"),
                },
                Some(Ok((place, Ok(made)))) => {
                    schedule.done(place, made.entry.bytes);
                    rebuilt.insert(steps[place].artefact().key, made);
                }
                Some(Ok((place, Err(error)))) => {
                    let cause = if error.is_of_memory() { Cause::Memory } else { Cause::Other };
                    if schedule.failed(place, cause) == Again::No {
                        return Err(error);
                    }
                }
            }
        }
    }

    /// All that a step needs, so that it can be run on any thread.
    async fn work(&self, recorded: &Recorded, rebuilt: &BTreeMap<ArtefactKey, Rebuilt>) -> Result<Work, DeriveError> {
        let mut tables = Vec::new();
        let mut follows = false;
        for (name, inputs) in &recorded.step.inputs {
            let mut files = Vec::with_capacity(inputs.len());
            let mut schema = None;
            for input in inputs {
                let artefact = &input.artefact;
                match rebuilt.get(&artefact.key) {
                    Some(made) => {
                        let url = self.to.url(&artefact.table_path(&input.table))?;
                        files.push(DataFile { url, bytes: made.entry.bytes });
                        follows |= made.is_another(self.from, artefact, &input.table).await?;
                        schema.get_or_insert_with(|| Arc::clone(&made.schema));
                    }
                    None if artefact.zone == Zone::Derived => {
                        return Err(self.from.gone(&artefact.table_path(&input.table)).into());
                    }
                    None => {
                        let stored = self.from.stored(artefact, &input.table).await?;
                        files.push(DataFile { url: self.from.url(&stored.path)?, bytes: stored.entry.bytes });
                    }
                }
            }
            // Rows in several files are all in the schema of their contract, and so is each file.
            let schema = match (schema, self.catalogue.and_then(|it| it.schema(name))) {
                (Some(schema), _) => schema,
                (None, _) if !files.is_empty() => {
                    schema_of_files(self.engine, &recorded.step, files.iter().map(|file| file.url.clone())).await?
                }
                (None, Some(schema)) => Arc::clone(schema),
                (None, None) => {
                    return Err(DeriveError::NoColumns { step: recorded.step.model.clone(), table: name.clone() });
                }
            };
            let order = match inputs.iter().all(|input| input.artefact.zone == Zone::Derived) {
                true => RowOrder::AllColumns,
                false => RowOrder::Unknown,
            };
            tables.push((name.clone(), Arc::clone(&schema), Table::files(schema, files, order)));
        }
        Ok(Work {
            engine: self.engine.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            recorded: recorded.clone(),
            tables,
            follows,
        })
    }
}

impl Rebuilt {
    /// Whether the table is another than that which was recorded.
    async fn is_another(&self, from: &Store, artefact: &Artefact, table: &str) -> Result<bool, StoreError> {
        Ok(from.entry(artefact, table).await?.is_some_and(|entry| entry.sha256 != self.entry.sha256))
    }
}

/// A step with all that it needs.
struct Work {
    engine: Engine,
    from: Store,
    to: Store,
    recorded: Recorded,
    tables: Vec<(String, SchemaRef, Table)>,
    follows: bool,
}

impl Work {
    async fn run(self) -> Result<Rebuilt, DeriveError> {
        let Self { engine, from, to, recorded, tables, follows } = self;
        let step = &recorded.step;
        let failed = |source| run_failed(step, source);
        let mut draft = ArtefactDraft::new(&to, step.artefact.clone());
        let (entry, schema) = if recorded.is_fact() {
            // No query makes these rows. The table is taken as it is, held to its record.
            let stored = from.stored(&step.artefact, &step.model).await?;
            let Some(bytes) = from.get(&stored.path).await? else { return Err(from.gone(&stored.path).into()) };
            if Digest::of(&bytes) != stored.entry.sha256 {
                return Err(from.damaged(&stored.path, "it changed while it was read").into());
            }
            draft.copy(&step.model, bytes, stored.entry.clone()).await?;
            (stored.entry, schema_of_files(&engine, step, [from.url(&stored.path)?].into_iter()).await?)
        } else {
            let planner = Planner::new();
            let statement = recorded.statement(&planner).map_err(failed)?;
            let schemas = tables.iter().map(|(name, schema, _)| (name.as_str(), schema));
            let planned = planner.plan(statement.clone(), schemas).await.map_err(failed)?;
            let schema = Arc::clone(planned.schema());
            let mut task = Task::new(statement);
            for (name, _, table) in tables {
                task = task.with(&name, table);
            }
            let (entry, _) = write_rows(&engine, task, step, &schema, &mut draft).await?;
            (entry, schema)
        };
        Ok(Rebuilt { entry, schema, follows })
    }
}
