//! SQL that DataFusion reads and does otherwise than it is written: clauses that it passes over, and operators that take
//! more or less than they should. The statement alone shows it; what takes types to see stands in `admitted.rs`.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::common::{DataFusionError, plan_err};
use datafusion::logical_expr::ScalarUDF;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DataType, ExactNumberInfo, Expr, Function, FunctionArguments, GroupByExpr, Ident, JoinConstraint,
    JoinOperator, NamedWindowExpr, ObjectNamePart, OrderBy, OrderByKind, Query, Select, SelectItem, SetExpr,
    SetOperator, SetQuantifier, TableFactor, Visit, Visitor, WildcardAdditionalOptions, WindowType, visit_expressions,
};

/// The functions of single values, by their names.
pub(super) type Functions = HashMap<String, Arc<ScalarUDF>>;

/// Refuses a statement that would be done otherwise than it is written.
pub(super) fn check_statement(statement: &Statement, functions: &Functions) -> Result<(), DataFusionError> {
    let told = match statement {
        Statement::Statement(statement) => statement.visit(&mut Otherwise(functions)),
        Statement::Explain(explain) => return check_statement(&explain.statement, functions),
        _ => ControlFlow::Continue(()),
    };
    match told {
        ControlFlow::Break(why) => plan_err!("{why}"),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// Looks for what would be done otherwise; breaks with what it is and what to write.
struct Otherwise<'f>(&'f Functions);

type Told = ControlFlow<&'static str>;

const DONE: Told = ControlFlow::Continue(());

impl Visitor for Otherwise<'_> {
    type Break = &'static str;

    fn pre_visit_query(&mut self, query: &Query) -> Told {
        check_set(&query.body)?;
        match (&query.order_by, query.body.as_ref()) {
            (Some(order_by), SetExpr::Select(select)) => check_order(order_by, select),
            _ => DONE,
        }
    }

    fn pre_visit_select(&mut self, select: &Select) -> Told {
        let modifiers = match &select.group_by {
            GroupByExpr::All(modifiers) | GroupByExpr::Expressions(_, modifiers) => modifiers,
        };
        let is_filtered = |item: &SelectItem| match item {
            SelectItem::Wildcard(options) | SelectItem::QualifiedWildcard(_, options) => {
                let WildcardAdditionalOptions { opt_ilike, .. } = options;
                opt_ilike.is_some()
            }
            _ => false,
        };
        let extends = |window: &NamedWindowExpr| match window {
            NamedWindowExpr::WindowSpec(window) => window.window_name.is_some(),
            NamedWindowExpr::NamedWindow(_) => false,
        };
        let joins = select.from.iter().flat_map(|from| &from.joins).map(|join| &join.join_operator);
        let is_open = |join: &JoinOperator| match join {
            JoinOperator::Join(on) | JoinOperator::Inner(on) => *on == JoinConstraint::None,
            _ => false,
        };
        if !modifiers.is_empty() {
            ControlFlow::Break("GROUP BY … WITH is not there: write GROUP BY ROLLUP (…) or CUBE (…)")
        } else if select.prewhere.is_some() || !select.connect_by.is_empty() {
            ControlFlow::Break("PREWHERE and CONNECT BY are not there: write WHERE, and joins")
        } else if select.projection.iter().any(is_filtered) {
            ControlFlow::Break("* ILIKE is not there: name the columns")
        } else if select.named_window.iter().any(|window| extends(&window.1)) {
            ControlFlow::Break(WINDOW_IN_WINDOW)
        } else if joins.into_iter().any(is_open) {
            ControlFlow::Break("a JOIN has an ON or USING; where each row meets each, write CROSS JOIN")
        } else {
            DONE
        }
    }

    fn pre_visit_table_factor(&mut self, table: &TableFactor) -> Told {
        match table {
            TableFactor::Table { sample: Some(_), .. } | TableFactor::Derived { sample: Some(_), .. } => {
                ControlFlow::Break("TABLESAMPLE is not there: the planner would read all rows")
            }
            _ => DONE,
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> Told {
        match expr {
            Expr::IsDistinctFrom(_, right) | Expr::IsNotDistinctFrom(_, right) if is_chain(right) => {
                ControlFlow::Break(
                    "IS DISTINCT FROM takes all that follows for its right side: put it in parentheses, as in \
                     (a IS DISTINCT FROM b) AND …",
                )
            }
            Expr::SimilarTo { .. } => {
                ControlFlow::Break("SIMILAR TO finds parts of a text here: write LIKE, or regexp_like(text, '^(…)$')")
            }
            Expr::BinaryOp { op: BinaryOperator::BitwiseXor | BinaryOperator::PGBitwiseXor, .. } => {
                ControlFlow::Break("`^` and `#` compare bits here: POWER(a, b) raises to a power")
            }
            Expr::Cast { data_type, .. } if is_cut(data_type) => ControlFlow::Break(
                "the length of a text and the digits of a FLOAT are passed over in a CAST: write VARCHAR, and \
                 LEFT(text, n); or DOUBLE",
            ),
            Expr::Function(function) => self.check_function(function),
            _ => DONE,
        }
    }
}

impl Otherwise<'_> {
    fn check_function(
        &self,
        Function { name, args, filter, null_treatment, over, within_group, .. }: &Function,
    ) -> Told {
        let is_single =
            |name: &ObjectNamePart| name.as_ident().is_some_and(|name| self.0.contains_key(&name.value.to_lowercase()));
        let has_more = match args {
            FunctionArguments::List(list) => list.duplicate_treatment.is_some() || !list.clauses.is_empty(),
            FunctionArguments::None | FunctionArguments::Subquery(_) => false,
        };
        let is_of_many = has_more || filter.is_some() || null_treatment.is_some() || over.is_some();
        match over {
            Some(WindowType::WindowSpec(window)) if window.window_name.is_some() => {
                ControlFlow::Break(WINDOW_IN_WINDOW)
            }
            _ if (is_of_many || !within_group.is_empty()) && name.0.last().is_some_and(is_single) => {
                ControlFlow::Break(
                    "DISTINCT, ORDER BY, FILTER, OVER, WITHIN GROUP and IGNORE NULLS are passed over in a function of single \
                 values: only aggregates and windows have them",
                )
            }
            _ => DONE,
        }
    }
}

/// What is said of a window that goes on from another one.
const WINDOW_IN_WINDOW: &str =
    "a window's name within another window is passed over: write OVER name, or all of the window";

fn check_set(set: &SetExpr) -> Told {
    let SetExpr::SetOperation { left, op, set_quantifier, right } = set else { return DONE };
    let is_all = matches!(set_quantifier, SetQuantifier::All | SetQuantifier::AllByName);
    if is_all && *op != SetOperator::Union {
        return ControlFlow::Break(
            "INTERSECT ALL and EXCEPT ALL do not count rows here: number them with ROW_NUMBER() and leave out ALL",
        );
    }
    check_set(left)?;
    check_set(right)
}

/// Refuses a sort by an expression of a name that the query gives to something made of that column: which of the two is meant,
/// it does not say.
fn check_order(order_by: &OrderBy, select: &Select) -> Told {
    let OrderByKind::Expressions(keys) = &order_by.kind else { return DONE };
    let is_bare = |part: &Expr, name: &Ident| matches!(part, Expr::Identifier(part) if is_same(part, name));
    let is_of_table = |part: &Expr, name: &Ident| match part {
        Expr::CompoundIdentifier(parts) => parts.last().is_some_and(|part| is_same(part, name)),
        _ => false,
    };
    let sorts_by =
        |name: &Ident| keys.iter().any(|key| !is_name(&key.expr) && holds(&key.expr, |part| is_bare(part, name)));
    let is_vague = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { expr, alias } if !is_name(expr) => {
            holds(expr, |part| is_bare(part, alias) || is_of_table(part, alias)) && sorts_by(alias)
        }
        _ => false,
    };
    match select.projection.iter().any(is_vague) {
        true => ControlFlow::Break(
            "a name within an expression of ORDER BY is that of what the query gives, not of the column that it is made of: \
             sort by the name alone, or give it another name",
        ),
        false => DONE,
    }
}

