//! `_columns.sql`: the columns that all models of a folder have, so that each needs to give only its own.
//!
//! The file is one `SELECT` without tables: a column's expression is its default, and where that is a
//! `CAST`, its type. `-- required: a, b` names the columns without a default. `$model` is the model's name.

use std::path::Path;

use super::sql::{NotAQuery, Sql};
use super::{DeriveError, SqlPlace};
use crate::engine::Planner;
use crate::problem::closest;

/// The file's name without its extension.
pub(super) const COLUMNS: &str = "_columns";

/// The columns of a folder.
pub(super) struct FolderColumns {
    columns: Vec<FolderColumn>,
}

struct FolderColumn {
    name: String,
    default: String,
    /// The type of the column, where its default says one.
    cast: Option<String>,
    is_required: bool,
}

impl FolderColumns {
    /// Takes the query in `file` apart; columns that are `required` have no default.
    pub(super) fn new(file: &Path, sql: &Sql, required: &[&str]) -> Result<Self, DeriveError> {
        let wrong = |message: String| DeriveError::Sql {
            at: SqlPlace { file: file.to_owned(), place: Some((1, 1)) },
            message,
            hint: Some("Write one SELECT without tables, and a name for every column.".to_owned()),
        };
        let tables = sql.tables().map_err(|error| DeriveError::of_sql(file, &error))?;
        let items = sql.items().filter(|_| tables.is_empty());
        let items = items.ok_or_else(|| wrong("these are no columns of a folder".to_owned()))?;
        let columns = items
            .into_iter()
            .map(|item| match item.alias {
                Some(name) => Ok(FolderColumn {
                    is_required: required.contains(&name.as_str()),
                    name,
                    default: item.expression,
                    cast: item.cast,
                }),
                None => Err(wrong(format!("the column `{}` has no name", item.expression))),
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { columns })
    }

    /// The model's query in `file` with all columns of the folder, in their order.
    pub(super) fn complete(&self, file: &Path, model: &str, sql: &Sql, planner: &Planner) -> Result<Sql, DeriveError> {
        let wrong = |message: String, hint: &str| DeriveError::Sql {
            at: SqlPlace { file: file.to_owned(), place: None },
            message,
            hint: Some(hint.to_owned()),
        };
        let names = sql.items().and_then(|items| items.into_iter().map(|item| item.name).collect::<Option<Vec<_>>>());
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
        for FolderColumn { name, default, cast, is_required } in &self.columns {
            items.push(match (names.contains(name), cast) {
                (true, Some(data_type)) => format!("CAST(member.{name} AS {data_type}) AS {name}"),
                (true, None) => format!("member.{name} AS {name}"),
                (false, _) if *is_required => {
                    return Err(wrong(format!("the column `{name}` is missing"), "It has no default."));
                }
                (false, _) => format!("{default} AS {name}"),
            });
        }
        let text = format!("SELECT {} FROM ({sql}) AS member", items.join(", "));
        let mut completed = Sql::parse(&text, planner).map_err(|error| match error {
            NotAQuery::Unreadable(error) => DeriveError::of_sql(file, &error),
            NotAQuery::Other => unreachable!("a SELECT is a query"),
        })?;
        completed.name_model(model);
        Ok(completed)
    }
}
