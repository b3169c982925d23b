//! The order of all columns from left to right, and which of them decide it.

use arrow::datatypes::Schema;
use datafusion::common::{Column, DFSchema};
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, Projection, SortExpr};

/// The order of a plan's rows by all columns from left to right. Left out are columns of which all values are the same, and
/// those behind the columns by which the rows were grouped: no two groups are the same in these, so nothing comes after
/// them.
pub(super) fn by_all_columns(plan: &LogicalPlan) -> Vec<SortExpr> {
    let columns = plan.schema().columns();
    let decided = |place: usize| match plan {
        LogicalPlan::Projection(Projection { expr, .. }) => expr.get(place).is_some_and(is_one_value),
        _ => false,
    };
    let deciding = deciding(plan).unwrap_or(columns.len());
    let columns = columns.into_iter().enumerate().take(deciding).filter(|(place, _)| !decided(*place));
    columns.map(|(_, column)| ascending(column)).collect()
}

/// The order of a file's rows that were sorted so. The columns left out there may stand here: they have one value, or come
/// behind those that no two rows have in common.
pub(super) fn of_all_columns(schema: &Schema) -> Vec<SortExpr> {
    schema.fields().iter().map(|field| ascending(Column::new_unqualified(field.name()))).collect()
}

fn ascending(column: Column) -> SortExpr {
    SortExpr::new(Expr::Column(column), true, true)
}

fn is_one_value(expr: &Expr) -> bool {
    match expr {
        Expr::Alias(alias) => is_one_value(&alias.expr),
        Expr::Literal(..) | Expr::Placeholder(_) => true,
        _ => false,
    }
}

/// How many columns from the left have all those by which the rows were grouped; `None` where rows were not grouped last,
/// or a column of the groups is not among theirs.
fn deciding(plan: &LogicalPlan) -> Option<usize> {
    let LogicalPlan::Projection(Projection { expr, input, .. }) = plan else { return None };
    let mut below = input.as_ref();
    // HAVING leaves groups out, and makes no two of them the same.
    while let LogicalPlan::Filter(filter) = below {
        below = filter.input.as_ref();
    }
    let LogicalPlan::Aggregate(Aggregate { group_expr, schema, .. }) = below else { return None };
    // Under GROUPING SETS a group may come several times.
    if group_expr.iter().any(|group| matches!(group, Expr::GroupingSet(_))) {
        return None;
    }
    let places = (0..group_expr.len()).map(|group| {
        let grouped = column_of(schema, group)?;
        expr.iter().position(|expr| is_column(expr, &grouped)).map(|place| place + 1)
    });
    places.collect::<Option<Vec<_>>>()?.into_iter().max().or(Some(0))
}

/// The column of a group; none where its values may be the same and not look it, as 0 and -0 of a float.
fn column_of(schema: &DFSchema, group: usize) -> Option<Column> {
    let (qualifier, field) = schema.qualified_field(group);
    (!field.data_type().is_floating() && !field.data_type().is_nested())
        .then(|| Column::new(qualifier.cloned(), field.name()))
}

fn is_column(expr: &Expr, column: &Column) -> bool {
    match expr {
        Expr::Alias(alias) => is_column(&alias.expr, column),
        Expr::Column(found) => found == column,
        _ => false,
    }
}
