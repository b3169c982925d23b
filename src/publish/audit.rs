//! Audits: queries over the candidate whose rows are offences.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::util::display::array_value_to_string;
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};

use super::{Candidate, PublishError};
use crate::derive::{Audit, Catalogue, Graph, Plan, Severity, files, register};
use crate::engine::Engine;
use crate::pull::mask_person;

/// Offending rows that are shown.
const SAMPLES: usize = 5;

/// One offending row: its columns and their texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Offence(pub Vec<(String, String)>);

impl Offence {
    pub(super) fn of(batch: &RecordBatch, row: usize) -> Result<Self, ArrowError> {
        let text = |column| array_value_to_string(column, row);
        let fields = batch.schema_ref().fields().iter().zip(batch.columns());
        fields.map(|(field, column)| Ok((field.name().clone(), text(column)?))).collect::<Result<_, _>>().map(Self)
    }

    fn in_words(&self) -> String {
        self.0.iter().map(|(name, text)| format!("{name} {text}")).collect::<Vec<_>>().join(", ")
    }
}

/// What an audit found.
#[derive(Debug, Clone)]
pub struct AuditResult {
    /// The audit.
    pub name: String,
    /// How bad its rows are.
    pub severity: Severity,
    /// How many rows it found.
    pub offences: u64,
    /// The first of them.
    pub samples: Vec<Offence>,
    /// What to do about them.
    pub remedy: String,
}

impl AuditResult {
    /// Nothing may be published.
    pub fn is_failed(&self) -> bool {
        self.offences > 0 && self.severity == Severity::Error
    }

    /// The audit and its first rows, a line each.
    pub fn in_words(&self) -> Vec<String> {
        let mut lines =
            vec![format!("{}: {} row{}", self.name, self.offences, if self.offences == 1 { "" } else { "s" })];
        lines.extend(self.samples.iter().map(|sample| format!("  {}", sample.in_words())));
        if self.offences > self.samples.len() as u64 {
            lines.push(format!("  and {} more", self.offences - self.samples.len() as u64));
        }
        lines
    }
}

/// Runs all audits on a candidate: those of its schema and those in SQL.
///
/// # Errors
/// An audit can't be run.
pub async fn audit(
    candidate: &Candidate,
    graph: &Graph,
    catalogue: &Catalogue,
    plan: &Plan<'_>,
    engine: &Engine,
) -> Result<Vec<AuditResult>, PublishError> {
    let mut results = candidate.schema_audits.clone();
    for audit in &graph.audits {
        let failed = |source| PublishError::Query { what: audit.sql.name.clone(), source: Box::new(source) };
        let session = engine.session();
        for table in audit.sql.tables.keys() {
            match (candidate.tables.get(table), catalogue.schema(table)) {
                // An audit sees what readers would see.
                (Some((local, _)), Some(schema)) => session.register_local(table, Arc::clone(schema), local.path()),
                _ => {
                    let files = files(engine.store(), &plan.inputs(table)).await?;
                    register(&session, catalogue, table, &files)
                }
            }
            .map_err(failed)?;
        }
        let query = session.plan(audit.sql.statement(None)).await.map_err(failed)?;
        let mut rows = query.sorted().await.map_err(failed)?;
        let mut result = begin(audit);
        let is_published = |table: &str| candidate.tables.contains_key(table);
        let is_personal = audit.sql.tables.keys().any(|table| graph.is_personal(table, &is_published));
        let shown = |text: String| if is_personal { mask_person(&text) } else { text };
        while let Some(batch) = rows.try_next().await.map_err(failed)? {
            result.offences += batch.num_rows() as u64;
            for row in 0..batch.num_rows().min(SAMPLES.saturating_sub(result.samples.len())) {
                let offence = Offence::of(&batch, row)
                    .map(|Offence(fields)| {
                        Offence(fields.into_iter().map(|(name, text)| (name, shown(text))).collect())
                    })
                    .map_err(|source| PublishError::Rows { table: audit.sql.name.clone(), source })?;
                result.samples.push(offence);
            }
        }
        results.push(result);
    }
    Ok(results)
}

fn begin(audit: &Audit) -> AuditResult {
    AuditResult {
        name: audit.sql.name.clone(),
        severity: audit.severity,
        offences: 0,
        samples: Vec::new(),
        remedy: audit.remedy.clone(),
    }
}
