//! DataFusion's state as planner and engine have it: which SQL is understood, and what it means.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider,
    SchemaProvider, TableProvider,
};
use datafusion::common::DataFusionError;
use datafusion::config::ConfigOptions;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{AggregateUDF, LogicalPlan};
use datafusion::prelude::{SQLOptions, SessionConfig, SessionContext};
use datafusion::sql::parser::Statement;

use super::bounds::{BoundedAggregate, check_length};
use super::guard::Guard;
use super::sum::CheckedSum;
use super::task::TableName;

/// The optimizer rule of DataFusion that drops sort keys.
const DROPS_SORT_KEYS: &str = "eliminate_duplicated_expr";

/// Aggregates that keep the values of all rows.
const COLLECT_VALUES: [&str; 2] = ["string_agg", "array_agg"];

/// The state that every task starts from. Making it takes longer than planning a small query, so it is made once.
pub(super) struct Session(SessionState);

impl Session {
    pub(super) fn new(runtime: Arc<RuntimeEnv>, batch_rows: Option<NonZeroUsize>) -> Self {
        let mut options = ConfigOptions::new();
        options.sql_parser.collect_spans = true;
        options.sql_parser.parse_float_as_decimal = true;
        options.sql_parser.map_string_types_to_utf8view = false;
        options.execution.parquet.schema_force_view_types = false;
        // A query that calls itself need not end.
        options.execution.enable_recursive_ctes = false;
        let mut config = SessionConfig::from(options);
        if let Some(rows) = batch_rows {
            config = config.with_batch_size(rows.get());
        }
        let context = SessionContext::new_with_config_rt(config, runtime);
        // It leaves out sort keys that it takes for decided by others, and believes of a product's rows what holds of
        // one side alone: the rest would come in any order.
        context.remove_optimizer_rule(DROPS_SORT_KEYS);
        let state = context.state();
        context.add_analyzer_rule(Arc::new(Guard::new(state.scalar_functions())));
        let collecting = COLLECT_VALUES.into_iter().filter_map(|name| state.aggregate_functions().get(name));
        for aggregate in collecting {
            context.register_udaf(AggregateUDF::from(BoundedAggregate::new(Arc::clone(aggregate))));
        }
        context.register_udaf(AggregateUDF::from(CheckedSum::new()));
        Self(context.state())
    }

    /// Reads SQL into a statement.
    ///
    /// # Errors
    /// The text is no SQL, or longer than the planner can follow.
    pub(super) fn parse(&self, sql: &str) -> Result<Statement, DataFusionError> {
        check_length(sql)?;
        self.0.sql_to_statement(sql, &self.0.config_options().sql_parser.dialect)
    }

    /// A state that knows these tables and no others.
    ///
    /// # Errors
    /// A name is there twice.
    pub(super) fn over(&self, tables: BTreeMap<TableName, Arc<dyn TableProvider>>) -> Result<State, DataFusionError> {
        let names = &self.0.config_options().catalog;
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
        let mut state = self.0.clone();
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
        let reads = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        reads.verify_plan(&plan)?;
        Ok(plan)
    }
}
