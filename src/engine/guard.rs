//! An analyzer's rule that puts guarded functions in the place of what would wrap round or grow without end.
//!
//! Registering functions under the names of DataFusion's own would not do: operators are no functions, and the planner
//! makes some calls, as of OVERLAY, without looking up the name.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{LogicalPlan, ScalarUDF};
use datafusion::optimizer::AnalyzerRule;

use super::arithmetic::Arithmetic;
use super::bounds::Texts;

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
            plan.map_expressions(|expr| {
                let name = names.save(&expr);
                let expr = expr.transform_up(|expr| {
                    self.arithmetic.checked(expr, &schema)?.transform_data(|expr| self.texts.bounded(expr, &schema))
                })?;
                Ok(if expr.transformed { expr.update_data(|expr| name.restore(expr)) } else { expr })
            })
        });
        Ok(plan?.data)
    }
}
