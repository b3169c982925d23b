//! SQL files: models and audits, read and taken apart.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use jiff::civil::Date;

use super::columns::{COLUMNS, FolderColumns};
use super::sql::{MODEL, NotAQuery, REFERENCE_DATE, Sql, YEAR};
use super::{DeriveError, SqlPlace};
use crate::definition::read_text;
use crate::engine::{Planner, Statement};
use crate::store::Digest;

/// The comment that a SQL file starts with: first what one row is, then `key: value` lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preface {
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
    pub preface: Preface,
    /// Digest of the query without comments and layout.
    pub digest: Digest,
    /// The tables it names, each with the place of the first mention.
    pub tables: BTreeMap<String, SqlPlace>,
    /// The query as the file has it.
    own: Sql,
    /// The query with the columns that its folder adds, where it adds any.
    completed: Option<Sql>,
    parameters: BTreeSet<String>,
}

/// A model: a SQL file whose name is the table's.
#[derive(Debug, Clone)]
pub struct Model {
    /// Its SQL.
    pub sql: SqlFile,
    /// The folder it is in, below the pipeline's: a table of all its models.
    pub group: Option<String>,
    /// Its rows, where they are given and not queried.
    pub(super) rows: Option<RecordBatch>,
}

/// What the query of a model with given rows reads.
pub(super) const GIVEN: &str = "given";

impl Model {
    /// The table it makes.
    pub fn name(&self) -> &str {
        &self.sql.name
    }

    /// It uses a parameter and is run and kept per year.
    pub fn is_yearly(&self) -> bool {
        self.sql.is_parameterised()
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
        if sql.is_parameterised() {
            return Err(wrong("an audit looks over all years and has no parameters"));
        }
        let severity = match sql.preface.fields.get("severity").map(String::as_str) {
            Some("error") => Severity::Error,
            Some("warn") => Severity::Warn,
            _ => return Err(wrong("the audit does not say its severity")),
        };
        let remedy =
            sql.preface.fields.get("remedy").cloned().ok_or_else(|| wrong("the audit does not say a remedy"))?;
        Ok(Self { sql, severity, remedy })
    }
}

impl SqlFile {
    /// Reads and takes apart the query in `file`, relative to `root`.
    pub(super) fn read(root: &Path, file: &Path, planner: &Planner) -> Result<Self, DeriveError> {
        let at = |place| SqlPlace { file: file.to_owned(), place };
        let text = read_text(&root.join(file)).map_err(|source| DeriveError::Unreadable { at: at(None), source })?;
        Self::parse(file, &text, planner)
    }

    /// The query of rows that are given, and have this digest.
    pub(super) fn of_rows(name: &str, digest: Digest, planner: &Planner) -> Result<Self, DeriveError> {
        let sql = Self::parse(Path::new(name), &format!("SELECT * FROM {GIVEN}"), planner)?;
        Ok(Self { digest, tables: BTreeMap::new(), ..sql })
    }

    fn parse(file: &Path, text: &str, planner: &Planner) -> Result<Self, DeriveError> {
        let at = |place| SqlPlace { file: file.to_owned(), place };
        let mut own = Sql::parse(text, planner).map_err(|error| match error {
            NotAQuery::Unreadable(error) => DeriveError::of_sql(file, &error),
            NotAQuery::Other => DeriveError::Sql {
                at: at(Some((1, 1))),
                message: "the file is not one SELECT".to_owned(),
                hint: Some("Write one query a file; the file's name is its table's.".to_owned()),
            },
        })?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // The columns of a folder take the name of the model that they are added to.
        if name != COLUMNS {
            own.name_model(&name);
        }
        let parameters = own.parameters();
        let is_known = |parameter: &String| match parameter.as_str() {
            YEAR | REFERENCE_DATE => true,
            MODEL => name == COLUMNS,
            _ => false,
        };
        if let Some(unknown) = parameters.iter().find(|parameter| !is_known(parameter)) {
            return Err(DeriveError::Sql {
                at: at(place_of(text, unknown)),
                message: format!("the parameter `{unknown}` is not known"),
                hint: Some(format!("There are `{YEAR}`, `{REFERENCE_DATE}` and `{MODEL}`.")),
            });
        }
        let tables = own.tables().map_err(|error| DeriveError::of_sql(file, &error))?;
        Ok(Self {
            file: file.to_owned(),
            name,
            preface: preface_of(text),
            digest: own.digest(),
            tables: tables.into_iter().map(|(table, place)| (table, at(place))).collect(),
            own,
            completed: None,
            parameters,
        })
    }

    /// The columns that the file gives to its folder.
    pub(super) fn folder_columns(&self) -> Result<FolderColumns, DeriveError> {
        let required = self.preface.fields.get("required");
        let required: Vec<&str> = required.into_iter().flat_map(|names| names.split(", ")).collect();
        FolderColumns::new(&self.file, &self.own, &required)
    }

    /// Adds the columns that the folder has and the file does not.
    pub(super) fn complete(&mut self, columns: &FolderColumns, planner: &Planner) -> Result<(), DeriveError> {
        let completed = columns.complete(&self.file, &self.name, &self.own, planner)?;
        self.parameters = completed.parameters();
        self.digest = completed.digest();
        self.completed = Some(completed);
        Ok(())
    }

    /// Where the folder adds columns, the query as the file has it, with its parameters filled in: errors in it point into
    /// the file, and those in [`SqlFile::statement`] into what was made of it.
    pub(super) fn own_statement(&self, year: Option<(i16, Date)>) -> Option<Statement> {
        self.completed.as_ref().map(|_| self.own.filled_in(year))
    }

    /// It uses a parameter.
    pub(super) fn is_parameterised(&self) -> bool {
        !self.parameters.is_empty()
    }

    /// The statement that prepares the query, its parameters numbered: the year, then the reference date.
    pub(super) fn prepare(&self) -> Statement {
        self.completed.as_ref().unwrap_or(&self.own).prepare()
    }

    /// The query without comments and layout, with the names of its parameters: what its digest is of.
    pub(super) fn text(&self) -> String {
        self.completed.as_ref().unwrap_or(&self.own).to_string()
    }

    /// The query with its parameters filled in.
    pub fn statement(&self, year: Option<(i16, Date)>) -> Statement {
        self.completed.as_ref().unwrap_or(&self.own).filled_in(year)
    }
}

/// Line and column of the first mention of `word`.
fn place_of(text: &str, word: &str) -> Option<(u64, u64)> {
    text.lines().zip(1..).find_map(|(line, number)| line.find(word).map(|column| (number, column as u64 + 1)))
}

fn preface_of(text: &str) -> Preface {
    let mut preface = Preface::default();
    let comments = text.lines().map_while(|line| line.strip_prefix("--")).map(str::trim);
    for line in comments {
        match line.split_once(": ") {
            Some((key, value)) if key.bytes().all(|byte| byte.is_ascii_lowercase()) => {
                preface.fields.insert(key.to_owned(), value.to_owned());
            }
            _ if preface.fields.is_empty() => {
                if !preface.row.is_empty() {
                    preface.row.push(' ');
                }
                preface.row.push_str(line);
            }
            _ => {}
        }
    }
    preface
}
