//! Running steps: query, sorted rows, Parquet, artefact.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::{DataFusionError, ScalarValue};
use jiff::civil::Date;
use tokio::sync::OnceCell;
use tokio::task::JoinSet;
use url::Url;

use super::again::{self, Earlier};
use super::check::Catalogue;
use super::graph::Graph;
use super::model::GIVEN;
use super::schedule::{Again, Cause, Schedule};
use super::step::{Input, Step};
use super::{DeriveError, SqlPlace};
use crate::engine::{DataFile, Engine, FewRows, Prepared, RowOrder, RowsError, Statement, Table, Task};
use crate::observe::{Event, Observers, Stage};
use crate::store::{
    Artefact, ArtefactDraft, DraftError, FinishedDraft, Provenance, Store, StoreError, TableEntry, WriterBeside, Zone,
};

/// Artefacts that are settled together, unless time runs out: a run that is killed makes no more than these again.
const SETTLED_TOGETHER: usize = 128;

/// How long an artefact waits for others, if steps end meanwhile.
const SETTLED_AFTER: Duration = Duration::from_millis(500);

/// What steps are run with: the models, the schemas of their tables, and the engine over the store that they go to.
#[derive(Debug, Clone, Copy)]
pub struct Runner<'a> {
    /// The models.
    pub graph: &'a Graph,
    /// The schema of every table.
    pub catalogue: &'a Catalogue,
    /// The engine.
    pub engine: &'a Engine,
    /// What the latest version was derived from: what would be the same again is taken from there.
    pub earlier: &'a Earlier,
    /// Who hears what becomes of the steps.
    pub observers: &'a Observers,
}

impl Runner<'_> {
    /// Runs steps, each as soon as what it reads is there, as many at a time as there are cores.
    ///
    /// # Errors
    /// The first step in order that failed of those that were begun. What others made is complete.
    pub async fn run(&self, steps: &[Step]) -> Result<(), DeriveError> {
        let _begun = self.observers.begin(Stage::Derive, steps.len());
        let at_once = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let mut schedule = Schedule::new(steps, self.engine.store(), self.engine.memory()).await;
        let mut begun = JoinSet::new();
        let mut plans = BTreeMap::new();
        let mut settling = Settling::new(self.engine.store());
        let mut failed: Option<(usize, DeriveError)> = None;
        loop {
            while failed.is_none()
                && let Some(place) = schedule.next(at_once)
            {
                let work = self.work(&steps[place], &mut plans)?;
                begun.spawn(async move { Done::Step(place, work.run().await) });
            }
            if let Some(settle) = settling.due(schedule.running() == 0) {
                begun.spawn(async move { Done::Settled(settle.await) });
            }
            match begun.join_next().await {
                None => break,
                Some(Err(error)) => match error.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(error) => unreachable!("nobody stops a step but who drops them all: {error}"),
                },
                Some(Ok(Done::Settled(settled))) => {
                    settled?;
                    settling.in_flight = false;
                }
                Some(Ok(Done::Step(place, Ok(Derived { finished, rows, bytes, took })))) => {
                    let Step { model, .. } = &steps[place];
                    let year = steps[place].calendar_year();
                    self.observers.tell(&Event::Derived { model: model.clone(), year, rows, took });
                    settling.add(finished);
                    schedule.done(place, bytes);
                }
                Some(Ok(Done::Step(place, Err(error)))) => {
                    let cause = if error.is_of_memory() { Cause::Memory } else { Cause::Other };
                    if schedule.failed(place, cause) == Again::Yes {
                        continue;
                    }
                    let what = steps[place].model.clone();
                    self.observers.tell(&Event::Failed { stage: Stage::Derive, what });
                    if failed.as_ref().is_none_or(|(first, _)| place < *first) {
                        failed = Some((place, error));
                    }
                }
            }
        }
        failed.map_or(Ok(()), |(_, error)| Err(error))
    }

    /// All that a step needs, so that it can be run on any thread.
    fn work(&self, step: &Step, plans: &mut BTreeMap<String, Arc<Plan>>) -> Result<Work, DeriveError> {
        let (Some(model), Some(schema)) = (self.graph.model(&step.model), self.catalogue.schema(&step.model)) else {
            let at = SqlPlace { file: step.model.clone().into(), place: None };
            return Err(DeriveError::UnknownTable { at, name: step.model.clone(), closest: None, unused: None });
        };
        let plan = step.year.map(|_| {
            let plan = || Arc::new(Plan { statement: model.sql.prepare(), prepared: OnceCell::new() });
            Arc::clone(plans.entry(step.model.clone()).or_insert_with(plan))
        });
        Ok(Work {
            engine: self.engine.clone(),
            sql: model.sql.text(),
            statement: model.sql.statement(step.year),
            plan,
            schema: Arc::clone(schema),
            reads: step.inputs.keys().map(|name| schema_of(self.catalogue, name)).collect(),
            // Given rows are in no statement and no input that could be compared.
            earlier: self.earlier.of(step).filter(|_| model.rows.is_none()),
            given: model.rows.clone(),
            step: step.clone(),
        })
    }
}

