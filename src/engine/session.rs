//! DataFusion's state as planner and engine have it: which SQL is understood, and what it means.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;

use arrow::datatypes::SchemaRef;
use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider,
    SchemaProvider, TableProvider,
};
use datafusion::common::{DataFusionError, plan_err};
use datafusion::config::ConfigOptions;
use datafusion::datasource::empty::EmptyTable;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{AggregateUDF, LogicalPlan, Prepare, Statement as LogicalStatement};
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::Statement;

use super::admitted::check_plan;
use super::bounds::{BoundedAggregate, check_length};
use super::compact::Compact;
use super::guard::Guard;
use super::held::held;
use super::padded::Padded;
use super::partly::PartlySorted;
use super::prepared::Prepared;
use super::runnable::Runnable;
use super::sum::CheckedSum;
use super::task::{TableName, Width};
use super::written::check_statement;

/// Aggregates that keep the values of all rows.
const COLLECT_VALUES: [&str; 2] = ["string_agg", "array_agg"];

/// The states that tasks start from. Making one takes longer than planning a small query, so each is made once.
pub(super) struct Session {
    wide: SessionState,
    narrow: SessionState,
    /// What the narrow state's plans are run with.
    narrow_task: Arc<TaskContext>,
}

impl Session {
    pub(super) fn new(runtime: Arc<RuntimeEnv>, batch_rows: Option<NonZeroUsize>) -> Self {
        let mut options = ConfigOptions::new();
        options.sql_parser.collect_spans = true;
        options.sql_parser.parse_float_as_decimal = true;
        options.sql_parser.map_string_types_to_utf8view = false;
        options.execution.parquet.schema_force_view_types = false;
        // Where a model sorts rows before it groups them, groups come one after the other. A table of all groups would
        // spill, which takes twice as long.
        options.sql_parser.enable_subquery_sort_elimination = false;
        // A query that calls itself need not end.
        options.execution.enable_recursive_ctes = false;
        // Two tasks over many rows run at a time. Rows that are dealt to parts are grouped twice, before and after, and the
        // memory is shared out among the parts.
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let mut config = SessionConfig::from(options).with_target_partitions(cores.div_ceil(2));
        if let Some(rows) = batch_rows {
            config = config.with_batch_size(rows.get());
        }
        let context = SessionContext::new_with_config_rt(config, runtime);
        let state = context.state();
        context.add_analyzer_rule(Arc::new(Guard::new(state.scalar_functions())));
        let collecting = COLLECT_VALUES.into_iter().filter_map(|name| state.aggregate_functions().get(name));
        for aggregate in collecting {
            context.register_udaf(AggregateUDF::from(BoundedAggregate::new(Arc::clone(aggregate))));
        }
        context.register_udaf(AggregateUDF::from(CheckedSum::new()));
        let state = context.state();
        let mut rules = state.physical_optimizers().to_vec();
        rules.insert(0, Arc::new(Padded));
        let held = held(state.optimizers());
        let with = |rules| {
            let builder = SessionStateBuilder::new_from_existing(state.clone()).with_optimizer_rules(held.clone());
            builder.with_physical_optimizer_rules(rules).with_query_planner(Arc::new(Runnable)).build()
        };
        let mut narrow = with(rules.clone());
        rules.push(Arc::new(PartlySorted));
        rules.push(Arc::new(Compact));
        let wide = with(rules);
        narrow.config_mut().options_mut().execution.target_partitions = 1;
        let narrow_task = narrow.task_ctx();
        Self { wide, narrow, narrow_task }
    }

    fn state(&self, width: Width) -> &SessionState {
        match width {
            Width::Wide => &self.wide,
            Width::Narrow => &self.narrow,
        }
    }

    /// Reads SQL into a statement.
    ///
    /// # Errors
    /// The text is no SQL, or longer than the planner can follow.
    pub(super) fn parse(&self, sql: &str) -> Result<Statement, DataFusionError> {
        check_length(sql)?;
        let statement = self.wide.sql_to_statement(sql, &self.wide.config_options().sql_parser.dialect)?;
        check_statement(&statement, self.wide.scalar_functions())?;
        Ok(statement)
    }

    /// Plans a `PREPARE` statement over tables of these schemas.
    ///
    /// # Errors
    /// A table or column is unknown, types do not fit, or the statement would do more than read.
    pub(super) async fn prepare<'a>(
        &self,
        statement: Statement,
        tables: impl IntoIterator<Item = (&'a str, &'a SchemaRef)>,
    ) -> Result<Prepared, DataFusionError> {
        let State(state) = self.over(empty_tables(tables), Width::Narrow)?;
        let LogicalPlan::Statement(LogicalStatement::Prepare(Prepare { input, .. })) =
            state.statement_to_plan(statement).await?
        else {
            return plan_err!("the statement prepares nothing");
        };
        check_plan(&input)?;
        Prepared::new(Arc::unwrap_or_clone(input), |plan| state.optimize(plan))
    }

    /// The rows of a plan that was optimized before, in one part.
    ///
    /// # Errors
    /// There is no way to run it.
    pub(super) async fn run(&self, plan: &LogicalPlan) -> Result<SendableRecordBatchStream, DataFusionError> {
        let plan = self.narrow.query_planner().create_physical_plan(plan, &self.narrow).await?;
        execute_stream(plan, Arc::clone(&self.narrow_task))
    }

    /// A state that knows these tables and no others.
    ///
    /// # Errors
    /// A name is there twice.
    pub(super) fn over(
        &self,
        tables: BTreeMap<TableName, Arc<dyn TableProvider>>,
        width: Width,
    ) -> Result<State, DataFusionError> {
        let state = self.state(width);
        let names = &state.config_options().catalog;
        let catalog = MemoryCatalogProvider::new();
        for (TableName { schema, name }, table) in tables {
            let schema = schema.as_ref().unwrap_or(&names.default_schema);
            let provider = catalog.schema(schema).unwrap_or_else(|| {
                let provider: Arc<dyn SchemaProvider> = Arc::new(MemorySchemaProvider::new());
                provider
            });
            provider.register_table(name, table)?;
            catalog.register_schema(schema, provider)?;
        }
        let catalogs = MemoryCatalogProviderList::new();
        catalogs.register_catalog(names.default_catalog.clone(), Arc::new(catalog));
        let mut state = state.clone();
        state.register_catalog_list(Arc::new(catalogs));
        state.mark_start_execution();
        Ok(State(state))
    }
}

/// The state of one task.
pub(super) struct State(pub(super) SessionState);

impl State {
    /// Plans a statement; types are checked later, by the optimizer.
    ///
    /// # Errors
    /// A table or column is unknown, or it would do more than read, however deep that stands in it.
    pub(super) async fn plan(&self, statement: Statement) -> Result<LogicalPlan, DataFusionError> {
        let plan = self.0.statement_to_plan(statement).await?;
        check_plan(&plan)?;
        Ok(plan)
    }
}

/// Tables of which nothing but the schema is known.
pub(super) fn empty_tables<'a>(
    tables: impl IntoIterator<Item = (&'a str, &'a SchemaRef)>,
) -> BTreeMap<TableName, Arc<dyn TableProvider>> {
    let empty = |(name, schema): (&str, &SchemaRef)| {
        let table: Arc<dyn TableProvider> = Arc::new(EmptyTable::new(Arc::clone(schema)));
        (TableName { schema: None, name: name.to_owned() }, table)
    };
    tables.into_iter().map(empty).collect()
}
