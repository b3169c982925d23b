//! Extracts are pulled, several at once, each on a thread of its own.

use std::borrow::Cow;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::account::{QUALITY_TABLE, REJECTS_TABLE, counts_table};
use super::check::{Known, PseudonymKey, References};
use super::error::{PullError, temporary_failed};
use super::find::{Extract, Origins};
use super::parse::version_of;
use super::plan::{ExtractStep, refused_artefact};
use super::read::{ObjectReader, PULL_THREAD};
use super::references;
use super::refusal::Refusal;
use super::stage::{self, Staged, Terms};
use crate::definition::{CodeLists, Contract, Project};
use crate::observe::{Cancel, Event, Observers, Stage, Warning};
use crate::store::{ArtefactDraft, ArtefactRecord, Provenance, Store};

/// Threads beyond which an extract gets no faster, since one reads its bytes.
const MOST_THREADS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(7);

/// Where extracts come from and go to, and what they are held to.
#[derive(Debug, Clone, Copy)]
pub struct Puller<'a> {
    /// The contracts.
    pub project: &'a Project,
    /// Where extracts lie.
    pub origins: &'a Origins,
    /// The codes of the reference lists.
    pub code_lists: &'a CodeLists,
    /// Where staged tables go.
    pub store: &'a Store,
    /// What CPR numbers become pseudonyms by.
    pub key: &'a PseudonymKey,
    /// Who hears what becomes of the extracts.
    pub observers: &'a Observers,
}

/// What an extract would become now.
#[derive(Debug)]
pub enum Replayed {
    /// It would be staged, with so many rows rejected.
    Staged(u64),
    /// It would be refused.
    Refused(Refusal),
}

