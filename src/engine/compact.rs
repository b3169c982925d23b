//! Rows in memory of their own before they are sorted.
//!
//! An aggregate gives all its groups as one batch, cut into slices. Each slice holds the whole in memory, and is counted as
//! the whole by whoever keeps it: a sort would take a few of them for more than it may have, and go by the disk.

use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, MutableArrayData, RecordBatch, RecordBatchOptions, make_array};
use arrow::error::ArrowError;
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, ReplaceChildrenOptions,
};
use futures::StreamExt;

/// Bytes that are not worth a copy.
const FEW: usize = 64 * 1024;

/// The rule that puts [`CompactExec`] below every sort.
#[derive(Debug)]
pub(super) struct Compact;

impl PhysicalOptimizerRule for Compact {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let compact = |plan: Arc<dyn ExecutionPlan>| {
            if plan.name() != SortExec::static_name() {
                return Ok(Transformed::no(plan));
            }
            let inputs = plan.children().into_iter().map(|input| {
                let properties = Arc::clone(input.properties());
                let compact: Arc<dyn ExecutionPlan> = Arc::new(CompactExec { input: Arc::clone(input), properties });
                compact
            });
            let inputs = inputs.collect();
            let anew = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
            plan.replace_children(inputs, anew).map(Transformed::yes)
        };
        plan.transform_up(compact).data()
    }

    fn name(&self) -> &'static str {
        "compact"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Its input's rows, those of slices copied.
#[derive(Debug)]
struct CompactExec {
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl DisplayAs for CompactExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CompactExec")
    }
}

impl ExecutionPlan for CompactExec {
    fn name(&self) -> &'static str {
        "CompactExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
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
            Some(input) => {
                let properties = Arc::clone(input.properties());
                Ok(Arc::new(Self { input, properties }))
            }
            None => Ok(self),
        }
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let own = |batch: Result<RecordBatch>| -> Result<RecordBatch> { Ok(compact(&batch?, FEW)?) };
        let rows = self.input.execute(partition, context)?.map(own);
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.input.schema(), rows)))
    }
}

/// The rows in memory of their own, but for columns that hold no more than twice that and `few` bytes.
pub(super) fn compact(batch: &RecordBatch, few: usize) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().map(|column| own(column, few)).collect::<Result<_, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(batch.schema(), columns, &options)
}

/// The column, copied if it holds much more than its own rows.
fn own(column: &ArrayRef, few: usize) -> Result<ArrayRef, ArrowError> {
    let data = column.to_data();
    let (held, own) = (column.get_buffer_memory_size(), data.get_slice_memory_size()?);
    if held <= few + 2 * own {
        return Ok(Arc::clone(column));
    }
    let mut copy = MutableArrayData::new(vec![&data], false, data.len());
    copy.try_extend(0, 0, data.len())?;
    Ok(make_array(copy.freeze()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

    use arrow::array::{Int64Array, StringArray};

    use super::*;

    #[test]
    fn a_slice_of_many_rows_becomes_its_own_rows() {
        let texts: ArrayRef =
            Arc::new(StringArray::from_iter((0..100_000).map(|row| (row % 7 > 0).then(|| row.to_string()))));
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..100_000));
        let whole = RecordBatch::try_from_iter([("text", texts), ("number", numbers)]).unwrap();
        let slice = whole.slice(50_001, 100);
        let copied = compact(&slice, FEW).unwrap();
        assert_eq!(copied, slice);
        assert!(slice.get_array_memory_size() > 1_000_000 && copied.get_array_memory_size() < 100_000);
        // What is whole is passed on as it is.
        assert_eq!(
            compact(&whole, FEW).unwrap().column(1).to_data().buffers()[0].as_ptr(),
            whole.column(1).to_data().buffers()[0].as_ptr()
        );
    }
}
