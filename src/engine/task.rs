//! What an engine is asked: a statement, and the tables that it reads.

use std::collections::BTreeMap;
use std::path::Path as FilePath;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::{DataFusionError, ScalarValue};
use datafusion::sql::parser::Statement;
use url::Url;

use super::prepared::Prepared;

/// Bytes of the files of a task that is not divided.
const NARROW_BYTES: u64 = 2 * 1024 * 1024;

/// A statement and the tables that it reads.
#[derive(Debug, Clone)]
pub struct Task {
    pub(super) statement: Statement,
    pub(super) tables: BTreeMap<TableName, Table>,
    /// The same statement planned before, and the values of its parameters.
    pub(super) prepared: Option<(Arc<Prepared>, Vec<ScalarValue>)>,
}

/// Into how many parts a task is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    /// Half as many as there are cores: two such tasks run at a time.
    Wide,
    /// One: dividing few rows and joining them again takes longer than going through them.
    Narrow,
}

/// A name as SQL has it that means these very letters: without the marks upper and lower case are the same.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
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
        Self { statement, tables: BTreeMap::new(), prepared: None }
    }

    /// The same task, with what its statement was prepared as, and the parameters' values.
    #[must_use]
    pub fn prepared(self, prepared: Arc<Prepared>, values: Vec<ScalarValue>) -> Self {
        Self { prepared: Some((prepared, values)), ..self }
    }

    /// The statement.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Into how many parts it is divided: one where it is known that it reads little.
    pub(super) fn width(&self) -> Width {
        match self.bytes() {
            Some(bytes) if bytes <= NARROW_BYTES => Width::Narrow,
            _ => Width::Wide,
        }
    }

    /// Bytes of the files that it reads; `None` where that is not known.
    fn bytes(&self) -> Option<u64> {
        let bytes = |Table(place): &Table| match place {
            Place::Files(_, files, _) => Some(files.iter().map(|file| file.bytes).sum::<u64>()),
            Place::Memory(batch) => Some(batch.get_array_memory_size() as u64),
            Place::Local(_, file) => Some(file.bytes),
            Place::Found(_) => None,
        };
        self.tables.values().map(bytes).sum()
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

/// A Parquet file of a store: what it is stays as it is.
#[derive(Debug, Clone)]
pub struct DataFile {
    /// Its address.
    pub url: Url,
    /// Its bytes.
    pub bytes: u64,
}

/// What is known of the order of the rows in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOrder {
    /// They are as [`super::Engine::sorted`] gives them: sorted by all columns from left to right.
    AllColumns,
    /// Nothing.
    Unknown,
}

/// Where a table's rows are.
#[derive(Debug, Clone)]
pub struct Table(pub(super) Place);

#[derive(Debug, Clone)]
pub(super) enum Place {
    /// Parquet files of a store, one below the other, in this schema.
    Files(SchemaRef, Vec<DataFile>, RowOrder),
    /// A Parquet file that another may take the place of.
    Local(SchemaRef, DataFile),
    /// Parquet files in the schema that they have.
    Found(Vec<Url>),
    /// In memory, for an engine in this process.
    Memory(RecordBatch),
}

impl Table {
    /// The rows of Parquet files of a store, one below the other; without files a table without rows.
    pub fn files(schema: SchemaRef, files: Vec<DataFile>, order: RowOrder) -> Self {
        Self(Place::Files(schema, files, order))
    }

    /// The rows of Parquet files, of which there is one at least, in the schema that the files have.
    pub fn found(files: Vec<Url>) -> Self {
        Self(Place::Found(files))
    }

    /// The rows of a Parquet file on the local disk.
    ///
    /// # Errors
    /// The file is gone.
    pub fn local(schema: SchemaRef, file: &FilePath) -> Result<Self, DataFusionError> {
        let absolute = std::path::absolute(file)?;
        let url = Url::from_file_path(&absolute)
            .map_err(|()| DataFusionError::Plan(format!("{} is no address of a file", absolute.display())))?;
        let bytes = absolute.metadata()?.len();
        Ok(Self(Place::Local(schema, DataFile { url, bytes })))
    }

    /// Rows in memory.
    pub fn rows(batch: RecordBatch) -> Self {
        Self(Place::Memory(batch))
    }
}
