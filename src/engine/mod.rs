//! The query engine: DataFusion in this process, over Parquet files of the store.
//!
//! Used by `derive`, `publish` and the command line's queries. Invariants: strings are plain UTF-8 (never views), so that
//! another engine sees the same schemas; a query's memory is bounded by the environment; nothing is written.

mod arithmetic;
mod blame;
mod bounds;
mod read_only;
mod sum;
mod unions;

use std::fmt;
use std::num::NonZeroUsize;
use std::path::Path as FilePath;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::util::display::FormatOptions;
use datafusion::common::DataFusionError;
use datafusion::common::TableReference;
use datafusion::config::ConfigOptions;
use datafusion::dataframe::DataFrame;
use datafusion::datasource::MemTable;
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::functions::{string, unicode};
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};
use datafusion::prelude::{SQLOptions, SessionConfig, SessionContext};
use datafusion::sql::parser::Statement;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use url::Url;

use arithmetic::CheckArithmetic;
pub use blame::Blame;
use bounds::{BoundedText, Length};
use read_only::ReadOnly;
use sum::CheckedSum;
pub use unions::MixedColumn;

use crate::definition::Resources;
use crate::store::Store;

/// The URL that the store is registered under, whatever its address.
const STORE_URL: &str = "maaltal://store/";

/// The URL of the local disk, where candidates lie.
const LOCAL_URL: &str = "file:///";

/// The engine's release: another one may write the same rows as other bytes.
pub const RELEASE: &str = datafusion::DATAFUSION_VERSION;

/// The optimizer rule of DataFusion that drops sort keys.
const DROPS_SORT_KEYS: &str = "eliminate_duplicated_expr";

/// An engine over one store. Cheap to clone; sessions share memory and files.
#[derive(Clone)]
pub struct Engine {
    runtime: Arc<RuntimeEnv>,
    batch_rows: Option<NonZeroUsize>,
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
    /// The temporary folder can't be used.
    pub fn new(store: &Store, resources: Resources) -> Result<Self, DataFusionError> {
        let pool = FairSpillPool::new(resources.memory_mib.max(64).saturating_mul(1024 * 1024));
        let runtime = RuntimeEnvBuilder::new().with_memory_pool(Arc::new(pool)).build_arc()?;
        let local: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new());
        for (url, objects) in [(STORE_URL, store.objects()), (LOCAL_URL, local)] {
            let url = Url::parse(url).map_err(|error| DataFusionError::External(Box::new(error)))?;
            runtime.register_object_store(&url, Arc::new(ReadOnly(objects)));
        }
        Ok(Self { runtime, batch_rows: resources.batch_rows, store: store.clone() })
    }

    /// The store that it reads.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// A session without tables.
    pub fn session(&self) -> Session {
        let mut options = ConfigOptions::new();
        options.sql_parser.collect_spans = true;
        options.sql_parser.parse_float_as_decimal = true;
        options.sql_parser.map_string_types_to_utf8view = false;
        options.execution.parquet.schema_force_view_types = false;
        // A query that calls itself need not end.
        options.execution.enable_recursive_ctes = false;
        let mut config = SessionConfig::from(options);
        if let Some(rows) = self.batch_rows {
            config = config.with_batch_size(rows.get());
        }
        let context = SessionContext::new_with_config_rt(config, Arc::clone(&self.runtime));
        // It leaves out sort keys that it takes for decided by others, and believes of a product's rows what holds of
        // one side alone: the rest would come in any order.
        context.remove_optimizer_rule(DROPS_SORT_KEYS);
        context.add_analyzer_rule(Arc::new(CheckArithmetic::new()));
        let texts =
            [(unicode::lpad(), Length::Given), (unicode::rpad(), Length::Given), (string::repeat(), Length::Times)];
        for (function, length) in texts {
            context.register_udf(ScalarUDF::from(BoundedText::new(function, length)));
        }
        context.register_udaf(AggregateUDF::from(CheckedSum::new()));
        Session { context, store: self.store.clone() }
    }
}

/// Tables under names, and queries over them.
#[derive(Clone)]
pub struct Session {
    context: SessionContext,
    store: Store,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

impl Session {
    /// Registers Parquet files of the store as one table; without files an empty one.
    ///
    /// # Errors
    /// The name is taken.
    pub fn register(&self, name: &str, schema: SchemaRef, files: &[Path]) -> Result<(), DataFusionError> {
        if files.is_empty() {
            return self.register_empty(name, schema);
        }
        self.register_urls(name, schema, self.store_urls(files)?)
    }

    /// Registers Parquet files of the store in the schema that they have, under `schema.name` or `name`.
    ///
    /// # Errors
    /// The files can't be read.
    pub async fn register_found(
        &self,
        schema: Option<&str>,
        name: &str,
        files: &[Path],
    ) -> Result<(), DataFusionError> {
        let reference = match schema {
            Some(schema) => {
                self.context.sql(&format!("CREATE SCHEMA IF NOT EXISTS {schema}")).await?;
                TableReference::partial(schema.to_owned(), name.to_owned())
            }
            None => TableReference::bare(name.to_owned()),
        };
        let config = ListingTableConfig::new_with_multi_paths(self.store_urls(files)?).with_listing_options(parquet());
        let config = config.infer_schema(&self.context.state()).await?;
        self.context.register_table(reference, Arc::new(ListingTable::try_new(config)?))?;
        Ok(())
    }

