//! Subqueries in the place of a value, and those that name a column of the row outside.
//!
//! DataFusion makes joins of them. What it leaves out on the way would be another answer: that no row is NULL, and that the rows
//! of a window, a HAVING or an OFFSET are those of the one row outside.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::expr::{Exists, InSubquery, ScalarFunction};
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, Projection, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Subquery, Volatility,
};
use datafusion::optimizer::simplify_expressions::{ExprSimplifier, SimplifyContext};

use super::arithmetic::like_arguments;

/// What an expression's subquery would do otherwise than it is written, and what to write.
pub(super) fn otherwise_of_subquery(expr: &Expr) -> Result<Option<&'static str>> {
    match expr {
        Expr::Exists(Exists { subquery, .. }) if has_always_a_row(&subquery.subquery) => {
            Ok(Some("EXISTS over an aggregate without GROUP BY is true whatever there is: it has a row all the same"))
        }
        Expr::InSubquery(InSubquery { subquery, .. })
            if names_outside(subquery) && has_always_a_row(&subquery.subquery) =>
        {
            Ok(Some("IN over an aggregate of what belongs to the row has no row where nothing does: write `=`"))
        }
        Expr::Exists(Exists { subquery, .. })
        | Expr::InSubquery(InSubquery { subquery, .. })
        | Expr::ScalarSubquery(subquery) => otherwise_of_lateral(subquery),
        _ => Ok(None),
    }
}

/// What a subquery for each row would do otherwise than it is written, and what to write.
pub(super) fn otherwise_of_lateral(subquery: &Subquery) -> Result<Option<&'static str>> {
    if !names_outside(subquery) {
        return Ok(None);
    }
    let mut found = None;
    subquery.subquery.apply(|node| {
        let why = match node {
            LogicalPlan::Window(_) => {
                Some("a window in a subquery of what belongs to the row goes over the rows of all: number them in a CTE, and join")
            }
            LogicalPlan::Filter(filter) if has_always_a_row(&filter.input) => {
                Some("HAVING without GROUP BY is passed over in a subquery of what belongs to the row: group in a CTE, and join")
            }
            LogicalPlan::Projection(projection) if gives_a_constant(projection)? => {
                Some("a constant beside an aggregate of what belongs to the row is NULL where nothing does: write it outside")
            }
            LogicalPlan::Limit(limit) if limit.skip.is_some() => {
                Some("OFFSET is passed over in a subquery of what belongs to the row: number the rows in a CTE, and join")
            }
            _ => None,
        };
        // What lies above the column of the row outside is done for all rows at once.
        if why.is_some() && node.exists(|below| Ok(below.contains_outer_reference()))? {
            found = why;
            return Ok(TreeNodeRecursion::Stop);
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(found)
}

/// Whether a value above an aggregate that has always a row is a constant, or becomes one when the plan is simplified.
fn gives_a_constant(projection: &Projection) -> Result<bool> {
    if !has_always_a_row(&projection.input) {
        return Ok(false);
    }
    let schema = projection.input.schema();
    let simplifier = ExprSimplifier::new(SimplifyContext::builder().with_schema(Arc::clone(schema)).build());
    for expr in &projection.expr {
        let expr = simplifier.coerce(expr.clone(), schema)?;
        if simplifier.simplify(expr)?.column_refs().is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a subquery names a column of the row outside.
pub(super) fn names_outside(subquery: &Subquery) -> bool {
    !subquery.outer_ref_columns.is_empty()
}

/// Whether a query has one row whatever it reads.
fn has_always_a_row(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Aggregate(aggregate) => aggregate.group_expr.is_empty(),
        LogicalPlan::Projection(_) | LogicalPlan::SubqueryAlias(_) | LogicalPlan::Sort(_) => {
            plan.inputs().into_iter().all(has_always_a_row)
        }
        _ => false,
    }
}

/// The expression with [`MayBeNull`] around a subquery in the place of a value: DataFusion takes a count, or a literal, for never
/// NULL there, and folds `IS NULL` and COALESCE away.
pub(super) fn may_be_null(expr: Expr) -> Transformed<Expr> {
    match &expr {
        Expr::ScalarSubquery(subquery)
            if subquery.subquery.schema().fields().first().is_some_and(|field| !field.is_nullable()) =>
        {
            let function = ScalarUDF::from(MayBeNull { signature: Signature::any(1, Volatility::Immutable) });
            Transformed::yes(Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(function), vec![expr])))
        }
        _ => Transformed::no(expr),
    }
}

/// Gives the values that it is given, of which nobody knows that they are never NULL.
#[derive(Debug, PartialEq, Eq, Hash)]
struct MayBeNull {
    signature: Signature,
}

impl ScalarUDFImpl for MayBeNull {
    fn name(&self) -> &str {
        "may_be_null"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [values] => Ok(values.clone()),
            _ => internal_err!("may_be_null takes one argument"),
        }
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        let field = like_arguments(self, &arguments)?;
        Ok(Arc::new(Field::clone(&field).with_nullable(true)))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match arguments.args.into_iter().next() {
            Some(values) => Ok(values),
            None => internal_err!("may_be_null takes one argument"),
        }
    }
}
