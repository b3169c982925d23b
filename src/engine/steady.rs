//! What would make another answer of the same rows: the clock, chance, and the order in which rows happen to come.
//!
//! A table's key is made of what it is derived from, and promises its bytes. Rows come in batches of a size that the environment
//! may set, and to as many threads as the machine has.

use std::fmt;

use datafusion::common::{Column, DFSchema, DataFusionError, Result};
use datafusion::logical_expr::expr::{AggregateFunction, ScalarFunction, Sort};
use datafusion::logical_expr::{
    Distinct, DistinctOn, Expr, ExprSchemable, LogicalPlan, Volatility, WindowFrame, WindowFrameBound, WindowFrameUnits,
};

use super::walk::{expressions, first};

/// Aggregates that give what comes first, or all in the order in which it comes.
pub(super) const ORDERED: [&str; 5] = ["first_value", "last_value", "nth_value", "array_agg", "string_agg"];

/// The aggregate that gives what comes first and takes no order.
const ANY_VALUE: &str = "any_value";

/// Functions of a window that number its rows, or look at those around.
const NUMBERING: [&str; 7] = ["row_number", "ntile", "lag", "lead", "first_value", "last_value", "nth_value"];

/// Aggregates that add up their numbers, exactly where these are whole or decimals.
const ADDING: [&str; 2] = ["sum", "avg"];

/// The beginnings of the names of aggregates that add up doubles, or estimate, whatever they are given.
const INEXACT: [&str; 7] = ["var", "stddev", "covar", "corr", "regr_", "approx_", "any_value"];

/// A part of a query that the rows alone do not decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsteady {
    /// A function that gives another value each time: its name.
    Chance(String),
    /// A function that depends on the order of its rows and is given none: its name.
    Unordered(String),
    /// An aggregate that adds up doubles, whose sum depends on the order: its name.
    Doubles(String),
    /// A LIMIT or a DISTINCT ON without an ORDER BY: which it is.
    AnyRows(&'static str),
}

impl Unsteady {
    /// What to write instead.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Chance(_) => "Take what it tells from the rows, or the day from `$reference_date`.",
            Self::Unordered(_) | Self::AnyRows(_) => {
                "Give it an ORDER BY that tells all rows apart; in the place of ANY_VALUE, FIRST_VALUE takes one."
            }
            Self::Doubles(_) => {
                "Add up decimals, which are exact: CAST(… AS DECIMAL(38, 9)), or their squares for a spread."
            }
        }
    }
}

impl fmt::Display for Unsteady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chance(name) => write!(f, "`{name}` gives another value each time"),
            Self::Unordered(name) => write!(f, "`{name}` depends on the order of its rows, and has none"),
            Self::Doubles(name) => write!(f, "`{name}` depends on the order in which it takes its numbers"),
            Self::AnyRows(name) => write!(f, "{name} without an ORDER BY takes any of the rows"),
        }
    }
}

/// The first such part of a plan, as the SQL says it and as the optimizer leaves it, which knows all types.
pub(super) fn unsteady(plan: &LogicalPlan, optimized: &LogicalPlan) -> Result<Option<Unsteady>, DataFusionError> {
    match first(plan, node_unsteady)? {
        None => first(optimized, |node| expressions(node, adds_doubles)),
        found => Ok(found),
    }
}

fn node_unsteady(node: &LogicalPlan) -> Result<Option<Unsteady>> {
    match node {
        LogicalPlan::Limit(limit) if !is_sorted(&limit.input) => return Ok(Some(Unsteady::AnyRows("LIMIT"))),
        LogicalPlan::Distinct(Distinct::On(on)) if !is_one_of_each(on) => {
            return Ok(Some(Unsteady::AnyRows("DISTINCT ON")));
        }
        _ => {}
    }
    let groups = match node {
        LogicalPlan::Aggregate(aggregate) => aggregate.group_expr.as_slice(),
        _ => &[],
    };
    match expressions(node, |expr, _| expression_unsteady(expr, groups))? {
        None => expressions(node, adds_doubles),
        found => Ok(found),
    }
}

/// Whether the rows come in an order that the query says.
fn is_sorted(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Sort(sort) => is_ordered(&sort.expr, &[]),
        // One row is in every order.
        LogicalPlan::Aggregate(aggregate) => aggregate.group_expr.is_empty(),
        LogicalPlan::Projection(_) | LogicalPlan::SubqueryAlias(_) | LogicalPlan::Limit(_) | LogicalPlan::Filter(_) => {
            plan.inputs().into_iter().all(is_sorted)
        }
        _ => false,
    }
}

