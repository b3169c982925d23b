//! Checking definitions and SQL against the contracts, without reading an extract.

use std::collections::BTreeSet;

use super::{Compiled, Context, JobError};
use crate::definition::Pipeline;
use crate::pull::check_definitions;

/// A pipeline in which nothing is wrong, in numbers.
#[derive(Debug)]
pub struct Checked<'a> {
    /// The pipeline.
    pub pipeline: &'a Pipeline,
    /// Its models.
    pub models: usize,
    /// Its audits.
    pub audits: usize,
    /// Its published tables.
    pub published: usize,
    /// The project's sources that no pipeline uses. They are no error: one may be described ahead of its first delivery.
    pub unused: Vec<&'a str>,
}

/// Checks pipelines, and the project's own lists and goals.
///
/// # Errors
/// All that is wrong.
pub async fn check<'a>(context: &'a Context, pipelines: &[String]) -> Result<Vec<Checked<'a>>, JobError> {
    let mut errors = Vec::new();
    if let Err(wrong) = check_definitions(&context.project).await {
        errors.push(JobError::from(wrong));
    }
    let used: BTreeSet<&String> = context.project.pipelines.values().flat_map(|pipeline| &pipeline.sources).collect();
    let described = context.project.contracts.keys();
    let unused: Vec<&str> = described.filter(|source| !used.contains(source)).map(String::as_str).collect();
    let mut checked = Vec::new();
    for pipeline in context.pipelines(pipelines)? {
        match Compiled::new(context, pipeline).await {
            Ok(compiled) => checked.push(Checked {
                pipeline,
                models: compiled.graph.models.len(),
                audits: compiled.graph.audits.len(),
                published: compiled.dataset.tables.len(),
                unused: unused.clone(),
            }),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(checked) } else { Err(JobError::Several(errors)) }
}
