//! Rows kept aside: listed, shown and tried again.

use super::query::answer;
use super::{Build, Context, JobError, Rows};
use crate::definition::Pipeline;
use crate::pull::{Extract, ExtractStep, REJECTS_TABLE, Replayed, refused_artefact, rejects_schema};
use crate::store::{ArtefactRecord, Provenance, Zone};

/// The rejected rows of a pipeline's extracts.
#[derive(Debug)]
pub struct Rejects<'a> {
    build: Build<'a>,
    records: Vec<ArtefactRecord>,
    /// The extracts of which the store has nothing as they would be read now.
    not_staged: Vec<Extract>,
}

/// An extract that was checked again.
#[derive(Debug)]
pub struct Replay {
    /// The extract's file.
    pub file: String,
    /// Rows that were rejected before.
    pub before: u64,
    /// What it would become now.
    pub now: Replayed,
}

impl<'a> Rejects<'a> {
    /// Finds the extracts that have rejected rows.
    ///
    /// # Errors
    /// As [`Build::new`], or the store can't be read.
    pub async fn find(context: &'a Context, pipeline: &'a Pipeline) -> Result<Self, JobError> {
        let build = Build::new(context, pipeline).await?;
        let (records, not_staged) = records(&build).await?;
        Ok(Self { build, records, not_staged })
    }

    /// Counts them by source, file, column and rule. Extracts that are not staged are told.
    ///
    /// # Errors
    /// A file of the store is gone or damaged.
    pub async fn list(&self) -> Result<Rows, JobError> {
        self.build.tell_not_staged(&self.not_staged);
        self.answer(&self.records, LIST).await
    }

    /// The rows of a source, at most `limit`. Extracts of it that are not staged are told.
    ///
    /// # Errors
    /// The source has none, or a file of the store is gone or damaged.
    pub async fn show(&self, source: &str, limit: usize) -> Result<Rows, JobError> {
        self.build.tell_not_staged(self.not_staged.iter().filter(|extract| extract.source == source));
        self.answer(&of_source(&self.records, source)?, &format!("{SHOW} LIMIT {limit}")).await
    }

    /// Checks a source's extracts under its present contract, without writing anything.
    ///
    /// # Errors
    /// The source has no rejected rows, or an extract can't be read.
    pub async fn replay(&self, source: &str) -> Result<Vec<Replay>, JobError> {
        let of_source = of_source(&self.records, source)?;
        let Some(contract) = self.build.compiled.project.contracts.get(source) else {
            unreachable!("extracts are found by contracts, and this source has extracts")
        };
        let mut replays = Vec::new();
        for staged in self.build.staged.iter().filter(|staged| staged.extract.source == source) {
            let is_same = |record: &&ArtefactRecord| matches!(&record.provenance, Provenance::Extract { file, .. } if *file == staged.extract.file);
            let before = of_source.iter().find(is_same).and_then(|record| record.tables.get(REJECTS_TABLE));
            let now = self.build.puller().replay(staged, contract).await?;
            replays.push(Replay {
                file: staged.extract.file.clone(),
                before: before.map_or(0, |table| table.rows),
                now,
            });
        }
        Ok(replays)
    }

    async fn answer(&self, records: &[ArtefactRecord], query: &str) -> Result<Rows, JobError> {
        answer(&self.build, REJECTS_TABLE, rejects_schema(), records, query).await
    }
}

const LIST: &str = "
    SELECT source, file, table_name, column_name, rule, COUNT(*) AS rows, MIN(row) AS first_row
    FROM extract_reject
    GROUP BY source, file, table_name, column_name, rule
    ORDER BY source, file, table_name, column_name, rule";

const SHOW: &str = "
    SELECT file, row, table_name, column_name, rule, text, record FROM extract_reject ORDER BY file, row";

/// The records of the extracts that are staged, or were refused, and have rejected rows; and the extracts that are neither.
async fn records(build: &Build<'_>) -> Result<(Vec<ArtefactRecord>, Vec<Extract>), JobError> {
    let (mut records, mut not_staged) = (Vec::new(), Vec::new());
    for staged in &build.staged {
        let record = match build.context.store.artefact(&staged.artefact).await? {
            Some(record) => Some(record),
            None => match build.context.store.artefact(&refused_artefact(&staged.artefact)).await? {
                Some(record) => Some(record),
                None => under_another_contract(build, staged).await?,
            },
        };
        match record {
            Some(record) if has_rejects(&record) => records.push(record),
            Some(_) => {}
            None => not_staged.push(staged.extract.clone()),
        }
    }
    Ok((records, not_staged))
}

fn has_rejects(record: &ArtefactRecord) -> bool {
    record.tables.get(REJECTS_TABLE).is_some_and(|table| table.rows > 0)
}

/// The record of the same extract as it was read under an earlier contract, or other keys: its rejects are what a mended
/// contract is tried on.
async fn under_another_contract(build: &Build<'_>, staged: &ExtractStep) -> Result<Option<ArtefactRecord>, JobError> {
    for zone in [Zone::Refused, Zone::Staged] {
        for artefact in build.context.store.artefacts(zone, &staged.extract.source).await? {
            let record = build.context.store.artefact(&artefact).await?;
            let is_same = |record: &ArtefactRecord| match &record.provenance {
                Provenance::Extract { file, sha256, .. } => {
                    *file == staged.extract.file && *sha256 == staged.extract.sha256
                }
                _ => false,
            };
            let can_be_read = |record: &ArtefactRecord| [None, build.encryption_key].contains(&record.encryption_key);
            // A refusal for another reason than its rows hides none of those that were rejected before.
            if let Some(record) = record.filter(is_same).filter(has_rejects).filter(can_be_read) {
                return Ok(Some(record));
            }
        }
    }
    Ok(None)
}

fn of_source(records: &[ArtefactRecord], source: &str) -> Result<Vec<ArtefactRecord>, JobError> {
    let found: Vec<_> = records.iter().filter(|record| record.artefact.name == source).cloned().collect();
    if found.is_empty() {
        let mut known: Vec<String> = records.iter().map(|record| record.artefact.name.clone()).collect();
        known.dedup();
        return Err(JobError::NoRejects { source_name: source.to_owned(), known });
    }
    Ok(found)
}
