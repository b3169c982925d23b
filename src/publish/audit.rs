//! Audits: queries over the candidate whose rows are offences.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{AuditResult, Candidate, Offence, PublishError, Release};
use crate::derive::{Audit, table as derived_table};
use crate::engine::{RowsError, Table, Task};
use crate::pull::mask_person;
use crate::store::{Artefact, ArtefactDraft, Provenance, Zone};

/// Offending rows that are shown.
const SAMPLES: usize = 5;

/// A candidate that passed its audits: none of severity `error` found a row. Only [`Candidate::audit`] makes one, and only
/// this can be committed.
#[derive(Debug)]
pub struct Audited<'a> {
    candidate: Candidate<'a>,
    results: Vec<AuditResult>,
}

impl<'a> Candidate<'a> {
    /// Runs all audits: those of the published schema and those in SQL. A candidate that fails is kept for inspection.
    ///
    /// # Errors
    /// Audits of severity `error` found rows, or one can't be run.
    pub async fn audit(self) -> Result<Audited<'a>, PublishError> {
        let mut results = self.schema_audits.clone();
        results.extend(sql_audits(&self).await?);
        let failed: Vec<AuditResult> = results.iter().filter(|audit| audit.is_failed()).cloned().collect();
        if failed.is_empty() {
            return Ok(Audited { candidate: self, results });
        }
        let candidate = self.keep().await?;
        Err(PublishError::Audits { failed, candidate })
    }

    async fn keep(&self) -> Result<Artefact, PublishError> {
        let release = self.release;
        let artefact = Artefact { zone: Zone::Candidates, name: release.dataset.name.clone(), key: self.key };
        let mut draft = ArtefactDraft::new(release.store, artefact.clone());
        let mut tables = BTreeMap::new();
        for (name, (table, derived)) in &self.tables {
            draft.add(name, table).await?;
            tables.insert(name.clone(), derived.clone());
        }
        draft.complete(Provenance::Candidate { tables }).await?;
        Ok(artefact)
    }
}

impl<'a> Audited<'a> {
    /// The candidate as it was audited.
    pub(super) fn candidate(&self) -> &Candidate<'a> {
        &self.candidate
    }

    /// What each audit found.
    pub(super) fn results(&self) -> &[AuditResult] {
        &self.results
    }

    /// The audits of severity `warn` that found rows.
    pub fn warnings(&self) -> impl Iterator<Item = &AuditResult> {
        self.results.iter().filter(|audit| audit.offences > 0)
    }
}

/// What the audits in SQL find in a candidate.
async fn sql_audits(candidate: &Candidate<'_>) -> Result<Vec<AuditResult>, PublishError> {
    let Release { graph, catalogue, engine, steps, .. } = candidate.release;
    let mut results = Vec::new();
    for audit in &graph.audits {
        let failed = |source| PublishError::Query { what: audit.sql.name.clone(), source: Box::new(source) };
        let unfit = |source| PublishError::Rows { table: audit.sql.name.clone(), source };
        let mut task = Task::new(audit.sql.statement(None));
        for name in audit.sql.tables.keys() {
            let table = match (candidate.tables.get(name), catalogue.schema(name)) {
                // An audit sees what readers would see.
                (Some((local, _)), Some(schema)) => Table::local(Arc::clone(schema), local.path()).map_err(failed)?,
                _ => derived_table(engine.store(), catalogue, name, &steps.inputs(name)).await?,
            };
            task = task.with(name, table);
        }
        let mut rows = engine.sorted(task).await.map_err(failed)?;
        let mut result = begin(audit);
        let is_published = |table: &str| candidate.tables.contains_key(table);
        let is_personal = audit.sql.tables.keys().any(|table| graph.is_personal(table, &is_published));
        let shown = |text: String| if is_personal { mask_person(&text) } else { text };
        let broken = |error| match error {
            RowsError::Query(source) => failed(source),
            RowsError::Schema(source) => unfit(source),
        };
        while let Some(batch) = rows.next().await.map_err(broken)? {
            result.offences += batch.num_rows() as u64;
            for row in 0..batch.num_rows().min(SAMPLES.saturating_sub(result.samples.len())) {
                let offence = Offence::of(&batch, row)
                    .map(|Offence(fields)| {
                        Offence(fields.into_iter().map(|(name, text)| (name, shown(text))).collect())
                    })
                    .map_err(unfit)?;
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
