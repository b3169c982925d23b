//! The models' tables in the published schema, on the local disk.

use std::collections::BTreeMap;

use arrow::array::{Array, RecordBatch};
use arrow::error::ArrowError;
use arrow::row::{OwnedRow, RowConverter, SortField};
use futures::{StreamExt, TryStreamExt, stream};

use super::finding::SAMPLES;
use super::{AuditResult, Offence, PublishError, Release};
use crate::definition::PublishedTable;
use crate::derive::Severity;
use crate::engine::{Engine, Rows, RowsError, Table, Task, arrow_schema, arrow_type, nullable, quoted};
use crate::store::{Artefact, ArtefactKey, LocalTable, TableWriter, WriterBeside};

/// Tables that are written at once.
const AT_ONCE: usize = 2;

/// The tables of a version as they were derived. Nobody may see them: the one way on is [`Assembled::protect`].
#[derive(Debug)]
pub struct Assembled<'a> {
    pub(super) release: Release<'a>,
    pub(super) key: ArtefactKey,
    pub(super) tables: BTreeMap<String, WrittenTable>,
}

/// A table on the local disk.
#[derive(Debug)]
pub(super) struct WrittenTable {
    pub(super) local: LocalTable,
    /// The derived artefact behind it.
    pub(super) artefact: Artefact,
    /// What the published schema's audit found.
    pub(super) audit: AuditResult,
}

impl<'a> Release<'a> {
    /// Writes the published tables to the local disk and audits their schema on the way.
    ///
    /// # Errors
    /// A derived table can't be read, or its rows can't be cast.
    pub async fn assemble(self) -> Result<Assembled<'a>, PublishError> {
        let key = self.key();
        let written: Vec<WrittenTable> =
            stream::iter(self.tables()).map(|table| self.table(table, key)).buffered(AT_ONCE).try_collect().await?;
        let tables = self.tables().map(|table| table.name.clone()).zip(written).collect();
        Ok(Assembled { release: self, key, tables })
    }

    /// What a table without rows is: where something is awaited or left out, perhaps all that it would tell of.
    fn emptiness(&self, table: &PublishedTable) -> Emptiness {
        match table.may_be_empty || !self.availability.is_complete() {
            true => Emptiness::Allowed,
            false => Emptiness::Offence,
        }
    }

    /// Writes one table as it was derived.
    async fn table(&self, table: &PublishedTable, key: ArtefactKey) -> Result<WrittenTable, PublishError> {
        let Some(artefact) = self.steps.inputs(&table.name).first().map(|input| input.artefact.clone()) else {
            return Err(PublishError::NotDerived { what: table.name.clone() });
        };
        let rows = all_rows(self.engine, &table.name, self.behind(&table.name, None).await?).await?;
        self.write(table, key, artefact, rows).await
    }

    /// Writes one table's rows, and audits its schema on the way.
    pub(super) async fn write(
        &self,
        table: &PublishedTable,
        key: ArtefactKey,
        artefact: Artefact,
        rows: Rows,
    ) -> Result<WrittenTable, PublishError> {
        let labels = labels(&self.dataset.name, &table.name, key, self.is_synthetic());
        let mut audit = SchemaAudit::new(table, self.emptiness(table))?;
        // Missing values are for the audit to find, not for the writer to stumble over.
        let writer = TableWriter::new(nullable(&arrow_schema(table)), &labels)?;
        let local = written(&table.name, rows, writer, |batch| audit.batch(batch)).await?;
        Ok(WrittenTable { local, artefact, audit: audit.finish() })
    }
}

/// All rows of a table, sorted by all columns.
pub(super) async fn all_rows(engine: &Engine, name: &str, table: Table) -> Result<Rows, PublishError> {
    let query = |source| PublishError::Query { what: name.to_owned(), source: Box::new(source) };
    let statement = engine.parse(&format!("SELECT * FROM {}", quoted(name))).map_err(query)?;
    engine.sorted(Task::new(statement).with(name, table)).await.map_err(query)
}

