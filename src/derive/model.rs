//! SQL files: models and audits, read and taken apart.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use datafusion::sql::parser::Statement;
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::{
    Expr, Query, Statement as SqlStatement, Value, visit_expressions, visit_expressions_mut, visit_relations,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use jiff::civil::Date;

use super::columns::{COLUMNS, FolderColumns};
use super::{DeriveError, SqlPlace};
use crate::definition::read_text;
use crate::engine::Session;
use crate::store::Digest;

/// The parameters that a model may use.
const YEAR: &str = "$year";
const REFERENCE_DATE: &str = "$reference_date";
/// The model's own name: no parameter, since it is always the same.
const MODEL: &str = "$model";

/// The comment that a SQL file starts with: first what one row is, then `key: value` lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// What one row is.
    pub row: String,
    /// The rest, e.g. an audit's `severity` and `remedy`.
    pub fields: BTreeMap<String, String>,
}

/// A SQL file: one query.
#[derive(Debug, Clone)]
pub struct SqlFile {
    /// The file, relative to the project.
    pub file: PathBuf,
    /// The file's name: the table's, or the audit's.
    pub name: String,
    /// Its opening comment.
    pub header: Header,
    /// Digest of the query without comments and layout.
    pub digest: Digest,
    /// The tables it names, each with the place of the first mention.
    pub tables: BTreeMap<String, SqlPlace>,
    /// The query as the file has it.
    query: Box<Query>,
    /// The query with the columns that its folder adds.
    completed: SqlStatement,
    parameters: BTreeSet<String>,
}

/// A model: a SQL file whose name is the table's.
#[derive(Debug, Clone)]
pub struct Model {
    /// Its SQL.
    pub sql: SqlFile,
    /// The folder it is in, below the pipeline's: a table of all its models.
    pub group: Option<String>,
}

impl Model {
    /// The table it makes.
    pub fn name(&self) -> &str {
        &self.sql.name
    }

    /// It uses a parameter and is run and kept per year.
    pub fn is_yearly(&self) -> bool {
        !self.sql.parameters.is_empty()
    }
}

/// How bad an audit's rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Nothing is published.
    Error,
    /// The version is published and its manifest says so.
    Warn,
}

impl Severity {
    /// The word for it in SQL files and manifests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
        }
    }
}

/// An audit: a query whose rows are offences.
#[derive(Debug, Clone)]
pub struct Audit {
    /// Its SQL.
    pub sql: SqlFile,
    /// How bad its rows are.
    pub severity: Severity,
    /// What to do about them.
    pub remedy: String,
}

impl Audit {
    /// Reads an audit; its header has to say `severity` and `remedy`.
    pub(super) fn new(sql: SqlFile) -> Result<Self, DeriveError> {
        let wrong = |message: &str| DeriveError::Sql {
            at: SqlPlace { file: sql.file.clone(), place: Some((1, 1)) },
            message: message.to_owned(),
            hint: Some(
                "An audit starts with the comments `-- severity: error` or `warn`, and `-- remedy: …`.".to_owned(),
            ),
        };
        if !sql.parameters.is_empty() {
            return Err(wrong("an audit looks over all years and has no parameters"));
        }
        let severity = match sql.header.fields.get("severity").map(String::as_str) {
            Some("error") => Severity::Error,
            Some("warn") => Severity::Warn,
            _ => return Err(wrong("the audit does not say its severity")),
        };
        let remedy =
            sql.header.fields.get("remedy").cloned().ok_or_else(|| wrong("the audit does not say a remedy"))?;
        Ok(Self { sql, severity, remedy })
    }
}

