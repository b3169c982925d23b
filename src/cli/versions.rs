//! `versions`: what is published.

use super::Context;
use super::error::CliError;
use super::output::Answer;
use crate::publish::read_manifest;
use crate::store::VersionLog;

pub(super) async fn versions(context: &Context, pipeline: Option<&String>) -> Result<Answer, CliError> {
    let dataset = &context.pipeline(pipeline)?.dataset;
    let mut rows = Vec::new();
    for version in VersionLog::new(&context.store, dataset).numbers().await? {
        let Some((commit, manifest)) = read_manifest(&context.store, dataset, Some(version)).await? else { continue };
        let warnings = manifest.audits.values().filter(|audit| audit.offences > 0).count();
        rows.push([
            commit.version.to_string().into(),
            commit.folder.into(),
            commit.committed_at.into(),
            format!("{}-{}", manifest.years.0, manifest.years.1).into(),
            manifest.tables.values().map(|table| table.entry.rows).sum::<u64>().into(),
            warnings.into(),
            if manifest.synthetic { "synthetic".into() } else { "real".into() },
        ]);
    }
    Ok(Answer::rows(["version", "folder", "committed at", "years", "rows", "warnings", "data"], rows))
}
