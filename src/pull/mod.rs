//! Pull: raw register extracts into checked, typed, pseudonymised Parquet.
//!
//! One extract at a time goes through locate → decode → parse → check → stage. Invariants:
//!
//! - read = accepted + rejected + control rows, for every extract, always;
//! - no CPR number, name or address passes [`pseudonym`] or the parsers' column lists;
//! - memory does not grow with an extract.

mod check;
mod code_lists;
mod decode;
mod deliveries;
mod error;
mod keys;
mod locate;
mod mask;
mod parse;
mod pseudonym;
mod quality;
mod references;
mod rejects;
mod sample;
mod spool;
mod stage;
mod totals;
mod unread;

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use futures::{StreamExt, stream};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tracing::{info, warn};

pub use check::{ROW_COLUMN, staged_schema};
pub use code_lists::{check_definitions, code_lists};
pub use deliveries::compare as compare_deliveries;
pub use error::{PullError, Refusal};
pub use locate::{Extract, Located, Origins, SYNTHETIC_MARK};
pub use mask::mask_person;
pub use pseudonym::PseudonymKey;
pub use quality::{QUALITY_TABLE, REJECTS_TABLE, schema as quality_schema};
pub use references::{Staged, staged};
pub use rejects::schema as rejects_schema;
pub use sample::Sample;
pub use unread::{Unread, Why};

use crate::definition::{CodeLists, Contract, Project};
use crate::observe::Progress;
use crate::store::{Artefact, ArtefactDraft, ArtefactRecord, KeyBuilder, Provenance, Store, TableError, Zone};

/// Changes when the same extract under the same contract would be staged differently.
const FORMAT: &str = "pull/6";

/// The name of the threads that extracts are read on.
pub const PULL_THREAD: &str = "pull";

