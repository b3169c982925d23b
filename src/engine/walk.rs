//! A walk through a plan, its expressions and its subqueries, to the first place that tells of something.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, LogicalPlan};

/// The first that a node of a plan, or of a subquery in it, tells of.
pub(super) fn first<T>(plan: &LogicalPlan, of: impl Fn(&LogicalPlan) -> Result<Option<T>>) -> Result<Option<T>> {
    let mut found = None;
    plan.apply_with_subqueries(|node| {
        found = of(node)?;
        Ok(if found.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    Ok(found)
}

/// The first that an expression of a node tells of.
pub(super) fn expressions<T>(
    node: &LogicalPlan,
    of: impl Fn(&Expr, &DFSchema) -> Result<Option<T>>,
) -> Result<Option<T>> {
    let schema = merge_schema(&node.inputs());
    let mut found = None;
    node.apply_expressions(|expr| {
        expr.apply(|expr| {
            found = of(expr, &schema)?;
            Ok(if found.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
        })
    })?;
    Ok(found)
}
