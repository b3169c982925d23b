//! `run`, `pull`, `derive` and `publish`: the stages, alone or in a row.

use serde_json::Value;
use tracing::warn;

use super::Context;
use super::build::Build;
use super::error::CliError;
use super::output::Answer;
use crate::definition::Pipeline;
use crate::derive;
use crate::publish::{
    AuditResult, PublishError, Published, Release, assemble, audit, dataset_key, keep_candidate, mend_latest,
};
use crate::pull;
use crate::store::{Commit, VersionLog};

/// The stages to go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stages {
    first: Stage,
    last: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Pull,
    Derive,
    Publish,
}

impl Stages {
    pub(super) const ALL: Self = Self { first: Stage::Pull, last: Stage::Publish };
    pub(super) const PULL: Self = Self { first: Stage::Pull, last: Stage::Pull };
    pub(super) const DERIVE: Self = Self { first: Stage::Derive, last: Stage::Derive };
    pub(super) const PUBLISH: Self = Self { first: Stage::Publish, last: Stage::Publish };

    fn has(self, stage: Stage) -> bool {
        self.first <= stage && stage <= self.last
    }
}

/// Goes through the stages of the pipelines.
pub(super) async fn run(context: &Context, pipelines: &[String], stages: Stages) -> Result<Answer, CliError> {
    let mut rows = Vec::new();
    for pipeline in context.pipelines(pipelines)? {
        rows.extend(run_pipeline(context, pipeline, stages).await?);
    }
    Ok(Answer::rows(["pipeline", "stage", "result", "done", "skipped"], rows))
}

async fn run_pipeline(context: &Context, pipeline: &Pipeline, stages: Stages) -> Result<Vec<[Value; 5]>, CliError> {
    let build = Build::new(context, pipeline).await?;
    let row = |stage: &str, result: String, done: usize, skipped: usize| -> [Value; 5] {
        [pipeline.name.clone().into(), stage.into(), result.into(), done.into(), skipped.into()]
    };
    let plan = build.plan();
    let dataset = build.checked.dataset;
    let key = dataset_key(dataset, &build.checked.graph, &plan);
    let latest = VersionLog::new(&context.store, &dataset.name).latest().await?;
    if stages.has(Stage::Publish)
        && let Some(latest) = latest.as_ref().filter(|latest| latest.key == key)
    {
        mend_latest(&context.store, &dataset.name, latest).await;
        let tables = dataset.tables.len();
        return Ok(vec![row("publish", format!("up to date: version {}", latest.version), 0, tables)]);
    }

    let mut rows = Vec::new();
    let to_pull = build.missing(build.staged.iter().map(|staged| staged.artefact.clone()).collect()).await?;
    if stages.has(Stage::Pull) {
        let (done, skipped) = (to_pull.len(), build.staged.len() - to_pull.len());
        let todo: Vec<_> = build.staged.iter().filter(|staged| to_pull.contains(&staged.artefact)).collect();
        let extracts = todo.iter().map(|staged| (staged.extract.clone(), staged.artefact.clone())).collect();
        let records =
            pull::pull(&context.project, &build.origins, &context.store, &build.key, extracts, &context.progress)
                .await?;
        let rejected: u64 =
            records.iter().filter_map(|record| record.tables.get(pull::REJECTS_TABLE)).map(|it| it.rows).sum();
        let result = match rejected {
            0 => "staged".to_owned(),
            rejected => format!("staged, {rejected} rows rejected: see `maaltal rejects`"),
        };
        rows.push(row("pull", result, done, skipped));
    } else if let Some(missing) = to_pull.first() {
        return Err(CliError::StageMissing { artefact: missing.to_string(), command: "maaltal pull" });
    }

    if stages.last == Stage::Pull {
        return Ok(rows);
    }
    let to_derive = build.missing(plan.steps().iter().map(|step| step.artefact.clone()).collect()).await?;
    if stages.has(Stage::Derive) {
        let todo: Vec<_> = plan.steps().iter().filter(|step| to_derive.contains(&step.artefact)).cloned().collect();
        let checked = &build.checked;
        derive::run(&checked.graph, &checked.catalogue, &checked.engine, &context.store, &todo, &context.progress)
            .await?;
        rows.push(row("derive", "derived".to_owned(), todo.len(), plan.steps().len() - todo.len()));
    } else if let Some(missing) = to_derive.first() {
        return Err(CliError::StageMissing { artefact: missing.to_string(), command: "maaltal derive" });
    }

    if stages.has(Stage::Publish) {
        rows.push(row("publish", publish(&build, &plan, latest.as_ref()).await?, dataset.tables.len(), 0));
    }
    Ok(rows)
}

async fn publish(build: &Build<'_>, plan: &derive::Plan<'_>, base: Option<&Commit>) -> Result<String, CliError> {
    let checked = &build.checked;
    let (dataset, engine) = (checked.dataset, &checked.engine);
    let candidate = assemble(dataset, &checked.graph, &checked.catalogue, plan, engine, build.is_synthetic()).await?;
    let audits = audit(&candidate, &checked.graph, &checked.catalogue, plan, engine).await?;
    let failed: Vec<AuditResult> = audits.iter().filter(|audit| audit.is_failed()).cloned().collect();
    if !failed.is_empty() {
        let candidate = keep_candidate(&candidate, dataset, build.store).await?;
        return Err(PublishError::Audits { failed, candidate }.into());
    }
    for warned in audits.iter().filter(|audit| audit.offences > 0) {
        warn!(
            audit = warned.name,
            offences = warned.offences,
            remedy = warned.remedy,
            "{}",
            warned.in_words().join("\n")
        );
    }
    let release = Release {
        candidate: &candidate,
        audits: &audits,
        dataset,
        pipeline: checked.pipeline,
        staged: &build.staged,
        plan,
    };
    let published = release.commit(base, build.store).await?;
    Ok(match published {
        Published::New(commit) => format!("published version {} as {}", commit.version, commit.folder),
        Published::SameAlready(commit) => format!("version {} was published by another run", commit.version),
    })
}
