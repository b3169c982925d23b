//! Audits: queries over the candidate whose rows are offences.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::thread;

use arrow::array::RecordBatch;
use futures::{StreamExt, TryStreamExt, stream};

use super::finding::SAMPLES;
use super::{AuditResult, Candidate, NotCompared, Offence, Previous, PublishError, Release};
use crate::derive::Audit;
use crate::engine::{Engine, RowsError, Task, beside};
use crate::pull::mask_person;
use crate::store::{Artefact, ArtefactDraft, Provenance, Zone};

/// A candidate that passed its audits: none of severity `error` found a row. Only [`Candidate::audit`] makes one, and only
/// this can be committed.
#[derive(Debug)]
pub struct Audited<'a> {
    candidate: Candidate<'a>,
    previous: Previous,
    results: Vec<AuditResult>,
}

impl<'a> Candidate<'a> {
    /// Runs all audits: those of the published schema and those in SQL, which may compare the candidate with the version
    /// that it would follow. A candidate that fails is kept for inspection.
    ///
    /// # Errors
    /// Audits of severity `error` found rows, or one can't be run.
    pub async fn audit(self, previous: Previous) -> Result<Audited<'a>, PublishError> {
        let mut results = self.built_in_audits.clone();
        results.extend(sql_audits(&self, &previous).await?);
        let failed: Vec<AuditResult> = results.iter().filter(|audit| audit.is_failed()).cloned().collect();
        if failed.is_empty() {
            return Ok(Audited { candidate: self, previous, results });
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

    /// The version that audits compared the candidate with.
    pub(super) fn previous(&self) -> &Previous {
        &self.previous
    }

    /// The audits that could not compare the candidate with the version before.
    pub fn not_compared(&self) -> Option<NotCompared> {
        self.previous.not_compared(&self.candidate.release)
    }

    /// The audits of severity `warn` that found rows.
    pub fn warnings(&self) -> impl Iterator<Item = &AuditResult> {
        self.results.iter().filter(|audit| audit.offences > 0)
    }
}

/// What the audits in SQL find in a candidate.
async fn sql_audits(candidate: &Candidate<'_>, previous: &Previous) -> Result<Vec<AuditResult>, PublishError> {
    let at_once = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let audits = candidate.release.audits().filter(|audit| !previous.keeps_from(audit));
    stream::iter(audits).map(|audit| sql_audit(candidate, previous, audit)).buffered(at_once).try_collect().await
}

async fn sql_audit(candidate: &Candidate<'_>, previous: &Previous, audit: &Audit) -> Result<AuditResult, PublishError> {
    let Release { graph, engine, .. } = candidate.release;
    let mut task = Task::new(audit.sql.statement(None));
    for name in audit.sql.tables.keys() {
        let table = match previous.table(name) {
            Some(table) => table,
            // An audit sees what readers would see.
            None => candidate.release.behind(name, candidate.tables.get(name).map(|(local, _)| local)).await?,
        };
        task = task.with(name, table);
    }
    let is_published = |table: &str| candidate.tables.contains_key(table);
    let is_personal = audit.sql.tables.keys().any(|table| graph.is_personal(table, &is_published));
    let about = if is_personal { About::Persons } else { About::Many };
    let mut result = begin(audit);
    (result.offences, result.samples) = offences(engine, &audit.sql.name, task, about).await?;
    Ok(result)
}

/// Whom the rows of an audit may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// Single persons: what looks like a number of one is masked.
    Persons,
    /// Many, or things.
    Many,
}

/// How many rows an audit's query has, and those of them that are shown.
pub(super) async fn offences(
    engine: &Engine,
    audit: &str,
    task: Task,
    about: About,
) -> Result<(u64, Vec<Offence>), PublishError> {
    let failed = |source| PublishError::Query { what: audit.to_owned(), source: Box::new(source) };
    let unfit = |source| PublishError::Rows { table: audit.to_owned(), source };
    let found = beside(first_rows(engine.clone(), task)).await.map_err(failed)?;
    let (offences, first) = found.map_err(|error| match error {
        RowsError::Query(source) => failed(source),
        RowsError::Schema(source) => unfit(source),
    })?;
    let shown = |text: String| if about == About::Persons { mask_person(&text) } else { text };
    let mut samples = Vec::new();
    for batch in first {
        for row in 0..batch.num_rows() {
            let Offence(fields) = Offence::of(&batch, row).map_err(unfit)?;
            samples.push(Offence(fields.into_iter().map(|(name, text)| (name, shown(text))).collect()));
        }
    }
    Ok((offences, samples))
}

/// How many rows a task has, and those of them that are shown.
async fn first_rows(engine: Engine, task: Task) -> Result<(u64, Vec<RecordBatch>), RowsError> {
    let mut rows = engine.sorted(task).await?;
    let (mut count, mut wanted, mut first) = (0, SAMPLES, Vec::new());
    while let Some(batch) = rows.next().await? {
        count += batch.num_rows() as u64;
        let taken = batch.num_rows().min(wanted);
        if taken > 0 {
            first.push(batch.slice(0, taken));
            wanted -= taken;
        }
    }
    Ok((count, first))
}

fn begin(audit: &Audit) -> AuditResult {
    AuditResult {
        name: audit.sql.name.clone(),
        severity: audit.severity,
        offences: 0,
        samples: Vec::new(),
        remedy: audit.remedy.clone(),
        sql: Some(audit.sql.statement(None).to_string()),
    }
}
