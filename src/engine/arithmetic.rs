//! `+`, `-` and `*` over whole numbers, which tell an overflow.
//!
//! DataFusion's own wrap round: past 2^63 a number turns negative without a word.

use std::sync::Arc;

use arrow::compute::kernels::numeric::{add, mul, sub};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, internal_err, plan_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, ExprSchemable, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_expr_common::datum::apply;
use datafusion::scalar::ScalarValue;

/// The functions that stand in the operators' places.
#[derive(Debug)]
pub(super) struct Arithmetic {
    plus: Arc<ScalarUDF>,
    minus: Arc<ScalarUDF>,
    times: Arc<ScalarUDF>,
}

impl Arithmetic {
    pub(super) fn new() -> Self {
        let checked = |operator| Arc::new(ScalarUDF::from(Checked::new(operator)));
        Self { plus: checked(Operator::Plus), minus: checked(Operator::Minus), times: checked(Operator::Multiply) }
    }

    /// The expression with [`Checked`] in the place of what wraps.
    pub(super) fn checked(&self, expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
        let (function, left, right) = match &expr {
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
                let function = match op {
                    Operator::Plus => &self.plus,
                    Operator::Minus => &self.minus,
                    Operator::Multiply => &self.times,
                    _ => return Ok(Transformed::no(expr)),
                };
                (function, left.as_ref().clone(), right.as_ref().clone())
            }
            Expr::Negative(number) => {
                let nought = ScalarValue::new_zero(&number.get_type(schema)?);
                let Ok(nought) = nought else { return Ok(Transformed::no(expr)) };
                (&self.minus, Expr::Literal(nought, None), number.as_ref().clone())
            }
            _ => return Ok(Transformed::no(expr)),
        };
        match left.get_type(schema)? {
            kind if kind.is_integer() && right.get_type(schema)? == kind => {
                let call = ScalarFunction::new_udf(Arc::clone(function), vec![left, right]);
                Ok(Transformed::yes(Expr::ScalarFunction(call)))
            }
            _ => Ok(Transformed::no(expr)),
        }
    }
}

/// One of the three operators.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Checked {
    operator: Operator,
    name: String,
    signature: Signature,
}

impl Checked {
    fn new(operator: Operator) -> Self {
        let signature = Signature::any(2, Volatility::Immutable);
        Self { operator, name: format!("checked {operator}"), signature }
    }
}

/// What a function gives that stands in the place of an operator: it is NULL where an argument may be, and nowhere else. A union is
/// planned with that before the function is there.
pub(super) fn like_arguments(function: &impl ScalarUDFImpl, arguments: &ReturnFieldArgs) -> Result<FieldRef> {
    let types: Vec<DataType> = arguments.arg_fields.iter().map(|field| field.data_type().clone()).collect();
    let is_nullable = arguments.arg_fields.iter().any(|field| field.is_nullable());
    Ok(Arc::new(Field::new(function.name(), function.return_type(&types)?, is_nullable)))
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [left, right] if left == right => Ok(left.clone()),
            _ => plan_err!("{} takes two numbers of one type", self.name),
        }
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        like_arguments(self, &arguments)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left, right] = arguments.args.as_slice() else {
            return internal_err!("{} takes two numbers", self.name);
        };
        match self.operator {
            Operator::Plus => apply(left, right, add),
            Operator::Minus => apply(left, right, sub),
            _ => apply(left, right, mul),
        }
    }
}
