//! Rows that come in runs, each run sorted by itself.
//!
//! Runs are short as a rule, a person's rows: only rows of one run are compared, and only in the columns that are not in
//! order yet.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use arrow::array::{DynComparator, RecordBatch, UInt32Array, make_comparator};
use arrow::compute::{concat_batches, take_record_batch};
use datafusion::common::Result;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{LexOrdering, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties,
    ReplaceChildrenOptions,
};
use futures::{StreamExt, TryStreamExt, stream};

/// Its input's rows, each run of them sorted. A run is held in memory as a whole.
#[derive(Debug)]
pub(super) struct RunsExec {
    input: Arc<dyn ExecutionPlan>,
    order: LexOrdering,
    /// How many columns of the order tell a run.
    in_order: usize,
    properties: Arc<PlanProperties>,
}

impl RunsExec {
    /// The rows of `input`, which are in the order of its first `in_order` columns, in the whole order.
    ///
    /// # Errors
    /// The order is of other columns than the input's.
    pub(super) fn new(input: Arc<dyn ExecutionPlan>, order: LexOrdering, in_order: usize) -> Result<Self> {
        let mut known = input.equivalence_properties().clone();
        known.reorder(order.clone())?;
        let properties = PlanProperties::clone(input.properties()).with_eq_properties(known);
        Ok(Self { input, order, in_order, properties: Arc::new(properties) })
    }
}

impl DisplayAs for RunsExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RunsExec: expr=[{}], in_order={}", self.order, self.in_order)
    }
}

impl ExecutionPlan for RunsExec {
    fn name(&self) -> &'static str {
        "RunsExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        look: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        for key in self.order.iter() {
            if look(&key.expr)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match children.into_iter().next() {
            Some(input) => Ok(Arc::new(Self::new(input, self.order.clone(), self.in_order)?)),
            None => Ok(self),
        }
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        let keys: Vec<PhysicalSortExpr> = self.order.iter().cloned().collect();
        let runs = Runs { keys, in_order: self.in_order, waiting: Vec::new() };
        // The end of the rows ends the last run.
        let ended = input.map(|batch| batch.map(Some)).chain(stream::iter([Ok(None)]));
        let sorted = ended.scan(runs, |runs, batch| {
            let sorted = batch.and_then(|batch| runs.take(batch));
            std::future::ready(Some(sorted))
        });
        let sorted = sorted.try_filter_map(|batch| std::future::ready(Ok(batch)));
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.input.schema(), sorted)))
    }
}

/// Rows of which the run may go on.
struct Runs {
    keys: Vec<PhysicalSortExpr>,
    in_order: usize,
    waiting: Vec<RecordBatch>,
}

impl Runs {
    /// Takes in rows, or their end, and gives those whose runs have ended, sorted.
    fn take(&mut self, batch: Option<RecordBatch>) -> Result<Option<RecordBatch>> {
        let ended = match batch {
            Some(batch) if batch.num_rows() == 0 => Vec::new(),
            Some(batch) => self.ended_by(batch)?,
            None => std::mem::take(&mut self.waiting),
        };
        let Some(first) = ended.first() else { return Ok(None) };
        let rows = concat_batches(&first.schema(), &ended)?;
        self.sorted(rows).map(Some)
    }

    /// The rows of the runs that a batch shows to have ended: its last run may go on.
    fn ended_by(&mut self, batch: RecordBatch) -> Result<Vec<RecordBatch>> {
        let runs = &self.keys[..self.in_order];
        let within = comparators(runs, &batch, &batch)?;
        let is_start = |row: &usize| compared(&within, row - 1, *row).is_ne();
        let start = (1..batch.num_rows()).rev().find(is_start).unwrap_or(0);
        if start > 0 {
            let mut ended = std::mem::replace(&mut self.waiting, vec![batch.slice(start, batch.num_rows() - start)]);
            ended.push(batch.slice(0, start));
            return Ok(ended);
        }
        let goes_on = match self.waiting.last() {
            Some(last) => compared(&comparators(runs, last, &batch)?, last.num_rows() - 1, 0).is_eq(),
            None => true,
        };
        if goes_on {
            self.waiting.push(batch);
            return Ok(Vec::new());
        }
        Ok(std::mem::replace(&mut self.waiting, vec![batch]))
    }

    /// Whole runs, each sorted by the columns that are not in order yet.
    fn sorted(&self, rows: RecordBatch) -> Result<RecordBatch> {
        let (runs, rest) = self.keys.split_at(self.in_order);
        let (of_runs, of_rest) = (comparators(runs, &rows, &rows)?, comparators(rest, &rows, &rows)?);
        let mut places: Vec<u32> = (0..rows.num_rows() as u32).collect();
        let mut is_moved = false;
        for run in places.chunk_by_mut(|row, next| compared(&of_runs, *row as usize, *next as usize).is_eq()) {
            let in_rest = |row: &u32, next: &u32| compared(&of_rest, *row as usize, *next as usize);
            if !run.is_sorted_by(|row, next| in_rest(row, next).is_le()) {
                run.sort_by(in_rest);
                is_moved = true;
            }
        }
        Ok(if is_moved { take_record_batch(&rows, &UInt32Array::from(places))? } else { rows })
    }
}

/// What compares a row of `left` with one of `right`, column by column.
fn comparators(keys: &[PhysicalSortExpr], left: &RecordBatch, right: &RecordBatch) -> Result<Vec<DynComparator>> {
    let comparator = |key: &PhysicalSortExpr| {
        let (left, right) = (key.evaluate_to_sort_column(left)?, key.evaluate_to_sort_column(right)?);
        Ok(make_comparator(&left.values, &right.values, key.options)?)
    };
    keys.iter().map(comparator).collect()
}

fn compared(comparators: &[DynComparator], left: usize, right: usize) -> Ordering {
    comparators.iter().map(|compare| compare(left, right)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

    use arrow::array::{Array, Int64Array};
    use arrow::compute::SortOptions;
    use datafusion::physical_expr::expressions::Column;
    use proptest::prelude::*;

    use super::*;

    fn batch(rows: &[(i64, i64)]) -> RecordBatch {
        let column =
            |of: fn(&(i64, i64)) -> i64| -> Arc<dyn Array> { Arc::new(rows.iter().map(of).collect::<Int64Array>()) };
        RecordBatch::try_from_iter([("run", column(|row| row.0)), ("other", column(|row| row.1))]).unwrap()
    }

    proptest! {
        #[test]
        fn rows_in_runs_are_sorted_wherever_batches_end(
            mut rows in prop::collection::vec((0_i64..5, 0_i64..9), 1..60), size in 1_usize..12,
        ) {
            rows.sort_by_key(|row| row.0);
            let key = |name, at| {
                PhysicalSortExpr { expr: Arc::new(Column::new(name, at)), options: SortOptions::default() }
            };
            let mut runs = Runs { keys: vec![key("run", 0), key("other", 1)], in_order: 1, waiting: Vec::new() };
            let batches = rows.chunks(size).map(|rows| Some(batch(rows))).chain([None]);
            let sorted: Vec<RecordBatch> = batches.filter_map(|batch| runs.take(batch).unwrap()).collect();
            rows.sort_unstable();
            let expected = batch(&rows);
            prop_assert_eq!(concat_batches(&expected.schema(), &sorted).unwrap(), expected);
        }
    }
}