/// `groups`: what the rows of an aggregate are grouped by.
fn expression_unsteady(expr: &Expr, groups: &[Expr]) -> Result<Option<Unsteady>> {
    let unordered = |name: &str| Ok(Some(Unsteady::Unordered(name.to_owned())));
    match expr {
        Expr::ScalarFunction(ScalarFunction { func, .. }) if func.signature().volatility != Volatility::Immutable => {
            Ok(Some(Unsteady::Chance(func.name().to_owned())))
        }
        Expr::AggregateFunction(AggregateFunction { func, params }) => match func.name() {
            name if name == ANY_VALUE || (ORDERED.contains(&name) && !is_ordered(&params.order_by, groups)) => {
                unordered(name)
            }
            _ => Ok(None),
        },
        Expr::WindowFunction(window) if !is_ordered(&window.params.order_by, &window.params.partition_by) => {
            let name = window.fun.name();
            let is_one = NUMBERING.contains(&name) || ORDERED.contains(&name);
            if is_one || !is_whole(&window.params.window_frame) { unordered(name) } else { Ok(None) }
        }
        _ => Ok(None),
    }
}

/// Whether the rows that a DISTINCT ON takes are told by an order, or by what it is on.
fn is_one_of_each(DistinctOn { on_expr, select_expr, sort_expr, .. }: &DistinctOn) -> bool {
    is_ordered(sort_expr.iter().flatten(), on_expr) || select_expr.iter().all(|expr| is_same_within(expr, on_expr))
}

/// Whether keys put rows in an order that are equal in `parts`: the rows of a group, or of a part of a window.
fn is_ordered<'k>(keys: impl IntoIterator<Item = &'k Sort>, parts: &[Expr]) -> bool {
    keys.into_iter().any(|key| !is_same_within(&key.expr, parts))
}

/// Whether an expression is the same for all rows that are equal in `parts`: it is one of them, or names no other column.
fn is_same_within(expr: &Expr, parts: &[Expr]) -> bool {
    let is_part = |column: &Column| parts.iter().any(|part| matches!(part, Expr::Column(of) if of == column));
    parts.contains(expr) || expr.column_refs().into_iter().all(is_part)
}

/// Whether a frame goes to the end of its part.
fn is_unbounded(bound: &WindowFrameBound) -> bool {
    match bound {
        WindowFrameBound::Preceding(rows) | WindowFrameBound::Following(rows) => rows.is_null(),
        WindowFrameBound::CurrentRow => false,
    }
}

/// Whether a frame has all rows of its part, or all that are equal: which they are then does not depend on their order.
fn is_whole(frame: &WindowFrame) -> bool {
    frame.units == WindowFrameUnits::Range || (is_unbounded(&frame.start_bound) && is_unbounded(&frame.end_bound))
}

/// Adding doubles up in an order is the same each time. A window has one; an aggregate passes over its own. Where the frame of a
/// window leaves rows behind, DataFusion subtracts them, so that a spread is left over among equal values.
fn adds_doubles(expr: &Expr, schema: &DFSchema) -> Result<Option<Unsteady>> {
    let (name, args, is_in_order, is_growing) = match expr {
        Expr::AggregateFunction(AggregateFunction { func, params }) => (func.name(), &params.args, false, true),
        Expr::WindowFunction(window) => {
            let params = &window.params;
            let is_in_order = is_ordered(&params.order_by, &params.partition_by);
            (window.fun.name(), &params.args, is_in_order, is_unbounded(&params.window_frame.start_bound))
        }
        _ => return Ok(None),
    };
    let is_of_doubles = name != "regr_count" && INEXACT.iter().any(|inexact| name.starts_with(inexact));
    let mut is_inexact = is_of_doubles && !(is_in_order && is_growing);
    if ADDING.contains(&name) && !is_in_order {
        for arg in args {
            // The average of whole numbers is one of doubles in the end.
            let arg = match arg {
                Expr::Cast(cast) if name == "avg" => cast.expr.as_ref(),
                arg => arg,
            };
            is_inexact |= arg.get_type(schema)?.is_floating();
        }
    }
    Ok(is_inexact.then(|| Unsteady::Doubles(name.to_owned())))
}
