//! `IN (SELECT …)`, which is NULL where a value is NULL. DataFusion joins for it, and has true or false of the join: that is
//! right in a WHERE that drops both, and for NOT IN only where it stands alone.

use datafusion::common::tree_node::TreeNode;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::InSubquery;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator};

use super::subqueries::names_outside;
use super::walk::expressions;

/// Whether a node of a plan asks for a membership where it matters that it may be NULL.
pub(super) fn unknown_member(node: &LogicalPlan) -> Result<bool> {
    match node {
        LogicalPlan::Filter(filter) => matters(&filter.predicate, filter.input.schema(), Place::Alone),
        node => {
            let any = |expr: &Expr, schema: &DFSchema| Ok(may_be_null(expr, schema)?.then_some(()));
            Ok(expressions(node, any)?.is_some())
        }
    }
}

/// Where in a predicate a part of it stands.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Rows stay only where it is true.
    Alone,
    /// Beside others of which one has to be true.
    BesideOthers,
}

fn matters(part: &Expr, schema: &DFSchema, place: Place) -> Result<bool> {
    match (part, place) {
        (Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }), place) => {
            Ok(matters(left, schema, place)? || matters(right, schema, place)?)
        }
        (Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }), _) => {
            Ok(matters(left, schema, Place::BesideOthers)? || matters(right, schema, Place::BesideOthers)?)
        }
        (Expr::InSubquery(InSubquery { expr, negated: false, .. }), _) => holds_one(expr, schema),
        (Expr::InSubquery(member), Place::Alone) => not_in(part, member, schema),
        (Expr::Not(not), Place::Alone) => match not.as_ref() {
            part @ Expr::InSubquery(member) if !member.negated => not_in(part, member, schema),
            not => holds_one(not, schema),
        },
        (part, _) => holds_one(part, schema),
    }
}

/// Whether an expression has a membership in it that may be NULL.
fn holds_one(expr: &Expr, schema: &DFSchema) -> Result<bool> {
    expr.exists(|part| may_be_null(part, schema))
}

/// Whether it matters for a NOT IN that stands alone. Among what belongs to the row DataFusion takes a NULL of another row for
/// one of this row's; and it passes over NULLs where the value names no column of its own query, as a constant does, or a
/// column of a row further out.
fn not_in(part: &Expr, member: &InSubquery, schema: &DFSchema) -> Result<bool> {
    let passes_over_nulls = names_outside(&member.subquery) || member.expr.column_refs().is_empty();
    Ok((passes_over_nulls && may_be_null(part, schema)?) || holds_one(&member.expr, schema)?)
}

fn may_be_null(expr: &Expr, schema: &DFSchema) -> Result<bool> {
    let Expr::InSubquery(InSubquery { expr, subquery, .. }) = expr else { return Ok(false) };
    let of_query = subquery.subquery.schema().fields().first().is_none_or(|field| field.is_nullable());
    Ok(of_query || expr.nullable(schema)?)
}
