//! Pull: raw register extracts into checked, typed, pseudonymised Parquet.
//!
//! One extract at a time goes through locate → decode → parse → check → stage. Invariants:
//!
//! - read = accepted + rejected + control rows, for every extract, always;
//! - no CPR number, name or address passes [`pseudonym`] or the parsers' column lists;
//! - memory does not grow with an extract.

mod check;
mod decode;
mod error;
mod keys;
mod locate;
mod parse;
mod pseudonym;
mod quality;
mod rejects;
mod stage;
mod totals;

use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use futures::{StreamExt, stream};
use tokio::runtime::Handle;
use tracing::{info, warn};

pub use check::{ROW_COLUMN, staged_schema};
pub use error::{PullError, Refusal};
pub use locate::{Extract, Origins, SYNTHETIC_MARK};
pub use pseudonym::PseudonymKey;
pub use quality::{QUALITY_TABLE, REJECTS_TABLE, schema as quality_schema};
pub use rejects::schema as rejects_schema;

use crate::definition::{Contract, Project};
use crate::observe::Progress;
use crate::store::{Artefact, ArtefactDraft, ArtefactRecord, KeyBuilder, Provenance, Store, TableError, Zone};

/// Changes when the same extract under the same contract would be staged differently.
const FORMAT: &str = "pull/1";

/// The tables that every extract leaves besides its own.
pub fn account_tables() -> [(&'static str, SchemaRef); 2] {
    [(QUALITY_TABLE, quality_schema()), (REJECTS_TABLE, rejects_schema())]
}

/// The staged artefact that an extract becomes.
pub fn staged_artefact(extract: &Extract, contract: &Contract, project: &Project, key: &PseudonymKey) -> Artefact {
    let mut builder = KeyBuilder::new(FORMAT)
        .field("extract", extract.sha256.to_string())
        .field("file", &extract.file)
        .field("contract", contract.digest.to_string())
        .field("pseudonym key", key.id())
        .field("synthetic", extract.synthetic.to_string());
    for list in contract.code_lists() {
        for code in project.code_lists.get(list).into_iter().flatten() {
            builder = builder.field(list, code);
        }
    }
    Artefact { zone: Zone::Staged, name: contract.name.clone(), key: builder.finish() }
}

/// The artefact that keeps the rejects of an extract that was refused.
pub fn refused_artefact(staged: &Artefact) -> Artefact {
    Artefact { zone: Zone::Refused, ..staged.clone() }
}

/// Stages the extracts, several at once.
///
/// # Errors
/// All that went wrong, one error an extract; the other extracts are staged nevertheless.
pub async fn pull(
    project: &Project,
    origins: &Origins,
    store: &Store,
    key: &PseudonymKey,
    extracts: Vec<(Extract, Artefact)>,
    progress: &Progress,
) -> Result<Vec<ArtefactRecord>, Vec<PullError>> {
    let bar = &progress.stage("pull", extracts.len());
    let results: Vec<_> = stream::iter(extracts)
        .map(|(extract, artefact)| async move {
            let result = pull_one(project, origins, store, key, &extract, artefact).await;
            bar.advance(&extract.file);
            result
        })
        .buffered(project.environment.resources.parallel_extracts.max(1))
        .collect()
        .await;
    let (mut staged, mut failures) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(record) => staged.push(record),
            Err(error) => failures.push(error),
        }
    }
    if failures.is_empty() { Ok(staged) } else { Err(failures) }
}

async fn pull_one(
    project: &Project,
    origins: &Origins,
    store: &Store,
    key: &PseudonymKey,
    extract: &Extract,
    artefact: Artefact,
) -> Result<ArtefactRecord, PullError> {
    let Some(contract) = project.contracts.get(&extract.source) else {
        return Err(PullError::Unreadable { what: extract.file.clone(), reason: "its contract is gone".to_owned() });
    };
    let staged = check(project, origins, key, extract, contract).await?;
    for column in &staged.strangers {
        warn!(source = contract.name, file = extract.file, column, "left out a column that the contract does not know");
    }
    let quality = quality::table(&staged.quality, extract, contract)?;
    let target = if staged.refusal.is_some() { refused_artefact(&artefact) } else { artefact };
    let mut draft = ArtefactDraft::new(store, target);
    for (name, table) in &staged.tables {
        draft.add(name, table).await?;
    }
    draft.add(REJECTS_TABLE, &staged.rejects).await?;
    draft.add(QUALITY_TABLE, &quality).await?;
    let record = draft.complete(provenance(extract, contract)).await?;
    match staged.refusal {
        None => {
            info!(source = contract.name, file = extract.file, rejected = staged.rejects.entry().rows, "staged");
            Ok(record)
        }
        Some(refusal) => Err(PullError::Refused {
            source_name: contract.name.clone(),
            file: extract.file.clone(),
            refusal: Box::new(refusal),
        }),
    }
}

/// Rejected rows of an extract as its contract would reject them now, without writing anything.
///
/// # Errors
/// The extract can't be read.
pub async fn replay(
    project: &Project,
    origins: &Origins,
    key: &PseudonymKey,
    extract: &Extract,
    contract: &Contract,
) -> Result<u64, PullError> {
    Ok(check(project, origins, key, extract, contract).await?.rejects.entry().rows)
}

/// Checks an extract on a thread of its own.
async fn check(
    project: &Project,
    origins: &Origins,
    key: &PseudonymKey,
    extract: &Extract,
    contract: &Contract,
) -> Result<stage::Staged, PullError> {
    let (objects, path) = origins.object(contract, &extract.file);
    let mut bytes = decode::ObjectReader::open(objects, path, &Handle::current());
    let (contract, code_lists) = (contract.clone(), project.code_lists.clone());
    let (extract, key) = (extract.clone(), key.clone());
    let work = move || {
        let staged = stage::stage(&mut bytes, &extract, &contract, &code_lists, &key)?;
        let unreadable = |reason| PullError::Unreadable { what: extract.file.clone(), reason };
        match bytes.digest() {
            Ok(digest) if digest == extract.sha256 => Ok(staged),
            // Its artefact would be named by the bytes of another file.
            Ok(_) => Err(unreadable("it changed while it was read".to_owned())),
            Err(error) => Err(unreadable(error.to_string())),
        }
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(staged) => staged,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

fn provenance(extract: &Extract, contract: &Contract) -> Provenance {
    Provenance::Extract {
        file: extract.file.clone(),
        sha256: extract.sha256,
        contract: contract.digest,
        year: extract.year,
        extract_date: extract.extract_date,
        synthetic: extract.synthetic,
    }
}

fn arrow_failed(error: ArrowError) -> PullError {
    PullError::Table(TableError::Parquet(error.into()))
}

fn temporary_failed(error: std::io::Error) -> PullError {
    PullError::Table(TableError::File(error))
}
