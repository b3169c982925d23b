//! What an engine is asked: a statement, and the tables that it reads.

use std::collections::BTreeMap;
use std::path::Path as FilePath;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::DataFusionError;
use datafusion::sql::parser::Statement;
use url::Url;

/// A statement and the tables that it reads.
#[derive(Debug, Clone)]
pub struct Task {
    pub(super) statement: Statement,
    pub(super) tables: BTreeMap<TableName, Table>,
}

/// A table's name as a statement has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TableName {
    pub(super) schema: Option<String>,
    pub(super) name: String,
}

impl Task {
    /// A statement that reads nothing yet.
    pub fn new(statement: Statement) -> Self {
        Self { statement, tables: BTreeMap::new() }
    }

    /// The statement.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Puts a table behind a name of the statement.
    #[must_use]
    pub fn with(mut self, name: &str, table: Table) -> Self {
        self.tables.insert(TableName { schema: None, name: name.to_owned() }, table);
        self
    }

    /// Puts a table behind a name in a schema, as `derived.doctor` is.
    #[must_use]
    pub fn with_in(mut self, schema: &str, name: &str, table: Table) -> Self {
        self.tables.insert(TableName { schema: Some(schema.to_owned()), name: name.to_owned() }, table);
        self
    }
}

/// Where a table's rows are.
#[derive(Debug, Clone)]
pub struct Table(pub(super) Place);

#[derive(Debug, Clone)]
pub(super) enum Place {
    /// Parquet files, one below the other, in this schema.
    Files(SchemaRef, Vec<Url>),
    /// Parquet files in the schema that they have.
    Found(Vec<Url>),
    /// In memory, for an engine in this process.
    Memory(RecordBatch),
}

impl Table {
    /// The rows of Parquet files, one below the other; without files a table without rows.
    pub fn files(schema: SchemaRef, files: Vec<Url>) -> Self {
        Self(Place::Files(schema, files))
    }

    /// The rows of Parquet files, of which there is one at least, in the schema that the files have.
    pub fn found(files: Vec<Url>) -> Self {
        Self(Place::Found(files))
    }

    /// The rows of a Parquet file on the local disk.
    ///
    /// # Errors
    /// The path can't be made absolute.
    pub fn local(schema: SchemaRef, file: &FilePath) -> Result<Self, DataFusionError> {
        let absolute = std::path::absolute(file)?;
        let url = Url::from_file_path(&absolute)
            .map_err(|()| DataFusionError::Plan(format!("{} is no address of a file", absolute.display())))?;
        Ok(Self::files(schema, vec![url]))
    }

    /// Rows in memory.
    pub fn rows(batch: RecordBatch) -> Self {
        Self(Place::Memory(batch))
    }
}
