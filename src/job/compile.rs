//! A pipeline's definitions with all its SQL planned: what is known without extracts.

use crate::definition::{Dataset, Disclosure, Pipeline, Project};
use crate::derive::{Catalogue, DeriveError, Graph, check};
use crate::engine::Engine;

use super::{Context, JobError};

/// The definitions of a pipeline, its SQL parsed and planned against the contracts.
#[derive(Debug)]
pub struct Compiled<'a> {
    /// The project.
    pub project: &'a Project,
    /// The pipeline.
    pub pipeline: &'a Pipeline,
    /// What it publishes.
    pub dataset: &'a Dataset,
    /// How its figures are protected; `None` for a dataset that is published as it is.
    pub disclosure: Option<&'a Disclosure>,
    /// What its queries run on.
    pub engine: Engine,
    /// Its models and audits.
    pub graph: Graph,
    /// The schema of every table that SQL can name.
    pub catalogue: Catalogue,
}

impl<'a> Compiled<'a> {
    /// Plans all SQL of a pipeline.
    ///
    /// # Errors
    /// All SQL that does not fit, with file and line.
    pub async fn new(context: &'a Context, pipeline: &'a Pipeline) -> Result<Self, JobError> {
        let project = &context.project;
        let Some(dataset) = project.datasets.get(&pipeline.dataset) else {
            unreachable!("a pipeline whose dataset is not described is an error of the project")
        };
        let engine = engine(context)?;
        let (graph, catalogue) = check(project, pipeline, dataset).await?;
        let disclosure = project.disclosures.get(&dataset.name);
        if let Some(mask) = graph.masks.values().next().filter(|_| disclosure.is_none()) {
            return Err(JobError::NoPolicy { dataset: dataset.name.clone(), mask: mask.file.clone() });
        }
        Ok(Self { project, pipeline, dataset, disclosure, engine, graph, catalogue })
    }
}

/// The engine over the context's store.
pub(super) fn engine(context: &Context) -> Result<Engine, JobError> {
    Engine::new(&context.store, context.project.environment.resources)
        .map_err(|source| DeriveError::Engine(Box::new(source)).into())
}