/// Something that ended.
enum Done {
    Step(usize, Result<Derived, DeriveError>),
    Settled(Result<(), StoreError>),
}

/// Artefacts that wait to be settled together. One lot is settled while the next gathers.
struct Settling<'a> {
    store: &'a Store,
    waiting: Vec<FinishedDraft>,
    since: Instant,
    in_flight: bool,
}

impl<'a> Settling<'a> {
    fn new(store: &'a Store) -> Self {
        Self { store, waiting: Vec::new(), since: Instant::now(), in_flight: false }
    }

    fn add(&mut self, finished: FinishedDraft) {
        if self.waiting.is_empty() {
            self.since = Instant::now();
        }
        self.waiting.push(finished);
    }

    /// The artefacts to settle now: all of them where no other will come.
    fn due(&mut self, is_last: bool) -> Option<impl Future<Output = Result<(), StoreError>> + use<>> {
        let is_due = is_last || self.waiting.len() >= SETTLED_TOGETHER || self.since.elapsed() >= SETTLED_AFTER;
        if self.in_flight || self.waiting.is_empty() || !is_due {
            return None;
        }
        self.in_flight = true;
        let (store, waiting) = (self.store.clone(), std::mem::take(&mut self.waiting));
        Some(async move { store.settle(waiting).await })
    }
}

/// What the steps of one model share: its statement is planned by the first of them, for all years.
struct Plan {
    statement: Statement,
    prepared: OnceCell<Option<Arc<Prepared>>>,
}

impl Plan {
    /// The statement as it was planned; `None` where it can only be planned with its parameters filled in.
    async fn prepared(&self, engine: &Engine, tables: Vec<(&str, &SchemaRef)>) -> Option<Arc<Prepared>> {
        let prepare = || async { engine.prepare(self.statement.clone(), tables).await.ok().map(Arc::new) };
        self.prepared.get_or_init(prepare).await.clone()
    }
}

/// What a step made.
struct Derived {
    finished: FinishedDraft,
    rows: u64,
    /// The bytes of its file.
    bytes: u64,
    took: Duration,
}

/// A step with all that it needs.
struct Work {
    engine: Engine,
    /// The model's SQL, as the record has it.
    sql: String,
    statement: Statement,
    /// The plan that all years share; `None` for a model without parameters.
    plan: Option<Arc<Plan>>,
    schema: SchemaRef,
    /// The schemas of the tables that the step reads, in their order.
    reads: Vec<SchemaRef>,
    /// The rows themselves, where they are not queried.
    given: Option<RecordBatch>,
    /// What the latest version has of it.
    earlier: Option<Artefact>,
    step: Step,
}

impl Work {
    async fn run(self) -> Result<Derived, DeriveError> {
        let started = Instant::now();
        let Self { engine, sql, statement, plan, schema, reads, given, earlier, step } = self;
        let mut draft = ArtefactDraft::new(engine.store(), step.artefact.clone());
        // What can't be read of the latest version is made anew.
        if let Some(earlier) = earlier
            && let Ok(Some((bytes, entry))) = again::same(engine.store(), &step, &sql, &earlier).await
        {
            let (rows, size) = (entry.rows, entry.bytes);
            draft.copy(&step.model, bytes, entry).await?;
            return Ok(Derived { finished: finished(draft, &step, sql), rows, bytes: size, took: started.elapsed() });
        }
        let mut task = Task::new(statement);
        if let (Some(plan), Some((year, reference_date))) = (plan, step.year) {
            let tables = step.inputs.keys().map(String::as_str).zip(&reads).collect();
            let days = Date::constant(1970, 1, 1).until(reference_date).map(|since| since.get_days());
            if let (Some(prepared), Ok(days)) = (plan.prepared(&engine, tables).await, days) {
                let values = vec![ScalarValue::Int64(Some(year.into())), ScalarValue::Date32(Some(days))];
                task = task.prepared(prepared, values);
            }
        }
        for ((name, inputs), schema) in step.inputs.iter().zip(reads) {
            task = task.with(name, files(engine.store(), schema, inputs).await?);
        }
        if let Some(given) = given {
            task = task.with(GIVEN, Table::rows(given));
        }
        let (entry, few) = write_rows(&engine, task, &step, &schema, &mut draft).await?;
        let url = engine.store().url(&step.artefact.table_path(&step.model))?;
        engine.keep(&url, few);
        let TableEntry { rows, bytes, .. } = entry;
        Ok(Derived { finished: finished(draft, &step, sql), rows, bytes, took: started.elapsed() })
    }
}

