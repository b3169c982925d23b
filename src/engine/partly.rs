//! Sorting rows that are partly in order: run by run, in place of all at once.
//!
//! A table of persons is grouped as it comes, person by person, and what is left to sort stands within one person's rows.
//! Sorting all of them anew would hold them all in memory, or go by the disk.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::physical_expr::PhysicalSortExpr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, InputOrderMode};

use super::runs::RunsExec;

/// The rule that sorts by runs above an aggregate that is grouped by runs. A run is held in memory as a whole, and such an
/// aggregate holds it already: of other plans nobody knows how long a run is.
#[derive(Debug)]
pub(super) struct PartlySorted;

impl PhysicalOptimizerRule for PartlySorted {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| match by_runs(&plan)? {
            Some(sorted) => Ok(Transformed::yes(sorted)),
            None => Ok(Transformed::no(plan)),
        })
        .data()
    }

    fn name(&self) -> &'static str {
        "partly_sorted"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The sort by runs in place of one of all rows, where runs are known.
fn by_runs(plan: &Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some(sort) = plan.downcast_ref::<SortExec>() else { return Ok(None) };
    let is_whole = sort.fetch().is_none() && sort.input().output_partitioning().partition_count() == 1;
    if !is_whole || !is_grouped_by_runs(sort.input()) {
        return Ok(None);
    }
    let known = sort.input().equivalence_properties();
    let keys: Vec<PhysicalSortExpr> = sort.expr().iter().cloned().collect();
    let mut in_order = 0;
    while in_order < keys.len() && known.ordering_satisfy(keys[..=in_order].iter().cloned())? {
        in_order += 1;
    }
    // What has one value in all rows makes one run of them.
    if keys[..in_order].iter().all(|key| known.is_expr_constant(&key.expr).is_some()) {
        return Ok(None);
    }
    Ok(Some(Arc::new(RunsExec::new(Arc::clone(sort.input()), sort.expr().clone(), in_order)?)))
}

/// Whether the rows are groups that come run by run.
fn is_grouped_by_runs(plan: &Arc<dyn ExecutionPlan>) -> bool {
    if let Some(projection) = plan.downcast_ref::<ProjectionExec>() {
        return is_grouped_by_runs(projection.input());
    }
    plan.downcast_ref::<AggregateExec>()
        .is_some_and(|aggregate| matches!(aggregate.input_order_mode(), InputOrderMode::PartiallySorted(_)))
}
