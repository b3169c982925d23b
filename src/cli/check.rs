//! `check`: definitions and SQL against the contracts, without reading an extract.

use std::collections::BTreeSet;

use super::Context;
use super::build::Checked;
use super::error::CliError;
use super::output::Answer;
use crate::pull::check_definitions;

pub(super) async fn check(context: &Context, pipelines: &[String]) -> Result<Answer, CliError> {
    let mut errors = Vec::new();
    if let Err(wrong) = check_definitions(&context.project).await {
        errors.push(wrong.into());
    }
    let unused = unused(context);
    let mut rows = Vec::new();
    for pipeline in context.pipelines(pipelines)? {
        match Checked::new(context, pipeline).await {
            Ok(checked) => rows.push([
                pipeline.name.clone().into(),
                pipeline.sources.len().into(),
                checked.graph.models.len().into(),
                checked.graph.audits.len().into(),
                checked.dataset.tables.len().into(),
                unused.clone().into(),
            ]),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(CliError::Several(errors));
    }
    Ok(Answer::rows(["pipeline", "sources", "models", "audits", "published tables", "described, not used"], rows))
}

/// The sources that no pipeline uses. They are no error: one may be described ahead of its first delivery.
fn unused(context: &Context) -> String {
    let used: BTreeSet<&String> = context.project.pipelines.values().flat_map(|pipeline| &pipeline.sources).collect();
    let unused: Vec<&str> =
        context.project.contracts.keys().filter(|source| !used.contains(source)).map(String::as_str).collect();
    unused.join(", ")
}
