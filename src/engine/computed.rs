//! What an expression computes is what everybody sees: doubles that are no numbers are told where they come up, and a cast that
//! drops digits is compared without them.
//!
//! An infinite double compares like a number: a row with a share of x / 0 would be counted among those above one half. And
//! DataFusion moves casts in comparisons to the other side, also those that lose something: `CAST(1.25 AS BIGINT) = 1` becomes
//! `1.25 = 1.00`.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray};
use arrow::datatypes::{DataType, FieldRef, Float32Type, Float64Type};
use arrow::error::ArrowError;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, DataFusionError, Result, internal_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    BinaryExpr, Cast, ColumnarValue, Expr, ExprSchemable, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, TryCast, Volatility,
};
use datafusion::scalar::ScalarValue;

use super::arithmetic::like_arguments;
use super::rows::{NO_NUMBER, is_finite};

/// The expression with [`Computed`] around what makes doubles of a row (arithmetic, functions, casts of texts and of larger
/// doubles), and around casts that drop digits of decimals. What aggregates and windows add up is looked at where it comes out,
/// or where it is computed with.
pub(super) fn computed(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Some(maker) = maker(&expr, schema)? else { return Ok(Transformed::no(expr)) };
    let computed = ScalarUDF::from(Computed { maker, signature: Signature::any(1, Volatility::Immutable) });
    Ok(Transformed::yes(Expr::ScalarFunction(ScalarFunction::new_udf(computed.into(), vec![expr]))))
}

/// The name of what makes an expression's values, where they have to be looked at or kept.
fn maker(expr: &Expr, schema: &DFSchema) -> Result<Option<String>> {
    let gives_doubles = || Ok::<_, DataFusionError>(expr.get_type(schema)?.is_floating());
    Ok(match expr {
        Expr::BinaryExpr(BinaryExpr { op, .. }) if gives_doubles()? => Some(op.to_string()),
        Expr::ScalarFunction(call) if call.func.inner().downcast_ref::<Computed>().is_none() && gives_doubles()? => {
            Some(call.name().to_owned())
        }
        Expr::Cast(Cast { expr: of, .. }) | Expr::TryCast(TryCast { expr: of, .. }) => {
            let (from, to) = (of.get_type(schema)?, expr.get_type(schema)?);
            // Whole numbers and decimals of up to 38 digits are doubles of their size.
            let is_small = from.is_integer() || matches!(from, DataType::Decimal128(..));
            (drops_digits(&from, &to) || (to.is_floating() && !is_small)).then(|| "CAST".to_owned())
        }
        _ => None,
    })
}

/// Whether a cast may drop digits behind the point.
fn drops_digits(from: &DataType, to: &DataType) -> bool {
    let digits = |kind: &DataType| match kind {
        DataType::Decimal128(_, scale) | DataType::Decimal256(_, scale) => Some(*scale),
        kind if kind.is_integer() => Some(0),
        _ => None,
    };
    matches!((digits(from), digits(to)), (Some(from), Some(to)) if to < from)
}

/// Gives the values that it is given, or fails over doubles that are no numbers.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Computed {
    /// What made them, as messages name it.
    maker: String,
    signature: Signature,
}

impl ScalarUDFImpl for Computed {
    fn name(&self) -> &str {
        "computed"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [values] => Ok(values.clone()),
            _ => internal_err!("computed takes one argument"),
        }
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        like_arguments(self, &arguments)
    }

    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        Ok(inputs.first().map_or(SortProperties::Unordered, |values| values.sort_properties))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [values] = arguments.args.as_slice() else { return internal_err!("computed takes one argument") };
        let array = values.to_array(1)?;
        if !is_finite(&array) {
            return Err(ArrowError::ComputeError(format!("`{}` gives {NO_NUMBER}", self.maker)).into());
        }
        let plain = match array.data_type() {
            DataType::Float64 => without_minus_nought::<Float64Type>(&array, |number| number + 0.0),
            DataType::Float32 => without_minus_nought::<Float32Type>(&array, |number| number + 0.0),
            _ => return Ok(values.clone()),
        };
        Ok(match values {
            ColumnarValue::Array(_) => ColumnarValue::Array(plain),
            ColumnarValue::Scalar(_) => ColumnarValue::Scalar(ScalarValue::try_from_array(&plain, 0)?),
        })
    }
}

/// The doubles with 0 for -0: `=` takes the two for one, and windows and COUNT(DISTINCT) for two.
fn without_minus_nought<T: ArrowPrimitiveType>(doubles: &ArrayRef, plain: impl Fn(T::Native) -> T::Native) -> ArrayRef {
    Arc::new(doubles.as_primitive::<T>().unary::<_, T>(plain))
}