/// Writes a task's rows, sorted by all columns, as a step's table.
pub(super) async fn write_rows(
    engine: &Engine,
    task: Task,
    step: &Step,
    schema: &SchemaRef,
    draft: &mut ArtefactDraft<'_>,
) -> Result<(TableEntry, FewRows), DeriveError> {
    let failed = |source| run_failed(step, source);
    let mut rows = engine.sorted(task).await.map_err(failed)?.conformed(schema);
    let mut writer = WriterBeside::new(draft.writer(&step.model, Arc::clone(schema))?);
    let unfit = |error| match error {
        RowsError::Query(source) => failed(source),
        RowsError::Schema(source) => DeriveError::Rows { model: step.model.clone(), source },
    };
    let mut few = FewRows::default();
    while let Some(batch) = rows.next().await.map_err(unfit)? {
        few.add(&batch);
        writer = writer.write(batch).await?;
    }
    let entry = draft.keep(&step.model, writer.end().await?).await.map_err(|error| match error {
        DraftError::Table(error) => DeriveError::from(error),
        DraftError::Store(error) => DeriveError::from(error),
    })?;
    Ok((entry, few))
}

/// The schema of the files that a step reads.
pub(super) async fn schema_of_files(
    engine: &Engine,
    step: &Step,
    files: impl Iterator<Item = Url>,
) -> Result<SchemaRef, DeriveError> {
    engine.schema(files.collect()).await.map_err(|source| run_failed(step, source))
}

pub(super) fn run_failed(step: &Step, source: DataFusionError) -> DeriveError {
    DeriveError::Run { model: step.model.clone(), year: step.calendar_year(), source: Box::new(source) }
}

fn finished(draft: ArtefactDraft<'_>, step: &Step, sql: String) -> FinishedDraft {
    draft.finish(Provenance::Model {
        sql,
        sql_sha256: step.sql,
        maker: again::maker(),
        year: step.calendar_year(),
        reference_date: step.reference_date(),
        inputs: step.input_artefacts(),
    })
}

fn schema_of(catalogue: &Catalogue, table: &str) -> SchemaRef {
    catalogue.schema(table).map_or_else(|| SchemaRef::new(Schema::empty()), Arc::clone)
}

/// The table behind a name, of files that are held to their artefacts' records.
///
/// # Errors
/// One of them is gone or damaged, or the store can't be read.
pub(crate) async fn table(
    store: &Store,
    catalogue: &Catalogue,
    name: &str,
    inputs: &[Input],
) -> Result<Table, StoreError> {
    files(store, schema_of(catalogue, name), inputs).await
}

async fn files(store: &Store, schema: SchemaRef, inputs: &[Input]) -> Result<Table, StoreError> {
    let mut files = Vec::with_capacity(inputs.len());
    for input in inputs {
        files.push(data_file(store, &input.artefact, &input.table).await?);
    }
    // Derived tables are written as the engine sorted them.
    let order = match inputs.iter().all(|input| input.artefact.zone == Zone::Derived) {
        true => RowOrder::AllColumns,
        false => RowOrder::Unknown,
    };
    Ok(Table::files(schema, files, order))
}

/// A table's file as the engine is told of it, held to its artefact's record.
///
/// # Errors
/// It is gone or damaged, or the store can't be read.
pub(crate) async fn data_file(store: &Store, artefact: &Artefact, table: &str) -> Result<DataFile, StoreError> {
    let stored = store.stored(artefact, table).await?;
    Ok(DataFile { url: store.url(&stored.path)?, bytes: stored.entry.bytes })
}
