//! Running tasks in this process.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

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
use datafusion::logical_expr::SortExpr;
use datafusion::prelude::Expr;
use datafusion::sql::parser::Statement;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use url::Url;

use super::read_only::ReadOnly;
use super::rows::Rows;
use super::session::{Session, State};
use super::task::{Place, Table, Task};
use crate::definition::Resources;
use crate::store::Store;

/// The URL of the local disk: local stores lie there, and candidates.
const LOCAL_URL: &str = "file:///";

/// An engine in this process over the files of one store. Cheap to clone; tasks share its memory and the footers of files.
#[derive(Clone)]
pub struct Engine {
    session: Arc<Session>,
    runtime: Arc<RuntimeEnv>,
    store: Store,
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
        let pool = FairSpillPool::new(resources.memory_mib.max(64).saturating_mul(1024 * 1024));
        let runtime = RuntimeEnvBuilder::new().with_memory_pool(Arc::new(pool)).build_arc()?;
        let external = |error| DataFusionError::External(Box::new(error));
        let url = store.url(&Path::default()).map_err(external)?;
        runtime.register_object_store(&url, Arc::new(ReadOnly(store.objects())));
        // A local store's URLs are those of the disk, and so are those of candidates.
        let local: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new());
        let url = Url::parse(LOCAL_URL).map_err(|error| DataFusionError::External(Box::new(error)))?;
        runtime.register_object_store(&url, Arc::new(ReadOnly(local)));
        let session = Arc::new(Session::new(Arc::clone(&runtime), resources.batch_rows));
        Ok(Self { session, runtime, store: store.clone() })
    }

    /// The store that it reads.
    pub fn store(&self) -> &Store {
        &self.store
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
            let frame = engine.frame(task).await?;
            let columns = frame.schema().columns();
            let order = columns.into_iter().map(|column| SortExpr::new(Expr::Column(column), true, true)).collect();
            frame.sort(order)?.execute_stream().await
        })
        .await
    }

    /// The task's rows in the order that its statement asks for.
    ///
    /// # Errors
    /// As [`Engine::sorted`].
    pub async fn answer(&self, task: Task) -> Result<Rows, DataFusionError> {
        let engine = self.clone();
        started(async move { engine.frame(task).await?.execute_stream().await }).await
    }

    async fn frame(&self, Task { statement, tables }: Task) -> Result<DataFrame, DataFusionError> {
        let mut providers = BTreeMap::new();
        for (name, table) in tables {
            providers.insert(name, self.provider(table).await?);
        }
        let state = self.session.over(providers)?;
        let plan = state.plan(statement).await?;
        let State(state) = state;
        Ok(DataFrame::new(state, plan))
    }

    async fn provider(&self, Table(place): Table) -> Result<Arc<dyn TableProvider>, DataFusionError> {
        let parquet = || ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension("");
        let config = |urls: Vec<Url>| {
            let urls = urls.into_iter().map(|url| ListingTableUrl::try_new(url, None)).collect::<Result<_, _>>()?;
            let config = ListingTableConfig::new_with_multi_paths(urls).with_listing_options(parquet());
            Ok::<_, DataFusionError>(config)
        };
        let statistics = self.runtime.cache_manager.get_file_statistic_cache();
        Ok(match place {
            Place::Files(schema, files) if files.is_empty() => Arc::new(EmptyTable::new(schema)),
            Place::Files(schema, files) => {
                Arc::new(ListingTable::try_new(config(files)?.with_schema(schema))?.with_cache(statistics))
            }
            Place::Found(files) => {
                let State(state) = self.session.over(BTreeMap::new())?;
                Arc::new(ListingTable::try_new(config(files)?.infer_schema(&state).await?)?)
            }
            Place::Memory(batch) => Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?),
        })
    }
}

/// Plans on a thread of its own: planning is half the work of a small task, and the tasks of one caller would be planned one
/// after the other. Who stops waiting stops the planning.
async fn started(
    planning: impl Future<Output = Result<SendableRecordBatchStream, DataFusionError>> + Send + 'static,
) -> Result<Rows, DataFusionError> {
    Ok(Rows::new(
        SpawnedTask::spawn(planning)
            .join_unwind()
            .await
            .map_err(|error| DataFusionError::External(Box::new(error)))??,
    ))
}