    /// Registers a Parquet file on the local disk.
    ///
    /// # Errors
    /// The name is taken.
    pub fn register_local(&self, name: &str, schema: SchemaRef, file: &FilePath) -> Result<(), DataFusionError> {
        let url = ListingTableUrl::parse(file.to_string_lossy())?;
        self.register_urls(name, schema, vec![url])
    }

    fn register_urls(&self, name: &str, schema: SchemaRef, urls: Vec<ListingTableUrl>) -> Result<(), DataFusionError> {
        let config = ListingTableConfig::new_with_multi_paths(urls).with_listing_options(parquet()).with_schema(schema);
        self.context.register_table(name, Arc::new(ListingTable::try_new(config)?))?;
        Ok(())
    }

    fn store_urls(&self, files: &[Path]) -> Result<Vec<ListingTableUrl>, DataFusionError> {
        // A path has its letters beyond ASCII percent-encoded already, and reading a URL decodes once.
        let escaped = |file| self.store.object_path(file).to_string().replace('%', "%25");
        let url = |file| ListingTableUrl::parse(format!("{STORE_URL}{}", escaped(file)));
        files.iter().map(url).collect()
    }

    /// Registers a table without rows: enough to plan.
    ///
    /// # Errors
    /// The name is taken.
    pub fn register_empty(&self, name: &str, schema: SchemaRef) -> Result<(), DataFusionError> {
        self.context.register_table(name, Arc::new(EmptyTable::new(schema)))?;
        Ok(())
    }

    /// Registers rows that are in memory.
    ///
    /// # Errors
    /// The name is taken.
    pub fn register_rows(&self, name: &str, batch: RecordBatch) -> Result<(), DataFusionError> {
        let table = MemTable::try_new(batch.schema(), vec![vec![batch]])?;
        self.context.register_table(name, Arc::new(table))?;
        Ok(())
    }

    /// Reads SQL into a statement.
    ///
    /// # Errors
    /// The text is no SQL, or longer than the planner can follow.
    pub fn parse(&self, sql: &str) -> Result<Statement, DataFusionError> {
        bounds::check_length(sql)?;
        let state = self.context.state();
        let dialect = state.config_options().sql_parser.dialect;
        state.sql_to_statement(sql, &dialect)
    }

    /// Plans a statement, types checked.
    ///
    /// # Errors
    /// A table or column is unknown, types do not fit, or it would do more than read, however deep that stands in it.
    pub async fn plan(&self, statement: Statement) -> Result<Query, DataFusionError> {
        let state = self.context.state();
        let plan = state.statement_to_plan(statement).await?;
        let reads = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        reads.verify_plan(&plan)?;
        // Only the planner's passes make one type of those that meet in a CASE or a UNION.
        let schema = plain_schema(state.optimize(&plan)?.schema().as_arrow());
        let mixed = unions::mixed(&plan)?;
        Ok(Query { frame: DataFrame::new(state, plan), schema, mixed })
    }

    /// Plans and runs a text.
    ///
    /// # Errors
    /// As [`Session::plan`], or the query fails.
    pub async fn query(&self, sql: &str) -> Result<(SchemaRef, Vec<RecordBatch>), DataFusionError> {
        let query = self.plan(self.parse(sql)?).await?;
        let schema = query.schema();
        Ok((schema, query.frame.collect().await?))
    }
}

fn parquet() -> ListingOptions {
    ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension("")
}

/// A planned query.
#[derive(Debug)]
pub struct Query {
    frame: DataFrame,
    schema: SchemaRef,
    mixed: Option<MixedColumn>,
}

impl Query {
    /// The schema of its rows, in plain types and with every column nullable.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The first column of a UNION in it that has one type above and another below.
    pub fn mixed(&self) -> Option<&MixedColumn> {
        self.mixed.as_ref()
    }

    /// Runs it, its rows sorted by all columns from left to right: the same rows in the same order
    /// however many threads there are.
    ///
    /// # Errors
    /// The query fails.
    pub async fn sorted(self) -> Result<SendableRecordBatchStream, DataFusionError> {
        use datafusion::logical_expr::SortExpr;
        use datafusion::prelude::Expr;
        let columns = self.frame.schema().columns();
        let order = columns.into_iter().map(|column| SortExpr::new(Expr::Column(column), true, true)).collect();
        self.frame.sort(order)?.execute_stream().await
    }
}

/// A schema in the types that Parquet keeps.
fn plain_schema(schema: &Schema) -> SchemaRef {
    let field = |field: &Arc<Field>| {
        let data_type = match field.data_type() {
            DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
            other => other.clone(),
        };
        Field::new(field.name(), data_type, true)
    };
    Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()))
}

/// What does not fit is an error, never a NULL.
const STRICT: CastOptions<'static> = CastOptions { safe: false, format_options: FormatOptions::new() };

/// The batch in another schema of the same columns.
///
/// # Errors
/// A value does not fit the new type, or a missing value stands where none may.
pub fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let columns = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| match column.data_type() == field.data_type() {
            true => Ok(Arc::clone(column)),
            false => cast_with_options(column, field.data_type(), &STRICT),
        })
        .collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(Arc::clone(schema), columns)
}
