//! Which plans may run: those that only read, and that DataFusion does as they are written. What the statement alone shows
//! stands in `written.rs`; here it takes the types.

use arrow::datatypes::DataType;
use datafusion::common::{DFSchema, DataFusionError, JoinConstraint, JoinType, Result, plan_err};
use datafusion::logical_expr::expr::{AggregateFunction, WindowFunction};
use datafusion::logical_expr::{
    BinaryExpr, Cast, Expr, ExprSchemable, LogicalPlan, Operator, TryCast, WindowFrameBound, WindowFrameUnits,
};
use datafusion::prelude::SQLOptions;
use datafusion::scalar::ScalarValue;

use super::compared::{mixed, pairs};
use super::membership::unknown_member;
use super::steady::ORDERED;
use super::subqueries::{otherwise_of_lateral, otherwise_of_subquery};
use super::walk::{expressions, first};

/// Refuses what does more than read, and what DataFusion would do otherwise than it is written.
pub(super) fn check_plan(plan: &LogicalPlan) -> Result<(), DataFusionError> {
    let reads = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    reads.verify_plan(plan)?;
    match first(plan, otherwise_of_node)? {
        Some(why) => plan_err!("{why}"),
        None => Ok(()),
    }
}

type Told = Result<Option<String>>;

fn told(why: impl Into<String>) -> Told {
    Ok(Some(why.into()))
}

/// What a node of a plan would do otherwise, and what to write.
fn otherwise_of_node(node: &LogicalPlan) -> Told {
    if let LogicalPlan::Join(join) = node {
        if join.join_constraint == JoinConstraint::Using && matches!(join.join_type, JoinType::Right | JoinType::Full) {
            return told(
                "a RIGHT or FULL JOIN with USING has the left side's column alone: write ON, and COALESCE(a.x, b.x)",
            );
        }
        for (left, right) in &join.on {
            let mixed = mixed(&left.get_type(join.left.schema())?, &right.get_type(join.right.schema())?);
            if mixed.is_some() {
                return Ok(mixed);
            }
        }
    }
    if let LogicalPlan::Subquery(lateral) = node
        && let Some(why) = otherwise_of_lateral(lateral)?
    {
        return told(why);
    }
    if unknown_member(node)? {
        return told(
            "IN (SELECT …) is NULL where a value is, and false here unless it stands alone in a WHERE, and NOT IN names a column \
             and no row outside: write EXISTS or NOT EXISTS (SELECT 1 FROM … WHERE …) there, and a LEFT JOIN elsewhere",
        );
    }
    if let LogicalPlan::Aggregate(aggregate) = node
        && let Some(twice) = twice(&aggregate.group_expr)
    {
        return told(format!("rows are grouped by `{}` twice: name it once in GROUP BY", twice.human_display()));
    }
    expressions(node, otherwise)
}

/// The first key of a GROUP BY that stands in it before.
fn twice(keys: &[Expr]) -> Option<&Expr> {
    keys.iter().enumerate().find_map(|(place, key)| keys[..place].contains(key).then_some(key))
}

/// What an expression would do otherwise, and what to write.
fn otherwise(expr: &Expr, schema: &DFSchema) -> Told {
    match expr {
        Expr::AggregateFunction(AggregateFunction { func, params }) => {
            let takes_order = ORDERED.contains(&func.name()) || func.supports_within_group_clause();
            if !params.order_by.is_empty() && !takes_order {
                // DataFusion panics over it, or passes over it.
                return told(format!("{} takes no ORDER BY", func.name()));
            }
            Ok(None)
        }
        // They drop the bits that do not fit, and by 64 places they shift nothing.
        Expr::BinaryExpr(BinaryExpr {
            op: op @ (Operator::BitwiseShiftLeft | Operator::BitwiseShiftRight), ..
        }) => told(format!("`{op}` is not there: multiply or divide by a power of two")),
        Expr::Cast(Cast { expr, field }) | Expr::TryCast(TryCast { expr, field }) => {
            match (expr.get_type(schema)?, field.data_type()) {
                (DataType::Timestamp(_, Some(_)), DataType::Date32 | DataType::Date64) => told(
                    "a time with a zone has its day in Greenwich: CAST(to_local_time(x) AS DATE) has that of its zone",
                ),
                _ => Ok(None),
            }
        }
        Expr::SetComparison(_) => told(
            "ANY and ALL over a SELECT take a column outside for one of its name inside: compare with (SELECT MIN(x) …) or MAX, \
             or write IN or EXISTS",
        ),
        Expr::Exists(_) | Expr::InSubquery(_) | Expr::ScalarSubquery(_) => {
            Ok(otherwise_of_subquery(expr)?.map(str::to_owned))
        }
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Minus, right })
            if is_unsigned(left, schema)? && is_unsigned(right, schema)? =>
        {
            told(BELOW_NOUGHT)
        }
        Expr::WindowFunction(window) => otherwise_of_window(window, schema),
        expr => pairs(expr, schema).map(|pairs| pairs.iter().find_map(|(left, right)| mixed(left, right))),
    }
}

/// What is said of a difference of row numbers or ranks, whose type has no number below 0.
const BELOW_NOUGHT: &str = "row numbers and ranks know no number below 0: CAST(… AS BIGINT) before subtracting";

fn is_unsigned(expr: &Expr, schema: &DFSchema) -> Result<bool> {
    Ok(expr.get_type(schema)?.is_unsigned_integer())
}

fn otherwise_of_window(window: &WindowFunction, schema: &DFSchema) -> Told {
    let params = &window.params;
    if let ("lag" | "lead", [value, _, default]) = (window.fun.name(), params.args.as_slice()) {
        let default = default.get_type(schema)?;
        if value.get_type(schema)?.is_integer() && !default.is_integer() && !default.is_null() {
            return told(
                "what LAG and LEAD give beyond the rows is cut to the type of their first argument: cast that",
            );
        }
    }
    let frame = &params.window_frame;
    let offsets = [&frame.start_bound, &frame.end_bound].into_iter().filter_map(offset).collect::<Vec<_>>();
    let (WindowFrameUnits::Range, [key, ..], false) = (frame.units, params.order_by.as_slice(), offsets.is_empty())
    else {
        return Ok(None);
    };
    match key.expr.get_type(schema)? {
        kind if kind.is_numeric() => Ok(None),
        kind if kind.is_temporal() => {
            let is_bare = |offset: &String| offset.trim().parse::<f64>().is_ok();
            if offsets.iter().any(is_bare) {
                told("a bare number in RANGE means months here: write INTERVAL '1 day'")
            } else {
                Ok(None)
            }
        }
        kind => told(format!("RANGE with a number is not there over {kind}: order by a number or a day")),
    }
}

/// How far a frame reaches, as it is written.
fn offset(bound: &WindowFrameBound) -> Option<String> {
    match bound {
        WindowFrameBound::Preceding(rows) | WindowFrameBound::Following(rows) if !rows.is_null() => Some(written(rows)),
        _ => None,
    }
}

fn written(value: &ScalarValue) -> String {
    match value {
        ScalarValue::Utf8(Some(text)) => text.clone(),
        value => value.to_string(),
    }
}
