//! Rows that an outer join or a grouping by sets pads with NULLs, and what is not known of them.
//!
//! DataFusion takes a column that has one value below an outer join for constant above it, and passes over it where rows are
//! sorted, parted and grouped. But above the join the column is NULL where nothing matched, and so is one that a set of
//! groupings leaves out.

use std::fmt;
use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{JoinType, Result, Statistics, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::joins::{HashJoinExec, NestedLoopJoinExec, SortMergeJoinExec};
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs};
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties,
    ReplaceChildrenOptions,
};

/// The rule that puts [`PaddedExec`] above what pads rows. It comes before those that leave out sorts.
#[derive(Debug)]
pub(super) struct Padded;

impl PhysicalOptimizerRule for Padded {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let padded = |plan: Arc<dyn ExecutionPlan>| {
            if !pads(&plan) {
                return Ok(Transformed::no(plan));
            }
            let padded: Arc<dyn ExecutionPlan> = Arc::new(PaddedExec::new(plan));
            Ok(Transformed::yes(padded))
        };
        plan.transform_up(padded).data()
    }

    fn name(&self) -> &'static str {
        "padded"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Whether a node gives rows with NULLs that none of its inputs has.
fn pads(plan: &Arc<dyn ExecutionPlan>) -> bool {
    if let Some(aggregate) = plan.downcast_ref::<AggregateExec>() {
        return aggregate.group_expr().has_grouping_set();
    }
    let hash = plan.downcast_ref::<HashJoinExec>().map(|join| *join.join_type());
    let merge = plan.downcast_ref::<SortMergeJoinExec>().map(SortMergeJoinExec::join_type);
    let loops = plan.downcast_ref::<NestedLoopJoinExec>().map(|join| *join.join_type());
    hash.or(merge).or(loops).is_some_and(|kind| matches!(kind, JoinType::Left | JoinType::Right | JoinType::Full))
}

/// Its input's rows, of which no column is known to be constant, or to equal another.
#[derive(Debug)]
struct PaddedExec {
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl PaddedExec {
    fn new(input: Arc<dyn ExecutionPlan>) -> Self {
        let orders = input.equivalence_properties().oeq_class().iter().cloned();
        let known = EquivalenceProperties::new_with_orderings(input.schema(), orders);
        let properties = PlanProperties::clone(input.properties()).with_eq_properties(known);
        Self { input, properties: Arc::new(properties) }
    }
}

impl DisplayAs for PaddedExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PaddedExec")
    }
}

impl ExecutionPlan for PaddedExec {
    fn name(&self) -> &'static str {
        "PaddedExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    /// Its rows are in its input's order, but a sort that was moved below would not heed a column that is constant there.
    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match children.into_iter().next() {
            Some(input) => Ok(Arc::new(Self::new(input))),
            None => Ok(self),
        }
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.input.execute(partition, context)
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition)]
    }

    fn statistics_from_inputs(&self, inputs: &[Arc<Statistics>], _: &StatisticsArgs) -> Result<Arc<Statistics>> {
        match inputs {
            [input] => Ok(Arc::clone(input)),
            _ => internal_err!("a padded plan has one input"),
        }
    }
}