/// Writes a table's rows, each batch once `look` has seen it.
pub(super) async fn written(
    name: &str,
    rows: Rows,
    writer: TableWriter,
    mut look: impl FnMut(&RecordBatch) -> Result<(), ArrowError>,
) -> Result<LocalTable, PublishError> {
    let unfit = |source| PublishError::Rows { table: name.to_owned(), source };
    let mut rows = rows.conformed(writer.schema());
    let mut writer = WriterBeside::new(writer);
    while let Some(batch) = rows.next().await.map_err(|error| match error {
        RowsError::Query(source) => PublishError::Query { what: name.to_owned(), source: Box::new(source) },
        RowsError::Schema(source) => unfit(source),
    })? {
        look(&batch).map_err(unfit)?;
        writer = writer.write(batch).await?;
    }
    Ok(writer.end().await?.finish()?)
}

/// What a Parquet footer says, so that a file found alone still says what it is.
pub(super) fn labels(dataset: &str, table: &str, key: ArtefactKey, synthetic: bool) -> BTreeMap<String, String> {
    [
        ("maaltal.dataset", dataset.to_owned()),
        ("maaltal.table", table.to_owned()),
        ("maaltal.key", key.to_string()),
        ("maaltal.synthetic", synthetic.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// What a table without rows is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Emptiness {
    Offence,
    Allowed,
}

/// The published schema's promises on one table: no NULL where none may be, the key unique and sorted.
struct SchemaAudit<'a> {
    table: &'a PublishedTable,
    emptiness: Emptiness,
    keys: RowConverter,
    last: Option<OwnedRow>,
    offences: Vec<Offence>,
    found: u64,
}

impl<'a> SchemaAudit<'a> {
    fn new(table: &'a PublishedTable, emptiness: Emptiness) -> Result<Self, PublishError> {
        let fields =
            table.columns[..table.key.len()].iter().map(|column| SortField::new(arrow_type(column.kind))).collect();
        let keys =
            RowConverter::new(fields).map_err(|source| PublishError::Rows { table: table.name.clone(), source })?;
        Ok(Self { table, emptiness, keys, last: None, offences: Vec::new(), found: 0 })
    }

    fn batch(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        for (column, values) in self.table.columns.iter().zip(batch.columns()) {
            if !column.nullable && values.null_count() > 0 {
                let rows = (0..values.len()).filter(|row| values.is_null(*row));
                for row in rows.collect::<Vec<_>>() {
                    self.offence(batch, row, &format!("{} is NULL", column.name))?;
                }
            }
        }
        let keys = self.keys.convert_columns(&batch.columns()[..self.table.key.len()])?;
        for (row, key) in keys.iter().enumerate() {
            match self.last.as_ref().map(|last| last.row().cmp(&key)) {
                Some(std::cmp::Ordering::Equal) => self.offence(batch, row, "the key stands twice")?,
                Some(std::cmp::Ordering::Greater) => self.offence(batch, row, "the key is out of order")?,
                _ => {}
            }
            self.last = Some(key.owned());
        }
        Ok(())
    }

    fn offence(&mut self, batch: &RecordBatch, row: usize, what: &str) -> Result<(), ArrowError> {
        self.found += 1;
        if self.offences.len() < SAMPLES {
            let mut offence = Offence::of(&batch.project(&(0..self.table.key.len()).collect::<Vec<_>>())?, row)?;
            offence.0.push(("offence".to_owned(), what.to_owned()));
            self.offences.push(offence);
        }
        Ok(())
    }

    fn finish(mut self) -> AuditResult {
        if self.last.is_none() && self.emptiness == Emptiness::Offence {
            self.found += 1;
            self.offences.push(Offence(vec![("offence".to_owned(), "the table has no rows".to_owned())]));
        }
        AuditResult {
            name: format!("schema_of_{}", self.table.name),
            severity: Severity::Error,
            offences: self.found,
            samples: self.offences,
            remedy: format!("Correct the model `{}`, or the published schema.", self.table.name),
            sql: None,
        }
    }
}
