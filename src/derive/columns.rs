//! `_columns.sql`: the columns that all models of a folder have, so that each needs to give only its own.
//!
//! The file is one `SELECT` without tables: a column's expression is its default, and where that is a
//! `CAST`, its type. `-- required: a, b` names the columns without a default. `$model` is the model's name.

use std::path::Path;

use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{Expr, Query, SelectItem, SetExpr, Statement as SqlStatement};

use super::model::{SqlFile, name_model};
use super::{DeriveError, SqlPlace};
use crate::engine::Session;
use crate::problem::closest;

/// The file's name without its extension.
pub(super) const COLUMNS: &str = "_columns";

/// The columns of a folder.
pub(super) struct FolderColumns {
    columns: Vec<Column>,
}

struct Column {
    name: String,
    default: Expr,
    is_required: bool,
}

impl FolderColumns {
    /// Takes the file apart.
    pub(super) fn new(sql: &SqlFile) -> Result<Self, DeriveError> {
        let wrong = |message: String| DeriveError::Sql {
            at: SqlPlace { file: sql.file.clone(), place: Some((1, 1)) },
            message,
            hint: Some("Write one SELECT without tables, and a name for every column.".to_owned()),
        };
        let items = projection(sql.query()).filter(|_| sql.tables.is_empty());
        let items = items.ok_or_else(|| wrong("these are no columns of a folder".to_owned()))?;
        let required: Vec<&str> =
            sql.header.fields.get("required").into_iter().flat_map(|names| names.split(", ")).collect();
        let columns = items
            .iter()
            .map(|item| match item {
                SelectItem::ExprWithAlias { expr, alias } => Ok(Column {
                    name: alias.value.clone(),
                    default: expr.clone(),
                    is_required: required.contains(&alias.value.as_str()),
                }),
                other => Err(wrong(format!("the column `{other}` has no name"))),
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { columns })
    }

    /// The model's query with all columns of the folder, in their order.
    pub(super) fn complete(&self, sql: &SqlFile, session: &Session) -> Result<SqlStatement, DeriveError> {
        let wrong = |message: String, hint: &str| DeriveError::Sql {
            at: SqlPlace { file: sql.file.clone(), place: None },
            message,
            hint: Some(hint.to_owned()),
        };
        let names = projection(sql.query()).and_then(|items| items.iter().map(name_of).collect::<Option<Vec<_>>>());
        let no_names = "the columns have no names";
        let names = names.ok_or_else(|| wrong(no_names.to_owned(), "Name every column; `*` names none."))?;
        if let Some(stranger) = names.iter().find(|name| !self.columns.iter().any(|column| column.name == **name)) {
            let known = self.columns.iter().map(|column| column.name.as_str());
            let hint = match closest(stranger, known) {
                Some(name) => format!("Did you mean `{name}`?"),
                None => "The folder's columns are in its _columns.sql.".to_owned(),
            };
            return Err(wrong(format!("the folder has no column `{stranger}`"), &hint));
        }
        let mut items = Vec::new();
        for Column { name, default, is_required } in &self.columns {
            items.push(match (names.contains(name), default) {
                (true, Expr::Cast { data_type, .. }) => format!("CAST(member.{name} AS {data_type}) AS {name}"),
                (true, _) => format!("member.{name} AS {name}"),
                (false, _) if *is_required => {
                    return Err(wrong(format!("the column `{name}` is missing"), "It has no default."));
                }
                (false, default) => format!("{default} AS {name}"),
            });
        }
        let text = format!("SELECT {} FROM ({}) AS member", items.join(", "), sql.query());
        let failed = |error| DeriveError::of_sql(Path::new(&sql.file), &error);
        let Statement::Statement(mut statement) = session.parse(&text).map_err(failed)? else {
            return Err(wrong(no_names.to_owned(), ""));
        };
        name_model(&mut statement, &sql.name);
        Ok(*statement)
    }
}

/// The columns of a query: those of the first SELECT where there are several.
fn projection(query: &Query) -> Option<&[SelectItem]> {
    let mut body = &*query.body;
    loop {
        match body {
            SetExpr::Select(select) => return Some(&select.projection),
            SetExpr::SetOperation { left, .. } => body = left,
            SetExpr::Query(query) => body = &query.body,
            _ => return None,
        }
    }
}

fn name_of(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name.value.clone()),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last().map(|name| name.value.clone()),
        _ => None,
    }
}
