//! The candidate: the models' tables in the published schema, on the local disk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::row::{OwnedRow, RowConverter, SortField};
use futures::TryStreamExt;

use super::audit::{AuditResult, Offence};
use super::{DISCLOSURE_POLICY, FORMAT, PublishError};
use crate::definition::{Dataset, PublishedTable};
use crate::derive::{Catalogue, Graph, Plan, Severity, files, register};
use crate::engine::{Engine, RELEASE, conform};
use crate::store::{Artefact, ArtefactKey, KeyBuilder, LocalTable, TableWriter};

/// Offences of the built-in audits that are kept as samples.
const SAMPLES: usize = 5;

/// A dataset version that nobody has seen yet.
#[derive(Debug)]
pub struct Candidate {
    /// The digest of all that determines it.
    pub key: ArtefactKey,
    /// Its tables, with the derived artefacts behind them.
    pub tables: BTreeMap<String, (LocalTable, Artefact)>,
    /// The schema contract's verdict on each table.
    pub schema_audits: Vec<AuditResult>,
}

/// The key that the dataset's version has, or would have.
pub fn dataset_key(dataset: &Dataset, graph: &Graph, plan: &Plan<'_>) -> ArtefactKey {
    let mut key = KeyBuilder::new(FORMAT)
        .field("tool", env!("CARGO_PKG_VERSION"))
        .field("engine", RELEASE)
        .field("schema", dataset.digest.to_string())
        .field("disclosure policy", DISCLOSURE_POLICY);
    // What an audit reads may be published nowhere: when it changes, the audit judges anew.
    let audited = graph.audits.iter().flat_map(|audit| audit.sql.tables.keys());
    let tables: BTreeSet<&String> = dataset.tables.iter().map(|table| &table.name).chain(audited).collect();
    for table in tables {
        for input in plan.inputs(table) {
            key = key.field(table, input.artefact.key.to_string());
        }
    }
    for audit in &graph.audits {
        key = key.field(&audit.sql.name, audit.sql.digest.to_string()).field("severity", audit.severity.name());
    }
    key.finish()
}

/// Writes the published tables to the local disk and checks them against the published schema.
///
/// # Errors
/// A derived table can't be read, or its rows can't be cast.
pub async fn assemble(
    dataset: &Dataset,
    graph: &Graph,
    catalogue: &Catalogue,
    plan: &Plan<'_>,
    engine: &Engine,
    synthetic: bool,
) -> Result<Candidate, PublishError> {
    let key = dataset_key(dataset, graph, plan);
    let mut tables = BTreeMap::new();
    let mut schema_audits = Vec::new();
    for table in &dataset.tables {
        let inputs = plan.inputs(&table.name);
        let Some(artefact) = inputs.first().map(|input| input.artefact.clone()) else {
            return Err(PublishError::NotDerived { what: table.name.clone() });
        };
        let query = |source| PublishError::Query { what: table.name.clone(), source: Box::new(source) };
        let session = engine.session();
        let files = files(engine.store(), &inputs).await?;
        register(&session, catalogue, &table.name, &files).map_err(query)?;
        let statement = session.parse(&format!("SELECT * FROM {}", table.name)).map_err(query)?;
        let mut rows = session.plan(statement).await.map_err(query)?.sorted().await.map_err(query)?;

        let labels = labels(dataset, table, key, synthetic);
        let mut check = SchemaCheck::new(table)?;
        let mut writer = TableWriter::new(nullable(&table.schema()), &labels)?;
        while let Some(batch) = rows.try_next().await.map_err(query)? {
            let failed = |source| PublishError::Rows { table: table.name.clone(), source };
            let batch = conform(&batch, writer.schema()).map_err(failed)?;
            check.batch(&batch).map_err(failed)?;
            writer.write(&batch)?;
        }
        schema_audits.push(check.finish());
        tables.insert(table.name.clone(), (writer.finish()?, artefact));
    }
    Ok(Candidate { key, tables, schema_audits })
}

/// What a Parquet footer says, so that a file found alone still says what it is.
fn labels(dataset: &Dataset, table: &PublishedTable, key: ArtefactKey, synthetic: bool) -> BTreeMap<String, String> {
    [
        ("maaltal.dataset", dataset.name.clone()),
        ("maaltal.table", table.name.clone()),
        ("maaltal.key", key.to_string()),
        ("maaltal.synthetic", synthetic.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// Missing values are for the audit to find, not for the writer to stumble over.
fn nullable(schema: &Schema) -> SchemaRef {
    let field = |field: &Arc<Field>| field.as_ref().clone().with_nullable(true);
    Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()))
}

/// The published schema's promises on one table: no NULL where none may be, the key unique and sorted.
struct SchemaCheck<'a> {
    table: &'a PublishedTable,
    keys: RowConverter,
    last: Option<OwnedRow>,
    offences: Vec<Offence>,
    found: u64,
}

impl<'a> SchemaCheck<'a> {
    fn new(table: &'a PublishedTable) -> Result<Self, PublishError> {
        let fields =
            table.columns[..table.key.len()].iter().map(|column| SortField::new(column.kind.arrow())).collect();
        let keys =
            RowConverter::new(fields).map_err(|source| PublishError::Rows { table: table.name.clone(), source })?;
        Ok(Self { table, keys, last: None, offences: Vec::new(), found: 0 })
    }

    fn batch(&mut self, batch: &RecordBatch) -> Result<(), arrow::error::ArrowError> {
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

    fn offence(&mut self, batch: &RecordBatch, row: usize, what: &str) -> Result<(), arrow::error::ArrowError> {
        self.found += 1;
        if self.offences.len() < SAMPLES {
            let mut offence = Offence::of(&batch.project(&(0..self.table.key.len()).collect::<Vec<_>>())?, row)?;
            offence.0.push(("offence".to_owned(), what.to_owned()));
            self.offences.push(offence);
        }
        Ok(())
    }

    fn finish(mut self) -> AuditResult {
        if self.last.is_none() {
            self.found += 1;
            self.offences.push(Offence(vec![("offence".to_owned(), "the table has no rows".to_owned())]));
        }
        AuditResult {
            name: format!("schema_of_{}", self.table.name),
            severity: Severity::Error,
            offences: self.found,
            samples: self.offences,
            remedy: format!("Correct the model `{}`, or the published schema.", self.table.name),
        }
    }
}