impl Puller<'_> {
    /// Stages the extracts, several at once; those that others refer to first. Tells how long each took.
    ///
    /// # Errors
    /// All that went wrong, one error an extract; the other extracts are staged nevertheless.
    pub async fn pull(self, steps: Vec<ExtractStep>) -> Result<Vec<(ArtefactRecord, Duration)>, Vec<PullError>> {
        let _begun = self.observers.begin(Stage::Pull, steps.len());
        let (mut staged, mut failures) = (Vec::new(), Vec::new());
        let (alone, referring): (Vec<_>, Vec<_>) = steps.into_iter().partition(|step| step.refers_to.is_empty());
        for round in [alone, referring] {
            let results: Vec<_> = stream::iter(round)
                .map(|step| async move {
                    let begun = Instant::now();
                    let result = self.pull_one(&step).await.map(|record| (record, begun.elapsed()));
                    self.observers.tell(&outcome(&step, &result));
                    result
                })
                .buffered(self.project.environment.resources.parallel_extracts.max(1))
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

    async fn pull_one(self, step: &ExtractStep) -> Result<ArtefactRecord, PullError> {
        let ExtractStep { extract, artefact, .. } = step;
        let Some(contract) = self.project.contracts.get(&extract.source) else {
            unreachable!("an extract is found by the contract of its source");
        };
        let staged = self.stage(step, contract).await?;
        for column in &staged.strangers {
            let (source, file, column) = (contract.name.clone(), extract.file.clone(), column.clone());
            self.observers.tell(&Event::Warned(Warning::ColumnLeftOut { source, file, column }));
        }
        if !staged.other_types.is_empty() && staged.refusal.is_none() {
            let (source, file) = (contract.name.clone(), extract.file.clone());
            let types = staged.other_types.iter().map(|(name, count)| (name.clone(), *count)).collect();
            self.observers.tell(&Event::Warned(Warning::OtherRecordTypes { source, file, types }));
        }
        let counts = counts_table(&staged.counts, extract, contract)?;
        let target = if staged.refusal.is_some() { refused_artefact(artefact) } else { artefact.clone() };
        let mut draft = ArtefactDraft::new(self.store, target);
        for (name, table) in &staged.tables {
            draft.add(name, table).await?;
        }
        draft.add(REJECTS_TABLE, &staged.rejects).await?;
        draft.add(QUALITY_TABLE, &counts).await?;
        let record = draft.complete(provenance(extract, contract, staged.version.clone())).await?;
        match staged.refusal {
            None => Ok(record),
            Some(refusal) => Err(PullError::Refused {
                source_name: contract.name.clone(),
                file: match staged.version {
                    Some(version) => format!("{}, read as version `{version}`", extract.file),
                    None => extract.file.clone(),
                },
                refusal: Box::new(refusal),
            }),
        }
    }

    /// What an extract would become under its contract as it is now, without writing anything.
    ///
    /// # Errors
    /// The extract can't be read.
    pub async fn replay(self, step: &ExtractStep, contract: &Contract) -> Result<Replayed, PullError> {
        let staged = self.stage(step, contract).await?;
        Ok(staged.refusal.map_or(Replayed::Staged(staged.rejects.entry().rows), Replayed::Refused))
    }

    /// Checks an extract on a thread of its own.
    async fn stage(self, step: &ExtractStep, contract: &Contract) -> Result<Staged, PullError> {
        if let Some(reason) = &step.extract.fault {
            return Err(PullError::Unreadable { what: step.extract.file.clone(), reason: reason.clone() });
        }
        let references = references::read(self.store, step, contract).await?;
        let (objects, path) = self.origins.object(contract, &step.extract.file);
        // Dropping this future, as an error or a signal does, stops the thread too.
        let cancel = Cancel::default();
        let _stop = cancel.on_drop();
        let runtime = Handle::current();
        let open = move || ObjectReader::open(Arc::clone(&objects), path.clone(), &runtime, cancel.clone());
        let task = Task {
            extract: step.extract.clone(),
            contract: contract.clone(),
            code_lists: self.code_lists.clone(),
            references,
            key: self.key.clone(),
        };
        // Not one of the runtime's threads for blocking work: those fetch what this one waits for.
        let (done, result) = oneshot::channel();
        let thread = thread::Builder::new().name(PULL_THREAD.to_owned());
        let thread = thread.spawn(move || drop(done.send(task.run(open)))).map_err(temporary_failed)?;
        match (result.await, thread.join()) {
            (Ok(staged), _) => staged,
            (Err(_), Err(panic)) => std::panic::resume_unwind(panic),
            (Err(_), Ok(())) => unreachable!("a thread sends its result before it ends"),
        }
    }
}

/// What a thread takes along that stages one extract.
struct Task {
    extract: Extract,
    contract: Contract,
    code_lists: CodeLists,
    references: References,
    key: PseudonymKey,
}

impl Task {
    fn run(&self, open: impl Fn() -> ObjectReader) -> Result<Staged, PullError> {
        let (contract, unparsed) = match version_of(&open, &self.extract.file, &self.contract) {
            Ok(None) => (Cow::Borrowed(&self.contract), None),
            Ok(Some(version)) => (Cow::Owned(self.contract.in_version(version)), None),
            Err(stop) => (Cow::Borrowed(&self.contract), Some(stop)),
        };
        let mut bytes = open();
        let known = Known { code_lists: &self.code_lists, references: &self.references };
        let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN).min(MOST_THREADS);
        let terms = Terms { extract: &self.extract, contract: &contract, known, key: &self.key, threads };
        let staged = match unparsed {
            None => stage::stage(&mut bytes, terms)?,
            Some(stop) => stage::unparsed(stop, terms)?,
        };
        let unreadable = |reason| PullError::Unreadable { what: self.extract.file.clone(), reason };
        match bytes.digest() {
            Ok(digest) if digest == self.extract.sha256 => Ok(staged),
            // Its artefact would be named by the bytes of another file.
            Ok(_) => Err(unreadable("it changed while it was read".to_owned())),
            Err(error) => Err(unreadable(error.to_string())),
        }
    }
}

/// What became of an extract.
fn outcome(step: &ExtractStep, result: &Result<(ArtefactRecord, Duration), PullError>) -> Event {
    let Extract { source, file, .. } = &step.extract;
    match result {
        Ok((record, took)) => {
            let rejected = record.tables.get(REJECTS_TABLE).map_or(0, |table| table.rows);
            Event::Staged { source: source.clone(), file: file.clone(), rejected, took: *took }
        }
        Err(_) => Event::Failed { stage: Stage::Pull, what: file.clone() },
    }
}

fn provenance(extract: &Extract, contract: &Contract, version: Option<String>) -> Provenance {
    Provenance::Extract {
        file: extract.file.clone(),
        sha256: extract.sha256,
        contract: contract.digest,
        version,
        year: extract.year,
        extract_date: extract.extract_date,
        synthetic: extract.synthetic,
        sample: extract.sample.millionths(),
    }
}
