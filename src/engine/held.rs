//! Rules of DataFusion's optimizer that are held back from the nodes of a plan which they would change into another query's.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Aggregate, Expr, Filter, GroupingSet, LogicalPlan};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// A rule of an optimizer that works by itself.
type Rule = Arc<dyn OptimizerRule + Send + Sync>;

/// It leaves out sort keys that it takes for decided by others, and believes of a product's rows what holds of one side
/// alone: the rest would come in any order.
const DROPS_SORT_KEYS: &str = "eliminate_duplicated_expr";

/// The rules without the one that drops sort keys, and the others held back from what they get wrong.
pub(super) fn held(rules: &[Rule]) -> Vec<Rule> {
    let kept = rules.iter().filter(|rule| rule.name() != DROPS_SORT_KEYS).cloned();
    let hold = |rule: Rule| -> Rule {
        let from = match rule.name() {
            "push_down_filter" => empties_the_rows_of_an_aggregate,
            "single_distinct_aggregation_to_group_by" => sums_decimals,
            _ => return rule,
        };
        Arc::new(Held { rule, from })
    };
    kept.map(hold).collect()
}

/// A rule that leaves alone the nodes that it gets wrong.
#[derive(Debug)]
struct Held {
    rule: Rule,
    from: fn(&LogicalPlan) -> bool,
}

impl OptimizerRule for Held {
    fn name(&self) -> &str {
        self.rule.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.rule.apply_order()
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        if (self.from)(&plan) { Ok(Transformed::no(plan)) } else { self.rule.rewrite(plan, config) }
    }
}

/// Whether a filter above an aggregate that has a row of nothing would be pushed below it, as one is that names no column: the
/// rows that it takes away would still be counted as none, and leave the row there.
fn empties_the_rows_of_an_aggregate(plan: &LogicalPlan) -> bool {
    let LogicalPlan::Filter(Filter { predicate, input, .. }) = plan else { return false };
    let LogicalPlan::Aggregate(aggregate) = input.as_ref() else { return false };
    has_a_row_of_nothing(aggregate) && split_conjunction(predicate).iter().any(|part| part.column_refs().is_empty())
}

/// Whether an aggregate has a row where it reads none: without GROUP BY, and with the empty set among its groupings.
fn has_a_row_of_nothing(aggregate: &Aggregate) -> bool {
    match aggregate.group_expr.as_slice() {
        [] => true,
        [Expr::GroupingSet(GroupingSet::Rollup(_) | GroupingSet::Cube(_))] => true,
        [Expr::GroupingSet(GroupingSet::GroupingSets(sets))] => sets.iter().any(Vec::is_empty),
        _ => false,
    }
}

/// Whether a sum of decimals stands beside what is counted once: it would be summed twice, and be of another type than what it
/// is compared with.
fn sums_decimals(plan: &LogicalPlan) -> bool {
    let LogicalPlan::Aggregate(Aggregate { aggr_expr, schema, .. }) = plan else { return false };
    // The groups' columns stand before those of the aggregates.
    let kinds = schema.fields().iter().rev().map(|field| field.data_type());
    aggr_expr.iter().rev().zip(kinds).any(|(expr, kind)| {
        let is_counted_once =
            matches!(expr, Expr::AggregateFunction(AggregateFunction { params, .. }) if params.distinct);
        !is_counted_once && matches!(kind, DataType::Decimal128(..) | DataType::Decimal256(..))
    })
}
