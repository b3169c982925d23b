//! `SUM` over whole numbers and decimals, which tells an overflow.
//!
//! DataFusion's own adds with wrapping: past 2^63, or 2^127 of a decimal's digits, a sum turns negative without a word. This one
//! adds in twice as many bits, which no number of rows overflows, and gives the total in the type that DataFusion's would have,
//! or fails.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Decimal256Array, Int64Array, UInt64Array};
use arrow::compute::cast_with_options;
use arrow::datatypes::{
    DECIMAL256_MAX_PRECISION, DataType, Decimal128Type, Decimal256Type, DecimalType, FieldRef, Int64Type, UInt64Type,
    i256,
};
use datafusion::common::{DataFusionError, Result, ScalarValue, not_impl_err};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, ReversedUDAF, SetMonotonicity, Signature,
};

use super::rows::STRICT;

/// What whole numbers are added in.
const WIDE: DataType = DataType::Decimal128(38, 0);

/// The type that numbers whose total is of `total` are added in; `None` of types that neither contracts nor plain SQL give.
fn wider(total: &DataType) -> Option<DataType> {
    match total {
        DataType::Int64 | DataType::UInt64 => Some(WIDE),
        DataType::Decimal128(_, scale) => Some(DataType::Decimal256(DECIMAL256_MAX_PRECISION, *scale)),
        _ => None,
    }
}

/// `SUM`, to stand in DataFusion's place.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct CheckedSum {
    unchecked: Arc<AggregateUDF>,
}

impl CheckedSum {
    pub(super) fn new() -> Self {
        Self { unchecked: sum_udaf() }
    }
}

fn wide_field(field: &FieldRef, wide: &DataType) -> FieldRef {
    Arc::new(field.as_ref().clone().with_data_type(wide.clone()))
}

fn wide(values: &[ArrayRef], to: &DataType) -> Result<Vec<ArrayRef>> {
    let to = wider(to).unwrap_or(WIDE);
    values.iter().map(|values| widened(values, &to)).collect()
}

/// Numbers in more bits. A cast would check and scale each of them, which took longer than adding: all of them fit.
fn widened(values: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let wide: Decimal128Array = match values.data_type() {
        DataType::Int64 => values.as_primitive::<Int64Type>().unary(i128::from),
        DataType::UInt64 => values.as_primitive::<UInt64Type>().unary(i128::from),
        DataType::Decimal128(_, _) => {
            let wide: Decimal256Array = values.as_primitive::<Decimal128Type>().unary(i256::from_i128);
            return Ok(Arc::new(wide.with_data_type(to.clone())));
        }
        _ => return Ok(cast_with_options(values, to, &STRICT)?),
    };
    Ok(Arc::new(wide.with_data_type(WIDE)))
}

/// Totals in the type that they are given in.
fn narrowed(totals: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let beyond = |_| overflow(to);
    if let DataType::Decimal128(precision, scale) = *to {
        let narrow = |total: i256| {
            let total = total.to_i128().ok_or_else(|| overflow(to))?;
            Decimal128Type::validate_decimal_precision(total, precision, scale).map_err(|_| overflow(to))?;
            Ok::<_, DataFusionError>(total)
        };
        let narrow: Decimal128Array = totals.as_primitive::<Decimal256Type>().try_unary(narrow)?;
        return Ok(Arc::new(narrow.with_data_type(to.clone())));
    }
    let wide = totals.as_primitive::<Decimal128Type>();
    Ok(match to {
        DataType::UInt64 => {
            let narrow: UInt64Array = wide.try_unary(|total| u64::try_from(total).map_err(beyond))?;
            Arc::new(narrow)
        }
        _ => {
            let narrow: Int64Array = wide.try_unary(|total| i64::try_from(total).map_err(beyond))?;
            Arc::new(narrow)
        }
    })
}

fn overflow(to: &DataType) -> DataFusionError {
    DataFusionError::Execution(format!("a sum is beyond what {to} holds"))
}

impl AggregateUDFImpl for CheckedSum {
    fn name(&self) -> &str {
        self.unchecked.name()
    }

    fn signature(&self) -> &Signature {
        self.unchecked.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.unchecked.return_type(arg_types)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let to = args.return_type().clone();
        let Some(wide) = wider(&to) else { return self.unchecked.accumulator(args) };
        let wide = AccumulatorArgs { return_field: wide_field(&args.return_field, &wide), ..args };
        Ok(Box::new(Whole { adding: self.unchecked.accumulator(wide)?, to }))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let to = args.return_type().clone();
        let Some(wide) = wider(&to) else { return self.unchecked.create_sliding_accumulator(args) };
        // There DataFusion adds 64 bits alone.
        if args.is_distinct {
            return not_impl_err!("SUM of DISTINCT numbers in a moving window");
        }
        let wide = AccumulatorArgs { return_field: wide_field(&args.return_field, &wide), ..args };
        Ok(Box::new(Whole { adding: self.unchecked.create_sliding_accumulator(wide)?, to }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let Some(wide) = wider(args.return_field.data_type()) else { return self.unchecked.state_fields(args) };
        self.unchecked.state_fields(StateFieldsArgs { return_field: wide_field(&args.return_field, &wide), ..args })
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.unchecked.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        let to = args.return_type().clone();
        let Some(wide) = wider(&to) else { return self.unchecked.create_groups_accumulator(args) };
        let wide = AccumulatorArgs { return_field: wide_field(&args.return_field, &wide), ..args };
        Ok(Box::new(Whole { adding: self.unchecked.create_groups_accumulator(wide)?, to }))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn set_monotonicity(&self, data_type: &DataType) -> SetMonotonicity {
        self.unchecked.inner().set_monotonicity(data_type)
    }
}

/// Adds wide numbers, and gives the total in the narrower type.
#[derive(Debug)]
struct Whole<A: ?Sized> {
    adding: Box<A>,
    to: DataType,
}

impl Accumulator for Whole<dyn Accumulator> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.adding.update_batch(&wide(values, &self.to)?)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.adding.evaluate()?.cast_to(&self.to).map_err(|_| overflow(&self.to))
    }

    fn size(&self) -> usize {
        self.adding.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.adding.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.adding.merge_batch(states)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.adding.retract_batch(&wide(values, &self.to)?)
    }

    fn supports_retract_batch(&self) -> bool {
        self.adding.supports_retract_batch()
    }
}

impl GroupsAccumulator for Whole<dyn GroupsAccumulator> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.adding.update_batch(&wide(values, &self.to)?, group_indices, opt_filter, total_num_groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        narrowed(&self.adding.evaluate(emit_to)?, &self.to)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.adding.state(emit_to)
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.adding.merge_batch(values, group_indices, total_num_groups)
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        self.adding.convert_to_state(&wide(values, &self.to)?, opt_filter)
    }

    fn size(&self) -> usize {
        self.adding.size()
    }
}
