//! Planning without rows: which columns a statement gives, and what is wrong with it.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::parser::Statement;

use super::rows::plain_schema;
use super::session::{Session, empty_tables};
use super::steady::{self, Unsteady};
use super::task::Width;
use super::unions::{self, MixedColumn};

/// Plans statements over tables of which it knows the schemas alone. Cheap to clone.
#[derive(Clone)]
pub struct Planner(Arc<Session>);

impl fmt::Debug for Planner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Planner").finish_non_exhaustive()
    }
}

impl Default for Planner {
    fn default() -> Self {
        Self::new()
    }
}

impl Planner {
    /// A planner; it needs neither a store nor memory for rows.
    pub fn new() -> Self {
        Self(Arc::new(Session::new(Arc::new(RuntimeEnv::default()), None)))
    }

    /// Reads SQL into a statement.
    ///
    /// # Errors
    /// The text is no SQL, or longer than the planner can follow.
    pub fn parse(&self, sql: &str) -> Result<Statement, DataFusionError> {
        self.0.parse(sql)
    }

    /// Plans a statement over tables of these schemas, types checked.
    ///
    /// # Errors
    /// A table or column is unknown, types do not fit, there is no way to run it, or the statement would do more than read.
    pub async fn plan<'a>(
        &self,
        statement: Statement,
        tables: impl IntoIterator<Item = (&'a str, &'a SchemaRef)>,
    ) -> Result<Planned, DataFusionError> {
        let state = self.0.over(empty_tables(tables), Width::Narrow)?;
        let plan = state.plan(statement).await?;
        // Only the optimizer's passes make one type of those that meet in a CASE or a UNION.
        let optimized = state.0.optimize(&plan)?;
        // What has no way to be run is told now, and not when a night's extracts are there.
        state.0.query_planner().create_physical_plan(&optimized, &state.0).await?;
        let schema = plain_schema(optimized.schema().as_arrow());
        Ok(Planned { plan, optimized, schema })
    }
}

/// A statement that could be planned.
#[derive(Debug)]
pub struct Planned {
    plan: LogicalPlan,
    optimized: LogicalPlan,
    schema: SchemaRef,
}

impl Planned {
    /// The schema of its rows, in plain types and with every column nullable.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The first column of a UNION in it that has one type above and another below.
    ///
    /// # Errors
    /// The plan can't be walked.
    pub fn mixed(&self) -> Result<Option<MixedColumn>, DataFusionError> {
        unions::mixed(&self.plan)
    }

    /// The first part of it that the rows alone do not decide.
    ///
    /// # Errors
    /// The plan can't be walked.
    pub fn unsteady(&self) -> Result<Option<Unsteady>, DataFusionError> {
        steady::unsteady(&self.plan, &self.optimized)
    }
}