impl SqlFile {
    /// Reads and takes apart the query in `file`, relative to `root`.
    pub(super) fn read(root: &Path, file: &Path, session: &Session) -> Result<Self, DeriveError> {
        let at = |place| SqlPlace { file: file.to_owned(), place };
        let text = read_text(&root.join(file)).map_err(|source| DeriveError::Unreadable { at: at(None), source })?;
        let statement = session.parse(&text).map_err(|error| DeriveError::of_sql(file, &error))?;
        let only_query = || DeriveError::Sql {
            at: at(Some((1, 1))),
            message: "the file is not one SELECT".to_owned(),
            hint: Some("Write one query a file; the file's name is its table's.".to_owned()),
        };
        let tables = resolve_table_references(&statement, true)
            .map_err(|error| DeriveError::of_sql(file, &error))?
            .0
            .iter()
            .map(|table| table.table().to_owned())
            .collect::<Vec<_>>();
        let Statement::Statement(mut inner) = statement else { return Err(only_query()) };
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // The columns of a folder take the name of the model that they are added to.
        if name != COLUMNS {
            name_model(&mut inner, &name);
        }
        let SqlStatement::Query(query) = inner.as_ref() else { return Err(only_query()) };
        let query = query.clone();
        let parameters = placeholders(&inner);
        let is_known = |parameter: &String| match parameter.as_str() {
            YEAR | REFERENCE_DATE => true,
            MODEL => name == COLUMNS,
            _ => false,
        };
        if let Some(unknown) = parameters.iter().find(|parameter| !is_known(parameter)) {
            return Err(DeriveError::Sql {
                at: at(place_of(&text, unknown)),
                message: format!("the parameter `{unknown}` is not known"),
                hint: Some(format!("There are `{YEAR}`, `{REFERENCE_DATE}` and `{MODEL}`.")),
            });
        }
        let mut places = BTreeMap::new();
        let _: ControlFlow<()> = visit_relations(&*inner, |relation| {
            if let Some(identifier) = relation.0.last().and_then(|part| part.as_ident()) {
                let start = identifier.span.start;
                places.entry(identifier.value.clone()).or_insert((start.line, start.column));
            }
            ControlFlow::Continue(())
        });
        let tables = tables.into_iter().map(|table| (table.clone(), at(places.get(&table).copied()))).collect();
        Ok(Self {
            file: file.to_owned(),
            name,
            header: header_of(&text),
            digest: Digest::of(inner.to_string()),
            tables,
            query,
            completed: *inner,
            parameters,
        })
    }

    /// The query as the file has it.
    pub(super) fn query(&self) -> &Query {
        &self.query
    }

    /// Adds the columns that the folder has and the file does not.
    pub(super) fn complete(&mut self, columns: &FolderColumns, session: &Session) -> Result<(), DeriveError> {
        self.completed = columns.complete(self, session)?;
        self.parameters = placeholders(&self.completed);
        self.digest = Digest::of(self.completed.to_string());
        Ok(())
    }

    /// The query as the file has it, with its parameters filled in: for errors that point into the file.
    pub(super) fn own_statement(&self, year: Option<(i16, Date)>) -> Statement {
        filled_in(SqlStatement::Query(self.query.clone()), year)
    }

    /// The query with its parameters filled in.
    pub fn statement(&self, year: Option<(i16, Date)>) -> Statement {
        filled_in(self.completed.clone(), year)
    }
}

fn filled_in(mut statement: SqlStatement, year: Option<(i16, Date)>) -> Statement {
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
    Statement::Statement(Box::new(statement))
}

/// Fills in the model's name.
pub(super) fn name_model(statement: &mut SqlStatement, name: &str) {
    let _: ControlFlow<()> = visit_expressions_mut(statement, |expression| {
        if placeholder(expression) == Some(MODEL)
            && let Expr::Value(value) = expression
        {
            value.value = Value::SingleQuotedString(name.to_owned());
        }
        ControlFlow::Continue(())
    });
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

fn placeholders(statement: &SqlStatement) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let _: ControlFlow<()> = visit_expressions(statement, |expression| {
        found.extend(placeholder(expression).map(str::to_owned));
        ControlFlow::Continue(())
    });
    found
}

/// Line and column of the first mention of `word`.
fn place_of(text: &str, word: &str) -> Option<(u64, u64)> {
    text.lines().zip(1..).find_map(|(line, number)| line.find(word).map(|column| (number, column as u64 + 1)))
}

fn header_of(text: &str) -> Header {
    let mut header = Header::default();
    let comments = text.lines().map_while(|line| line.strip_prefix("--")).map(str::trim);
    for line in comments {
        match line.split_once(": ") {
            Some((key, value)) if key.bytes().all(|byte| byte.is_ascii_lowercase()) => {
                header.fields.insert(key.to_owned(), value.to_owned());
            }
            _ if header.fields.is_empty() => {
                if !header.row.is_empty() {
                    header.row.push(' ');
                }
                header.row.push_str(line);
            }
            _ => {}
        }
    }
    header
}
