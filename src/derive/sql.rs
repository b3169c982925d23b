//! SQL as a syntax tree: taken apart, completed and filled in. Nothing else in this module looks into the tree.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::ControlFlow;

use datafusion::common::DataFusionError;
use datafusion::sql::parser::Statement as Parsed;
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::{
    DataType, Expr, Ident, SelectItem, SetExpr, Statement as SqlStatement, Value, visit_expressions,
    visit_expressions_mut, visit_relations,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use jiff::civil::Date;

use crate::engine::{Planner, Statement};
use crate::store::Digest;

/// The parameters that a model may use.
pub(super) const YEAR: &str = "$year";
pub(super) const REFERENCE_DATE: &str = "$reference_date";
/// The model's own name: no parameter, since it is always the same.
pub(super) const MODEL: &str = "$model";

/// Why a text is not one query.
#[derive(Debug)]
pub(super) enum NotAQuery {
    /// It is no SQL.
    Unreadable(DataFusionError),
    /// It is another statement.
    Other,
}

/// One query, as SQL has it.
#[derive(Debug, Clone)]
pub(super) struct Sql(SqlStatement);

/// What a query gives in one of its columns.
#[derive(Debug)]
pub(super) struct Item {
    /// The name that `AS` gives it.
    pub(super) alias: Option<String>,
    /// Its name: the alias, or that of the column that it is.
    pub(super) name: Option<String>,
    /// The expression in SQL, or the whole item where it has no alias.
    pub(super) expression: String,
    /// The type, where the expression is a `CAST`.
    pub(super) cast: Option<String>,
}

impl Sql {
    /// Reads one query.
    pub(super) fn parse(text: &str, planner: &Planner) -> Result<Self, NotAQuery> {
        let statement = planner.parse(text).map_err(NotAQuery::Unreadable)?;
        match statement {
            Parsed::Statement(inner) if matches!(*inner, SqlStatement::Query(_)) => Ok(Self(*inner)),
            _ => Err(NotAQuery::Other),
        }
    }

    /// The tables that it names, each with line and column of the first mention where they are known. A name that the
    /// query itself gives to a part of it is none.
    pub(super) fn tables(&self) -> Result<BTreeMap<String, Option<(u64, u64)>>, DataFusionError> {
        let mut places = BTreeMap::new();
        let _: ControlFlow<()> = visit_relations(&self.0, |relation| {
            if let Some(identifier) = relation.0.last().and_then(|part| part.as_ident()) {
                let start = identifier.span.start;
                places.entry(identifier.value.clone()).or_insert((start.line, start.column));
            }
            ControlFlow::Continue(())
        });
        let tables = named_tables(&Parsed::Statement(Box::new(self.0.clone())))?;
        Ok(tables.into_iter().map(|(_, table)| (table.clone(), places.get(&table).copied())).collect())
    }

    /// The parameters that it uses.
    pub(super) fn parameters(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let _: ControlFlow<()> = visit_expressions(&self.0, |expression| {
            found.extend(placeholder(expression).map(str::to_owned));
            ControlFlow::Continue(())
        });
        found
    }

    /// Digest of the query without comments and layout.
    pub(super) fn digest(&self) -> Digest {
        Digest::of(self.0.to_string())
    }

    /// Its columns, those of the first SELECT where there are several; `None` for a query without a SELECT.
    pub(super) fn items(&self) -> Option<Vec<Item>> {
        let SqlStatement::Query(query) = &self.0 else { return None };
        let mut body = &*query.body;
        loop {
            match body {
                SetExpr::Select(select) => return Some(select.projection.iter().map(Item::new).collect()),
                SetExpr::SetOperation { left, .. } => body = left,
                SetExpr::Query(query) => body = &query.body,
                _ => return None,
            }
        }
    }

    /// Fills in the model's name.
    pub(super) fn name_model(&mut self, name: &str) {
        let _: ControlFlow<()> = visit_expressions_mut(&mut self.0, |expression| {
            if placeholder(expression) == Some(MODEL)
                && let Expr::Value(value) = expression
            {
                value.value = Value::SingleQuotedString(name.to_owned());
            }
            ControlFlow::Continue(())
        });
    }

    /// The statement that prepares this one, its parameters numbered: the year is `$1`, the reference date `$2`.
    pub(super) fn prepare(&self) -> Statement {
        let mut statement = self.0.clone();
        let _: ControlFlow<()> = visit_expressions_mut(&mut statement, |expression| {
            let number = match placeholder(expression) {
                Some(YEAR) => "$1",
                Some(REFERENCE_DATE) => "$2",
                _ => return ControlFlow::Continue(()),
            };
            if let Expr::Value(value) = expression {
                value.value = Value::Placeholder(number.to_owned());
            }
            ControlFlow::Continue(())
        });
        let data_types = vec![DataType::BigInt(None), DataType::Date];
        let name = Ident::new("model");
        Parsed::Statement(Box::new(SqlStatement::Prepare { name, data_types, statement: Box::new(statement) }))
    }

    /// The statement with its parameters filled in.
    pub(super) fn filled_in(&self, year: Option<(i16, Date)>) -> Statement {
        let mut statement = self.0.clone();
        if let Some((year, reference_date)) = year {
            let _: ControlFlow<()> = visit_expressions_mut(&mut statement, |expression| {
                let literal = match placeholder(expression) {
                    Some(YEAR) => year.to_string(),
                    Some(REFERENCE_DATE) => format!("DATE '{reference_date}'"),
                    _ => return ControlFlow::Continue(()),
                };
                let parsed = Parser::new(&GenericDialect {}).try_with_sql(&literal).and_then(|mut it| it.parse_expr());
                if let Ok(parsed) = parsed {
                    *expression = parsed;
                }
                ControlFlow::Continue(())
            });
        }
        Parsed::Statement(Box::new(statement))
    }
}

impl fmt::Display for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Item {
    fn new(item: &SelectItem) -> Self {
        let (alias, expression) = match item {
            SelectItem::ExprWithAlias { expr, alias } => (Some(alias.value.clone()), expr.to_string()),
            other => (None, other.to_string()),
        };
        let name = match item {
            SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name.value.clone()),
            SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last().map(|name| name.value.clone()),
            _ => alias.clone(),
        };
        let cast = match item {
            SelectItem::ExprWithAlias { expr: Expr::Cast { data_type, .. }, .. } => Some(data_type.to_string()),
            _ => None,
        };
        Self { alias, name, expression, cast }
    }
}

fn placeholder(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Value(value) => match &value.value {
            Value::Placeholder(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a statement asks for rows, or for how it would be run, and changes nothing.
pub fn is_query(statement: &Statement) -> bool {
    match statement {
        Parsed::Statement(inner) => matches!(**inner, SqlStatement::Query(_)),
        Parsed::Explain(_) => true,
        _ => false,
    }
}

/// The tables that a statement names, each with its schema where it gives one.
///
/// # Errors
/// A name has more parts than a table's can have.
pub fn named_tables(statement: &Statement) -> Result<Vec<(Option<String>, String)>, DataFusionError> {
    let (tables, _) = resolve_table_references(statement, true)?;
    Ok(tables.iter().map(|table| (table.schema().map(str::to_owned), table.table().to_owned())).collect())
}
