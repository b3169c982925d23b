//! Aggregates that keep the values of all rows, as `string_agg` and `array_agg` do.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, ReversedUDAF, Signature};

use super::{MOST_BYTES, check_batch, check_value};

/// An aggregate whose values are bounded.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(in crate::engine) struct BoundedAggregate {
    unbounded: Arc<AggregateUDF>,
}

impl BoundedAggregate {
    pub(in crate::engine) fn new(unbounded: Arc<AggregateUDF>) -> Self {
        Self { unbounded }
    }

    fn bounded(&self, collecting: Box<dyn Accumulator>) -> Box<dyn Accumulator> {
        Box::new(Bounded { function: self.unbounded.name().to_owned(), collecting, given: 0 })
    }
}

impl AggregateUDFImpl for BoundedAggregate {
    fn name(&self) -> &str {
        self.unbounded.name()
    }

    fn aliases(&self) -> &[String] {
        self.unbounded.aliases()
    }

    fn signature(&self) -> &Signature {
        self.unbounded.signature()
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        self.unbounded.coerce_types(arguments)
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.unbounded.return_type(arguments)
    }

    fn return_field(&self, arguments: &[FieldRef]) -> Result<FieldRef> {
        self.unbounded.return_field(arguments)
    }

    fn is_nullable(&self) -> bool {
        self.unbounded.is_nullable()
    }

    fn default_value(&self, kind: &DataType) -> Result<ScalarValue> {
        self.unbounded.default_value(kind)
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.unbounded.state_fields(arguments)
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(self.bounded(self.unbounded.accumulator(arguments)?))
    }

    // One accumulator a group, since one for all of them does not tell how much is of which.
    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        false
    }

    fn create_sliding_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(self.bounded(self.unbounded.create_sliding_accumulator(arguments)?))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        // The reversed function would be the unbounded one.
        ReversedUDAF::NotSupported
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.unbounded.order_sensitivity()
    }

    fn with_beneficial_ordering(self: Arc<Self>, is_beneficial: bool) -> Result<Option<Arc<dyn AggregateUDFImpl>>> {
        let ordered = self.unbounded.as_ref().clone().with_beneficial_ordering(is_beneficial)?;
        Ok(ordered.map(|ordered| -> Arc<dyn AggregateUDFImpl> { Arc::new(Self::new(Arc::new(ordered))) }))
    }

    fn supports_null_handling_clause(&self) -> bool {
        self.unbounded.supports_null_handling_clause()
    }
}

/// Collects values up to the bounds.
#[derive(Debug)]
struct Bounded {
    function: String,
    collecting: Box<dyn Accumulator>,
    /// Bytes of the values that it has given: in a window it is asked for one a row.
    given: u64,
}

impl Bounded {
    fn check(&self) -> Result<()> {
        // Slices of batches count as whole ones here, so that only the value itself is held to the narrower bound.
        match self.collecting.size() {
            size if size > MOST_BYTES => check_batch(&self.function, size as u64),
            _ => Ok(()),
        }
    }
}

impl Accumulator for Bounded {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.collecting.update_batch(values)?;
        self.check()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let value = self.collecting.evaluate()?;
        let bytes = match &value {
            ScalarValue::Utf8(text) | ScalarValue::LargeUtf8(text) | ScalarValue::Utf8View(text) => {
                text.as_ref().map_or(0, String::len)
            }
            other => other.size(),
        };
        check_value(&self.function, bytes)?;
        self.given += bytes as u64;
        check_batch(&self.function, self.given)?;
        Ok(value)
    }

    fn size(&self) -> usize {
        self.collecting.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.collecting.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.collecting.merge_batch(states)?;
        self.check()
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.collecting.retract_batch(values)
    }

    fn supports_retract_batch(&self) -> bool {
        self.collecting.supports_retract_batch()
    }
}
