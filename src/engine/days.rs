//! The days between two dates.
//!
//! DataFusion's own difference is a number to its planner and a duration to what prunes files: beside a number it fails over
//! tables that are large enough.

use arrow::compute::kernels::numeric::sub;
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, internal_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, ExprSchemable, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_expr_common::datum::apply;

use super::arithmetic::like_arguments;

/// The expression with [`Days`] in the place of a difference of dates.
pub(super) fn days(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::BinaryExpr(BinaryExpr { left, op: Operator::Minus, right }) = &expr else {
        return Ok(Transformed::no(expr));
    };
    if left.get_type(schema)? != DataType::Date32 || right.get_type(schema)? != DataType::Date32 {
        return Ok(Transformed::no(expr));
    }
    let days = ScalarUDF::from(Days(Signature::any(2, Volatility::Immutable)));
    let call = ScalarFunction::new_udf(days.into(), vec![left.as_ref().clone(), right.as_ref().clone()]);
    Ok(Transformed::yes(Expr::ScalarFunction(call)))
}

/// The days from the second date to the first.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Days(Signature);

impl ScalarUDFImpl for Days {
    fn name(&self) -> &'static str {
        "days"
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        like_arguments(self, &arguments)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left, right] = arguments.args.as_slice() else { return internal_err!("days takes two dates") };
        let since_1970 = |date: &ColumnarValue| date.cast_to(&DataType::Int64, None);
        apply(&since_1970(left)?, &since_1970(right)?, sub)
    }
}
