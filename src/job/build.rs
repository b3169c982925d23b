//! A pipeline with everything about it known, and nothing done yet.

use std::collections::BTreeMap;

use futures::{StreamExt, TryStreamExt, stream};

use super::{Compiled, Context, JobError};
use crate::definition::{CodeLists, Pipeline, Project, Sensitivity};
use crate::derive::{Steps, plan_steps};
use crate::publish::Release;
use crate::pull::{self, Extract, ExtractStep, Located, Origins, PseudonymKey, Puller, Unread};
use crate::store::{Artefact, ArtefactRecord, Digests};

/// Questions to the store that are asked at once.
const AT_ONCE: usize = 16;

/// A pipeline with its SQL planned, its extracts located and digested, and the keys of all that it stages.
#[derive(Debug)]
pub struct Build<'a> {
    /// What the job was given.
    pub context: &'a Context,
    /// The definitions.
    pub compiled: Compiled<'a>,
    origins: Origins,
    code_lists: CodeLists,
    key: PseudonymKey,
    /// The digests of the extracts' files, remembered and new.
    pub(super) digests: Digests,
    /// The extracts, with the artefacts that they become.
    pub staged: Vec<ExtractStep>,
    /// The files among the extracts that nothing reads.
    pub unread: Vec<Unread>,
}

impl<'a> Build<'a> {
    /// Plans the SQL of a pipeline, and digests its extracts.
    ///
    /// # Errors
    /// The SQL does not fit, an extract is missing or can't be read, or there is no key for pseudonyms.
    pub async fn new(context: &'a Context, pipeline: &'a Pipeline) -> Result<Self, JobError> {
        let compiled = Compiled::new(context, pipeline).await?;
        let code_lists = pull::code_lists(compiled.project).await?;
        let entries = pull::gathered_entries(compiled.project, &code_lists).await?;
        let origins = Origins::open(compiled.project, entries)?;
        let digests = Digests::read(&context.store).await;
        let located = origins.locate(compiled.project, pipeline, &digests, &context.observers).await;
        let Located { extracts, unread } = located?;
        let key = pseudonym_key(compiled.project, &extracts)?;
        let staged = pull::plan(extracts, compiled.project, &code_lists, &key);
        Ok(Self { context, compiled, origins, code_lists, key, digests, staged, unread })
    }

    /// The models' steps, by key; nothing is read for it.
    pub fn steps(&self) -> Steps<'_> {
        plan_steps(&self.compiled.graph, self.compiled.pipeline, &self.staged)
    }

    /// What the extracts are pulled with.
    pub(super) fn puller(&self) -> Puller<'_> {
        let Self { context, compiled, origins, code_lists, key, .. } = self;
        let Context { store, observers, .. } = context;
        Puller { project: compiled.project, origins, code_lists, store, key, observers }
    }

    /// What the dataset's version is made of.
    pub(super) fn release<'s>(&'s self, steps: &'s Steps<'s>) -> Release<'s> {
        let Compiled { pipeline, dataset, graph, catalogue, engine, .. } = &self.compiled;
        Release { pipeline, dataset, graph, catalogue, staged: &self.staged, steps, engine, store: &self.context.store }
    }

    /// The extracts that are staged, with their records.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) async fn staged_records(&self) -> Result<BTreeMap<Artefact, ArtefactRecord>, JobError> {
        let answers: Vec<_> = stream::iter(&self.staged)
            .map(|ExtractStep { artefact, .. }| async move {
                let record = self.context.store.whole(artefact).await?;
                Ok::<_, JobError>(record.map(|record| (artefact.clone(), record)))
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(answers.into_iter().flatten().collect())
    }
}

/// The key for pseudonyms. One real extract among synthetic ones is enough to need a secret.
fn pseudonym_key(project: &Project, extracts: &[Extract]) -> Result<PseudonymKey, JobError> {
    let is_personal = |extract: &&Extract| {
        project.contracts.get(&extract.source).is_some_and(|contract| contract.sensitivity == Sensitivity::Person)
    };
    let real = extracts.iter().filter(is_personal).find(|extract| !extract.synthetic);
    Ok(PseudonymKey::from_env(&project.environment.pseudonym_key.env, real)?)
}
