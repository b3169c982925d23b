//! Running tasks in this process.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::DataFusionError;
use datafusion::common::runtime::SpawnedTask;
use datafusion::dataframe::DataFrame;
use datafusion::datasource::MemTable;
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::sql::parser::Statement;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use url::Url;

use super::kept::{self, FewRows, Kept};
use super::order::{by_all_columns, of_all_columns};
use super::prepared::Prepared;
use super::rows::{Rows, plain_schema};
use super::session::{Session, State};
use super::task::{DataFile, Place, RowOrder, Table, TableName, Task, Width};
use crate::definition::Resources;
use crate::store::Store;

/// The URL of the local disk: local stores lie there, and candidates.
const LOCAL_URL: &str = "file:///";

/// Eighths of the memory that tasks may take for sorting, grouping and joining. The rest is for the rows of small files, and for what
/// nobody counts: the copy that a grouping sorts as it goes to the disk, rows on their way, and pages that are read and written.
const TASKS_EIGHTHS: usize = 5;

/// The part of the memory that rows of small files may take.
const KEPT_PART: usize = 8;

/// An engine in this process over the files of one store. Cheap to clone; tasks share its memory, the footers of files and
/// the rows of small ones.
#[derive(Clone)]
pub struct Engine {
    session: Arc<Session>,
    runtime: Arc<RuntimeEnv>,
    kept: Arc<Kept>,
    store: Store,
    memory: usize,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine that reads `store` within `resources`.
    ///
    /// # Errors
    /// The temporary folder can't be used, or the store's address is no URL.
    pub fn new(store: &Store, resources: Resources) -> Result<Self, DataFusionError> {
        let memory = resources.memory_mib.max(64).saturating_mul(1024 * 1024);
        let of_tasks = memory / 8 * TASKS_EIGHTHS;
        let pool = FairSpillPool::new(of_tasks);
        let runtime = RuntimeEnvBuilder::new().with_memory_pool(Arc::new(pool)).build_arc()?;
        let external = |error| DataFusionError::External(Box::new(error));
        let url = store.url(&Path::default()).map_err(external)?;
        runtime.register_object_store(&url, store.view());
        // A local store's URLs are those of the disk, and so are those of candidates.
        let local: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new());
        let url = Url::parse(LOCAL_URL).map_err(|error| DataFusionError::External(Box::new(error)))?;
        runtime.register_object_store(&url, store.view_of(local));
        let session = Arc::new(Session::new(Arc::clone(&runtime), resources.batch_rows));
        let kept = Arc::new(Kept::new(memory / KEPT_PART));
        Ok(Self { session, runtime, kept, store: store.clone(), memory: of_tasks })
    }

    /// Keeps the rows of a file of the store that was just written, if they are few: tasks will not open it.
    pub fn keep(&self, file: &Url, rows: FewRows) {
        if let FewRows(Some(rows)) = rows {
            self.kept.keep(file, &rows);
        }
    }

    /// The store that it reads.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The bytes that tasks share for sorting, grouping and joining.
    pub fn memory(&self) -> u64 {
        self.memory as u64
    }

    /// Reads SQL into a statement.
    ///
    /// # Errors
    /// The text is no SQL, or longer than the planner can follow.
    pub fn parse(&self, sql: &str) -> Result<Statement, DataFusionError> {
        self.session.parse(sql)
    }

    /// The task's rows, sorted by all columns from left to right: the same rows in the same order however many threads
    /// there are.
    ///
    /// # Errors
    /// The statement can't be planned, or a table can't be read. What fails later is told by the rows.
    pub async fn sorted(&self, task: Task) -> Result<Rows, DataFusionError> {
        let engine = self.clone();
        started(async move {
            if task.width() == Width::Narrow
                && let Some((prepared, values)) = task.prepared
            {
                let mut tables = BTreeMap::new();
                for (TableName { name, .. }, table) in task.tables {
                    tables.insert(name, engine.provider(table).await?);
                }
                return engine.session.run(&prepared.bound(&tables, &values)?).await;
            }
            let frame = engine.frame(task).await?;
            let order = by_all_columns(frame.logical_plan());
            let sorted = if order.is_empty() { frame } else { frame.sort(order)? };
            sorted.execute_stream().await
        })
        .await
    }

    /// The schema that Parquet files have, in plain types and with every column nullable.
    ///
    /// # Errors
    /// A file can't be read.
    pub async fn schema(&self, files: Vec<Url>) -> Result<SchemaRef, DataFusionError> {
        let table = self.provider(Table::found(files)).await?;
        Ok(plain_schema(&table.schema()))
    }

    /// Plans a `PREPARE` statement over tables of these schemas, for tasks that run it with tables of theirs.
    ///
    /// # Errors
    /// It can't be planned.
    pub async fn prepare<'a>(
        &self,
        statement: Statement,
        tables: impl IntoIterator<Item = (&'a str, &'a SchemaRef)>,
    ) -> Result<Prepared, DataFusionError> {
        self.session.prepare(statement, tables).await
    }

    /// The task's rows in the order that its statement asks for.
    ///
    /// # Errors
    /// As [`Engine::sorted`].
    pub async fn answer(&self, task: Task) -> Result<Rows, DataFusionError> {
        let engine = self.clone();
        started(async move { engine.frame(task).await?.execute_stream().await }).await
    }

    async fn frame(&self, task: Task) -> Result<DataFrame, DataFusionError> {
        let width = task.width();
        let Task { statement, tables, .. } = task;
        let mut providers = BTreeMap::new();
        for (name, table) in tables {
            providers.insert(name, self.provider(table).await?);
        }
        let state = self.session.over(providers, width)?;
        let plan = state.plan(statement).await?;
        let State(state) = state;
        Ok(DataFrame::new(state, plan))
    }

    async fn provider(&self, Table(place): Table) -> Result<Arc<dyn TableProvider>, DataFusionError> {
        let parquet = || ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension("");
        let config = |urls: Vec<Url>, options| {
            let urls = urls.into_iter().map(|url| ListingTableUrl::try_new(url, None)).collect::<Result<_, _>>()?;
            let config = ListingTableConfig::new_with_multi_paths(urls).with_listing_options(options);
            Ok::<_, DataFusionError>(config)
        };
        let listed = |schema: SchemaRef, files: Vec<Url>, order| {
            let statistics = self.runtime.cache_manager.get_file_statistic_cache();
            // Files one below the other are in no order, each of them though it be.
            let options = match (order, files.len()) {
                (RowOrder::AllColumns, 1) => parquet().with_file_sort_order(vec![of_all_columns(&schema)]),
                _ => parquet(),
            };
            let table = ListingTable::try_new(config(files, options)?.with_schema(schema))?.with_cache(statistics);
            Ok::<_, DataFusionError>(Arc::new(table))
        };
        Ok(match place {
            Place::Files(schema, files, _) if files.is_empty() => Arc::new(EmptyTable::new(schema)),
            Place::Files(schema, files, order) => match self.rows(&schema, &files).await? {
                Some(rows) => Arc::new(MemTable::try_new(schema, vec![rows])?),
                None => listed(schema, files.into_iter().map(|file| file.url).collect(), order)?,
            },
            Place::Local(schema, file) if file.bytes <= kept::WHOLE_FILE => {
                match self.read(&schema, &file.url).await? {
                    Some(rows) => Arc::new(MemTable::try_new(schema, vec![rows])?),
                    None => listed(schema, vec![file.url], RowOrder::Unknown)?,
                }
            }
            Place::Local(schema, file) => listed(schema, vec![file.url], RowOrder::Unknown)?,
            Place::Found(files) => {
                let State(state) = self.session.over(BTreeMap::new(), Width::Wide)?;
                Arc::new(ListingTable::try_new(config(files, parquet())?.infer_schema(&state).await?)?)
            }
            Place::Memory(batch) => Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?),
        })
    }

    /// The rows of files, where all of them are in memory or small enough to be read as a whole.
    async fn rows(&self, schema: &SchemaRef, files: &[DataFile]) -> Result<Option<Vec<RecordBatch>>, DataFusionError> {
        let mut bytes = 0;
        let mut all = Vec::new();
        for DataFile { url, bytes: size } in files {
            let fits = |rows: &Arc<[RecordBatch]>| rows.iter().all(|batch| batch.schema() == *schema);
            let rows = match self.kept.get(url).filter(fits) {
                Some(rows) => rows,
                None if *size > kept::WHOLE_FILE => return Ok(None),
                None => match self.read(schema, url).await? {
                    Some(rows) => {
                        self.kept.keep(url, &rows);
                        rows.into()
                    }
                    None => return Ok(None),
                },
            };
            bytes += kept::bytes_of(&rows);
            if bytes > kept::ROWS_OF_A_TABLE {
                return Ok(None);
            }
            all.extend(rows.iter().cloned());
        }
        Ok(Some(all))
    }

    /// The rows of a file that is read as a whole.
    async fn read(&self, schema: &SchemaRef, file: &Url) -> Result<Option<Vec<RecordBatch>>, DataFusionError> {
        let store = self.runtime.object_store(ListingTableUrl::try_new(file.clone(), None)?.object_store())?;
        let path = Path::from_url_path(file.path()).map_err(object_store::Error::from)?;
        kept::rows_of(store.get(&path).await?.bytes().await?, schema)
    }
}

/// Plans on a thread of its own: planning is half the work of a small task, and the tasks of one caller would be planned one
/// after the other.
async fn started(
    planning: impl Future<Output = Result<SendableRecordBatchStream, DataFusionError>> + Send + 'static,
) -> Result<Rows, DataFusionError> {
    beside(planning).await?.map(Rows::new)
}

/// Does work on any thread while the caller waits, or does the like. Who stops waiting stops the work.
///
/// # Errors
/// The process ends.
pub async fn beside<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<T, DataFusionError> {
    let done = SpawnedTask::spawn(work).join_unwind().await;
    done.map_err(|error| DataFusionError::External(Box::new(error)))
}
