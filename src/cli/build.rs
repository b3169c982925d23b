//! A pipeline with everything about it known, and nothing done yet.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt, stream};

use super::Context;
use super::error::CliError;
use crate::definition::{Dataset, Pipeline, Project, Sensitivity};
use crate::derive::{Catalogue, DeriveError, Graph, Plan, check, plan_steps};
use crate::engine::Engine;
use crate::pull::{self, Extract, Located, Origins, PseudonymKey, Staged, Unread};
use crate::store::{Artefact, ArtefactRecord, Store};

/// Questions to the store that are asked at once.
const AT_ONCE: usize = 16;

/// The checked definitions of a pipeline: enough to plan without extracts.
pub(super) struct Checked<'a> {
    pub(super) project: &'a Project,
    pub(super) pipeline: &'a Pipeline,
    pub(super) dataset: &'a Dataset,
    pub(super) engine: Engine,
    pub(super) graph: Graph,
    pub(super) catalogue: Catalogue,
}

impl<'a> Checked<'a> {
    pub(super) async fn new(context: &'a Context, pipeline: &'a Pipeline) -> Result<Self, CliError> {
        let project = &context.project;
        let Some(dataset) = project.datasets.get(&pipeline.dataset) else { return Err(CliError::Bug) };
        let engine = engine(context)?;
        let (graph, catalogue) = check(project, pipeline, dataset, &engine).await?;
        Ok(Self { project, pipeline, dataset, engine, graph, catalogue })
    }
}

/// The engine over the context's store.
pub(super) fn engine(context: &Context) -> Result<Engine, CliError> {
    Engine::new(&context.store, context.project.environment.resources)
        .map_err(|source| DeriveError::Engine(Box::new(source)).into())
}

/// A pipeline with its extracts located and digested.
pub(super) struct Build<'a> {
    pub(super) checked: Checked<'a>,
    pub(super) store: &'a Store,
    pub(super) origins: Origins,
    pub(super) key: PseudonymKey,
    pub(super) staged: Vec<Staged>,
    pub(super) unread: Vec<Unread>,
}

impl<'a> Build<'a> {
    pub(super) async fn new(context: &'a Context, pipeline: &'a Pipeline) -> Result<Self, CliError> {
        let checked = Checked::new(context, pipeline).await?;
        let origins = Origins::open(checked.project).await?;
        let Located { extracts, unread } = origins.locate(checked.project, pipeline).await?;
        let key = pseudonym_key(checked.project, &extracts)?;
        let staged = pull::staged(extracts, checked.project, origins.code_lists(), &key);
        Ok(Self { checked, store: &context.store, origins, key, staged, unread })
    }

    /// The steps, by key; nothing is read for it.
    pub(super) fn plan(&self) -> Plan<'_> {
        plan_steps(&self.checked.graph, self.checked.pipeline, &self.staged)
    }

    /// Those of `artefacts` that are complete in the store.
    async fn records(&self, artefacts: Vec<Artefact>) -> Result<BTreeMap<Artefact, ArtefactRecord>, CliError> {
        let answers: Vec<_> = stream::iter(artefacts)
            .map(|artefact| async move {
                let record = self.store.whole(&artefact).await?;
                Ok::<_, CliError>(record.map(|record| (artefact, record)))
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(answers.into_iter().flatten().collect())
    }

    /// The extracts that are staged.
    pub(super) async fn staged_records(&self) -> Result<BTreeMap<Artefact, ArtefactRecord>, CliError> {
        self.records(self.staged.iter().map(|staged| staged.artefact.clone()).collect()).await
    }

    /// Those of `artefacts` that are not complete in the store.
    pub(super) async fn missing(&self, artefacts: Vec<Artefact>) -> Result<BTreeSet<Artefact>, CliError> {
        let there = self.records(artefacts.clone()).await?;
        Ok(artefacts.into_iter().filter(|artefact| !there.contains_key(artefact)).collect())
    }

    pub(super) fn is_synthetic(&self) -> bool {
        self.staged.iter().any(|staged| staged.extract.synthetic)
    }
}

/// The key for pseudonyms. One real extract among synthetic ones is enough to need a secret.
fn pseudonym_key(project: &Project, extracts: &[Extract]) -> Result<PseudonymKey, CliError> {
    let is_personal = |extract: &&Extract| {
        project.contracts.get(&extract.source).is_some_and(|contract| contract.sensitivity == Sensitivity::Person)
    };
    let real = extracts.iter().filter(is_personal).find(|extract| !extract.synthetic);
    Ok(PseudonymKey::from_env(&project.environment.pseudonym_key.env, real)?)
}
