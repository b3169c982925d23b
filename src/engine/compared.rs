//! What is compared, of two kinds that DataFusion makes one in a way that loses something: `'9.54' = 9.5`, since the text is
//! rounded to the number's digits.

use arrow::datatypes::DataType;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::{Between, Case, InList, InSubquery, ScalarFunction};
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable};

/// The types of what an expression compares, two by two.
pub(super) fn pairs(expr: &Expr, schema: &DFSchema) -> Result<Vec<(DataType, DataType)>> {
    let kind = |expr: &Expr| expr.get_type(schema);
    let with_each = |left: &Expr, others: &mut dyn Iterator<Item = &Expr>| {
        others.filter(|other| !is_exact(left, other, schema)).map(|other| Ok((kind(left)?, kind(other)?))).collect()
    };
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if op.supports_propagation() => {
            with_each(left, &mut [right.as_ref()].into_iter())
        }
        Expr::Between(Between { expr, low, high, .. }) => {
            with_each(expr, &mut [low.as_ref(), high.as_ref()].into_iter())
        }
        Expr::InList(InList { expr, list, .. }) => with_each(expr, &mut list.iter()),
        Expr::Case(Case { expr: Some(expr), when_then_expr, .. }) => {
            with_each(expr, &mut when_then_expr.iter().map(|(when, _)| when.as_ref()))
        }
        Expr::ScalarFunction(ScalarFunction { func, args }) if func.name() == "nullif" => match args.as_slice() {
            [left, right] => with_each(left, &mut [right].into_iter()),
            _ => Ok(Vec::new()),
        },
        Expr::InSubquery(InSubquery { expr, subquery, .. }) => match subquery.subquery.schema().fields().first() {
            Some(field) => Ok(vec![(kind(expr)?, field.data_type().clone())]),
            None => Ok(Vec::new()),
        },
        _ => Ok(Vec::new()),
    }
}

/// Whether one is a text as it is written and the other a whole number: a text that is none ends the query.
fn is_exact(left: &Expr, right: &Expr, schema: &DFSchema) -> bool {
    let is_written = |expr: &Expr| matches!(expr, Expr::Literal(value, _) if is_text(&value.data_type()));
    let is_whole = |expr: &Expr| expr.get_type(schema).is_ok_and(|kind| kind.is_integer());
    (is_written(left) && is_whole(right)) || (is_whole(left) && is_written(right))
}

/// Why values of two types are not compared.
pub(super) fn mixed(left: &DataType, right: &DataType) -> Option<String> {
    let is_either = |is: fn(&DataType) -> bool, other: fn(&DataType) -> bool| {
        (is(left) && other(right)) || (other(left) && is(right))
    };
    let is_interval = |kind: &DataType| matches!(kind, DataType::Interval(_));
    if is_either(is_text, DataType::is_numeric) {
        Some("a text is compared with a number: the text would be rounded to its digits. CAST one of them".to_owned())
    } else if is_either(is_point_in_time, DataType::is_numeric) {
        Some("a day or a time is compared with a number: write DATE '2018-01-31'".to_owned())
    } else if is_either(is_row, |_| true) {
        Some(
            "rows are not compared with one another as they should where a value is NULL: compare column by column"
                .to_owned(),
        )
    } else if is_interval(left) && is_interval(right) {
        Some("intervals are not compared by how long they are: compare days".to_owned())
    } else {
        None
    }
}

fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

fn is_point_in_time(kind: &DataType) -> bool {
    matches!(kind, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..))
}

fn is_row(kind: &DataType) -> bool {
    matches!(kind, DataType::Struct(_))
}
