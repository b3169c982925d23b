//! The step from an optimized plan to one that runs.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner};

use super::subqueries::names_outside;
use super::walk::{expressions, first};

/// DataFusion's own step, which says what to write where its optimizer could make no join of a subquery.
#[derive(Debug)]
pub(super) struct Runnable;

#[async_trait]
impl QueryPlanner for Runnable {
    async fn create_physical_plan(&self, plan: &LogicalPlan, session: &dyn Session) -> Result<Arc<dyn ExecutionPlan>> {
        let planned = DefaultPhysicalPlanner::default().create_physical_plan(plan, session).await;
        if planned.is_err()
            && let Some(why) = first(plan, |node| expressions(node, left_over))?
        {
            return plan_err!("{why}");
        }
        planned
    }
}

/// What to write for an expression that is still about a subquery for each row.
fn left_over(expr: &Expr, _: &DFSchema) -> Result<Option<&'static str>> {
    Ok(match expr {
        Expr::Exists(_) | Expr::InSubquery(_) => Some(
            "EXISTS and IN (SELECT …) stand in a WHERE, beside others with AND or OR: elsewhere, as in a column, a CASE, a FILTER or \
             an ON, LEFT JOIN the keys of SELECT DISTINCT and ask whether they are NULL",
        ),
        Expr::ScalarSubquery(subquery) if names_outside(subquery) => Some(OF_EACH_ROW),
        Expr::OuterReferenceColumn(..) => Some(OF_EACH_ROW),
        _ => None,
    })
}

/// What is said of a subquery that names a column of the row outside in a way that no join can be made of.
const OF_EACH_ROW: &str = "a subquery of what belongs to the row names its columns with `=` alone, and has no LIMIT: join with the \
                           rows in a CTE, and group or number them there";