fn is_name(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}

/// Whether an expression has such a part.
fn holds(expr: &Expr, is_it: impl Fn(&Expr) -> bool) -> bool {
    let told =
        visit_expressions(expr, |part| if is_it(part) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) });
    told.is_break()
}

/// Whether two names are one: without quotes the planner takes capital letters for small ones.
fn is_same(one: &Ident, other: &Ident) -> bool {
    let plain = |name: &Ident| match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_ascii_lowercase(),
    };
    plain(one) == plain(other)
}

/// Whether an operand without parentheses goes on with what binds less than a comparison does.
fn is_chain(operand: &Expr) -> bool {
    use BinaryOperator::{And, Eq, Gt, GtEq, Lt, LtEq, NotEq, Or, Xor};
    matches!(
        operand,
        Expr::BinaryOp { op: And | Or | Xor | Eq | NotEq | Lt | LtEq | Gt | GtEq, .. }
            | Expr::IsDistinctFrom(..)
            | Expr::IsNotDistinctFrom(..)
            | Expr::Between { .. }
            | Expr::InList { .. }
            | Expr::InSubquery { .. }
            | Expr::Like { .. }
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
    )
}

/// Whether a type has a length that a cast passes over.
fn is_cut(kind: &DataType) -> bool {
    match kind {
        DataType::Character(length)
        | DataType::Char(length)
        | DataType::CharacterVarying(length)
        | DataType::CharVarying(length)
        | DataType::Varchar(length)
        | DataType::Nvarchar(length) => length.is_some(),
        DataType::Float(digits) => *digits != ExactNumberInfo::None,
        _ => false,
    }
}
