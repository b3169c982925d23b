//! `rejects`: rows kept aside, listed, shown and tried again.

use clap::Subcommand;

use super::Context;
use super::build::Build;
use super::error::CliError;
use super::output::Answer;
use super::sql::answer;
use crate::pull::{REJECTS_TABLE, Replayed, Staged, refused_artefact, rejects_schema, replay};
use crate::store::{ArtefactRecord, Provenance, Zone};

/// What to do with rejected rows.
#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Count them by source, file, column and rule
    List,
    /// Show the rows of a source
    Show {
        /// The source
        source: String,
        /// Rows at the most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Check a source's extracts again under its present contract, and count what would be rejected now
    Replay {
        /// The source
        source: String,
    },
}

pub(super) async fn rejects(
    context: &Context,
    pipeline: Option<&String>,
    action: Option<Action>,
) -> Result<Answer, CliError> {
    let build = Build::new(context, context.pipeline(pipeline)?).await?;
    let records = records(&build).await?;
    match action.unwrap_or(Action::List) {
        Action::List => query(&build, &records, LIST).await,
        Action::Show { source, limit } => {
            let of_source: Vec<_> = of_source(&records, &source)?;
            query(&build, &of_source, &format!("{SHOW} LIMIT {limit}")).await
        }
        Action::Replay { source } => {
            of_source(&records, &source)?;
            replay_source(&build, &records, &source).await
        }
    }
}

const LIST: &str = "
    SELECT source, file, table_name, column_name, rule, COUNT(*) AS rows, MIN(row) AS first_row
    FROM extract_reject
    GROUP BY source, file, table_name, column_name, rule
    ORDER BY source, file, table_name, column_name, rule";

const SHOW: &str = "
    SELECT file, row, table_name, column_name, rule, text, record FROM extract_reject ORDER BY file, row";

/// The records of the extracts that are staged, or were refused.
async fn records(build: &Build<'_>) -> Result<Vec<ArtefactRecord>, CliError> {
    let mut records = Vec::new();
    for staged in &build.staged {
        let record = match build.store.artefact(&staged.artefact).await? {
            Some(record) => Some(record),
            None => match build.store.artefact(&refused_artefact(&staged.artefact)).await? {
                Some(record) => Some(record),
                None => under_another_contract(build, staged).await?,
            },
        };
        records.extend(record.filter(has_rejects));
    }
    Ok(records)
}

fn has_rejects(record: &ArtefactRecord) -> bool {
    record.tables.get(REJECTS_TABLE).is_some_and(|table| table.rows > 0)
}

/// The record of the same extract as it was read under an earlier contract: its rejects are what a
/// mended contract is tried on.
async fn under_another_contract(build: &Build<'_>, staged: &Staged) -> Result<Option<ArtefactRecord>, CliError> {
    for zone in [Zone::Refused, Zone::Staged] {
        for artefact in build.store.artefacts(zone, &staged.extract.source).await? {
            let record = build.store.artefact(&artefact).await?;
            let is_same = |record: &ArtefactRecord| match &record.provenance {
                Provenance::Extract { file, sha256, .. } => {
                    *file == staged.extract.file && *sha256 == staged.extract.sha256
                }
                _ => false,
            };
            // A refusal for another reason than its rows hides none of those that were rejected before.
            if let Some(record) = record.filter(is_same).filter(has_rejects) {
                return Ok(Some(record));
            }
        }
    }
    Ok(None)
}

fn of_source(records: &[ArtefactRecord], source: &str) -> Result<Vec<ArtefactRecord>, CliError> {
    let found: Vec<_> = records.iter().filter(|record| record.artefact.name == source).cloned().collect();
    if found.is_empty() {
        let mut known: Vec<String> = records.iter().map(|record| record.artefact.name.clone()).collect();
        known.dedup();
        return Err(CliError::NoRejects { source_name: source.to_owned(), known });
    }
    Ok(found)
}

async fn query(build: &Build<'_>, records: &[ArtefactRecord], sql: &str) -> Result<Answer, CliError> {
    let mut files = Vec::with_capacity(records.len());
    for record in records {
        files.push(build.store.table(&record.artefact, REJECTS_TABLE).await?);
    }
    let session = build.checked.engine.session();
    let registered = session.register(REJECTS_TABLE, rejects_schema(), &files);
    registered.map_err(|error| CliError::Query { message: error.strip_backtrace(), hint: None })?;
    answer(&session, sql).await
}

async fn replay_source(build: &Build<'_>, records: &[ArtefactRecord], source: &str) -> Result<Answer, CliError> {
    let mut rows = Vec::new();
    let project = build.checked.project;
    let Some(contract) = project.contracts.get(source) else { return Err(CliError::Bug) };
    for staged in build.staged.iter().filter(|staged| staged.extract.source == source) {
        let before = records
            .iter()
            .find(
                |record| matches!(&record.provenance, Provenance::Extract { file, .. } if *file == staged.extract.file),
            )
            .and_then(|record| record.tables.get(REJECTS_TABLE))
            .map_or(0, |table| table.rows);
        let now = replay(&build.origins, build.store, &build.key, staged, contract).await?;
        let now = match now {
            Replayed::Staged(rows) => rows.into(),
            Replayed::Refused(refusal) => format!("refused: {refusal}").into(),
        };
        rows.push([staged.extract.file.clone().into(), before.into(), now]);
    }
    Ok(Answer::rows(["file", "rejected before", "rejected now"], rows))
}
