//! Statements that are planned once and run many times, with other tables and parameters each time.
//!
//! Planning is most of the work of a task over few rows. What the optimizer makes of a statement does not depend on rows,
//! so the tasks of one model share it, and each puts its own tables and values into it. A task over many rows is planned by
//! itself: there the optimizer may fold what it knows of the values, and filters reach the files.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DataFusionError, ScalarValue, plan_datafusion_err, plan_err};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::expr::Placeholder;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, TableScan};

use super::order::by_all_columns;

/// A statement with parameters `$1`, `$2` and so on, optimized, its rows sorted by all columns.
#[derive(Debug, Clone)]
pub struct Prepared(LogicalPlan);

impl Prepared {
    /// The plan of a statement, in which the rows are not sorted yet.
    pub(super) fn new(
        plan: LogicalPlan,
        optimize: impl FnOnce(&LogicalPlan) -> Result<LogicalPlan, DataFusionError>,
    ) -> Result<Self, DataFusionError> {
        let order = by_all_columns(&plan);
        let plan = LogicalPlanBuilder::from(plan);
        let sorted = if order.is_empty() { plan } else { plan.sort(order)? };
        optimize(&sorted.build()?).map(Self)
    }

    /// The plan over these tables, with these values.
    pub(super) fn bound(
        &self,
        tables: &BTreeMap<String, Arc<dyn TableProvider>>,
        values: &[ScalarValue],
    ) -> Result<LogicalPlan, DataFusionError> {
        let bound = self.0.clone().transform_up_with_subqueries(|node| {
            let node = match node {
                LogicalPlan::TableScan(scan) => {
                    let name = scan.table_name.table();
                    let table = tables.get(name).ok_or_else(|| plan_datafusion_err!("no table `{name}`"))?;
                    LogicalPlan::TableScan(TableScan { source: provider_as_source(Arc::clone(table)), ..scan })
                }
                node => node,
            };
            let names = NamePreserver::new(&node);
            let filled = node.map_expressions(|expr| {
                if !expr.exists(|part| Ok(matches!(part, Expr::Placeholder(_))))? {
                    return Ok(Transformed::no(expr));
                }
                let name = names.save(&expr);
                let expr = expr.transform_up(|part| match part {
                    Expr::Placeholder(Placeholder { id, .. }) => Ok(Transformed::yes(value(&id, values)?)),
                    part => Ok(Transformed::no(part)),
                })?;
                Ok(expr.update_data(|expr| name.restore(expr)))
            })?;
            Ok(Transformed::yes(filled.data))
        })?;
        Ok(bound.data)
    }
}

fn value(parameter: &str, values: &[ScalarValue]) -> Result<Expr, DataFusionError> {
    let place = parameter.strip_prefix('$').and_then(|place| place.parse::<usize>().ok());
    match place.and_then(|place| values.get(place.checked_sub(1)?)) {
        Some(value) => Ok(Expr::Literal(value.clone(), None)),
        None => plan_err!("no value for the parameter `{parameter}`"),
    }
}
