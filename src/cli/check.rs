//! `check`: definitions and SQL against the contracts, without reading data.

use super::Context;
use super::build::Checked;
use super::error::CliError;
use super::output::Answer;
use crate::pull::code_lists;

pub(super) async fn check(context: &Context, pipelines: &[String]) -> Result<Answer, CliError> {
    // A list that can't be read lets no code pass.
    code_lists(&context.project).await?;
    let mut rows = Vec::new();
    for pipeline in context.pipelines(pipelines)? {
        let checked = Checked::new(context, pipeline).await?;
        rows.push([
            pipeline.name.clone().into(),
            pipeline.sources.len().into(),
            checked.graph.models.len().into(),
            checked.graph.audits.len().into(),
            checked.dataset.tables.len().into(),
        ]);
    }
    Ok(Answer::rows(["pipeline", "sources", "models", "audits", "published tables"], rows))
}