/// The tables that every extract leaves besides its own.
pub fn account_tables() -> [(&'static str, SchemaRef); 2] {
    [(QUALITY_TABLE, quality_schema()), (REJECTS_TABLE, rejects_schema())]
}

/// The staged artefact that an extract becomes.
fn staged_artefact(
    extract: &Extract,
    contract: &Contract,
    code_lists: &CodeLists,
    key: &PseudonymKey,
    refers_to: &BTreeMap<String, Vec<Artefact>>,
) -> Artefact {
    let mut builder = KeyBuilder::new(FORMAT)
        .field("extract", extract.sha256.to_string())
        .field("file", &extract.file)
        .field("contract", contract.digest.to_string())
        .field("pseudonym key", key.id())
        .field("synthetic", extract.synthetic.to_string())
        .field("sample", extract.sample.millionths().to_string());
    for list in contract.code_lists() {
        for code in code_lists.get(list).into_iter().flatten() {
            builder = builder.field(list, code);
        }
    }
    for (table, artefacts) in refers_to {
        for artefact in artefacts {
            builder = builder.field(table, artefact.key.to_string());
        }
    }
    Artefact { zone: Zone::Staged, name: contract.name.clone(), key: builder.finish() }
}

/// The artefact that keeps the rejects of an extract that was refused.
pub fn refused_artefact(staged: &Artefact) -> Artefact {
    Artefact { zone: Zone::Refused, ..staged.clone() }
}

/// Stages the extracts, several at once; those that others refer to first. Tells how long each took.
///
/// # Errors
/// All that went wrong, one error an extract; the other extracts are staged nevertheless.
pub async fn pull(
    project: &Project,
    origins: &Origins,
    store: &Store,
    key: &PseudonymKey,
    extracts: Vec<Staged>,
    progress: &Progress,
) -> Result<Vec<(ArtefactRecord, Duration)>, Vec<PullError>> {
    let bar = &progress.stage("pull", extracts.len());
    let (mut staged, mut failures) = (Vec::new(), Vec::new());
    let (alone, referring): (Vec<_>, Vec<_>) = extracts.into_iter().partition(|it| it.refers_to.is_empty());
    for round in [alone, referring] {
        let results: Vec<_> = stream::iter(round)
            .map(|extract| async move {
                let begun = Instant::now();
                let result = pull_one(project, origins, store, key, &extract).await;
                bar.advance(&extract.extract.file);
                result.map(|record| (record, begun.elapsed()))
            })
            .buffered(project.environment.resources.parallel_extracts.max(1))
            .collect()
            .await;
        for result in results {
            match result {
                Ok(record) => staged.push(record),
                Err(error) => failures.push(error),
            }
        }
    }
    if failures.is_empty() { Ok(staged) } else { Err(failures) }
}

async fn pull_one(
    project: &Project,
    origins: &Origins,
    store: &Store,
    key: &PseudonymKey,
    staged: &Staged,
) -> Result<ArtefactRecord, PullError> {
    let Staged { extract, artefact, .. } = staged;
    let Some(contract) = project.contracts.get(&extract.source) else {
        return Err(PullError::Unreadable { what: extract.file.clone(), reason: "its contract is gone".to_owned() });
    };
    let references = references::read(store, staged, contract).await?;
    let staged = check(origins, key, extract, contract, references).await?;
    for column in &staged.strangers {
        warn!(source = contract.name, file = extract.file, column, "left out a column that the contract does not know");
    }
    let quality = quality::table(&staged.quality, extract, contract)?;
    let target = if staged.refusal.is_some() { refused_artefact(artefact) } else { artefact.clone() };
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

/// What an extract would become now.
#[derive(Debug)]
pub enum Replayed {
    /// It would be staged, with so many rows rejected.
    Staged(u64),
    /// It would be refused.
    Refused(Refusal),
}

/// What an extract would become under its contract as it is now, without writing anything.
///
/// # Errors
/// The extract can't be read.
pub async fn replay(
    origins: &Origins,
    store: &Store,
    key: &PseudonymKey,
    staged: &Staged,
    contract: &Contract,
) -> Result<Replayed, PullError> {
    let references = references::read(store, staged, contract).await?;
    let staged = check(origins, key, &staged.extract, contract, references).await?;
    Ok(staged.refusal.map_or(Replayed::Staged(staged.rejects.entry().rows), Replayed::Refused))
}

/// Checks an extract on a thread of its own.
async fn check(
    origins: &Origins,
    key: &PseudonymKey,
    extract: &Extract,
    contract: &Contract,
    references: references::References,
) -> Result<stage::Staged, PullError> {
    let (objects, path) = origins.object(contract, &extract.file);
    let mut bytes = decode::ObjectReader::open(objects, path, &Handle::current());
    let (contract, code_lists) = (contract.clone(), origins.code_lists().clone());
    let (extract, key) = (extract.clone(), key.clone());
    let work = move || {
        let staged = stage::stage(&mut bytes, &extract, &contract, &code_lists, &references, &key)?;
        let unreadable = |reason| PullError::Unreadable { what: extract.file.clone(), reason };
        match bytes.digest() {
            Ok(digest) if digest == extract.sha256 => Ok(staged),
            // Its artefact would be named by the bytes of another file.
            Ok(_) => Err(unreadable("it changed while it was read".to_owned())),
            Err(error) => Err(unreadable(error.to_string())),
        }
    };
    // Not one of the runtime's threads for blocking work: those fetch what this one waits for.
    let (done, result) = oneshot::channel();
    let thread = thread::Builder::new().name(PULL_THREAD.to_owned()).spawn(move || drop(done.send(work())));
    let thread = thread.map_err(temporary_failed)?;
    match (result.await, thread.join()) {
        (Ok(staged), _) => staged,
        (Err(_), Err(panic)) => std::panic::resume_unwind(panic),
        (Err(_), Ok(())) => Err(temporary_failed(std::io::ErrorKind::Interrupted.into())),
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
        sample: extract.sample.millionths(),
    }
}

fn arrow_failed(error: ArrowError) -> PullError {
    PullError::Table(TableError::Parquet(error.into()))
}

fn temporary_failed(error: std::io::Error) -> PullError {
    PullError::Table(TableError::File(error))
}
