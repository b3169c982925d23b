//! An analyzer's rule that puts guarded functions in the place of what would wrap round, grow without end or be no number.
//!
//! Registering functions under the names of DataFusion's own would not do: operators are no functions, and the planner
//! makes some calls, as of OVERLAY, without looking up the name.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, LogicalPlan, ScalarUDF};
use datafusion::optimizer::AnalyzerRule;

use super::arithmetic::Arithmetic;
use super::bounds::Texts;
use super::computed::computed;
use super::days::days;
use super::subqueries::may_be_null;

/// The rule. It has to come after the types of an operator's sides are made one.
#[derive(Debug)]
pub(super) struct Guard {
    arithmetic: Arithmetic,
    texts: Texts,
}

impl Guard {
    pub(super) fn new(functions: &HashMap<String, Arc<ScalarUDF>>) -> Self {
        Self { arithmetic: Arithmetic::new(), texts: Texts::new(functions) }
    }
}

impl AnalyzerRule for Guard {
    fn name(&self) -> &str {
        "guard"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let plan = plan.transform_up_with_subqueries(|plan| {
            let schema = merge_schema(&plan.inputs());
            let names = NamePreserver::new(&plan);
            plan.map_expressions(|expr| self.guarded(expr, &schema, &names))
        });
        Ok(plan?.data)
    }
}

impl Guard {
    /// The expression with guarded functions in it, under its name.
    fn guarded(&self, expr: Expr, schema: &DFSchema, names: &NamePreserver) -> Result<Transformed<Expr>> {
        // Of a set of groupings each expression has its name, and the set has none.
        if let Expr::GroupingSet(_) = expr {
            return expr.map_children(|expr| self.guarded(expr, schema, names));
        }
        let name = names.save(&expr);
        let expr = expr.transform_up(|expr| {
            let checked = may_be_null(expr).transform_data(|expr| self.arithmetic.checked(expr, schema))?;
            let checked = checked.transform_data(|expr| days(expr, schema))?;
            let bounded = checked.transform_data(|expr| self.texts.bounded(expr, schema))?;
            bounded.transform_data(|expr| computed(expr, schema))
        })?;
        Ok(if expr.transformed { expr.update_data(|expr| name.restore(expr)) } else { expr })
    }
}
