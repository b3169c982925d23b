//! `run`, `pull`, `derive` and `publish`: the stages, alone or in a row.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;
use tracing::warn;

use super::build::{Build, Checked};
use super::error::CliError;
use super::output::Answer;
use super::{Context, accounts};
use crate::definition::Pipeline;
use crate::derive::{self, Plan};
use crate::publish::{
    AuditResult, PublishError, Published, Release, assemble, audit, dataset_key, is_whole, keep_candidate, mend_latest,
};
use crate::pull;
use crate::store::{Artefact, ArtefactRecord, Commit, StoreError, VersionLog, VersionNumber};

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
    if stages == Stages::PULL {
        let mut rows = Vec::new();
        for pipeline in context.pipelines(pipelines)? {
            let build = Build::new(context, pipeline).await?;
            let pulled = pull(context, &build).await?;
            let accounts = accounts::accounts(&build, &pulled.records).await?;
            rows.extend(accounts::pulled(&build, &accounts, &pulled.seconds));
        }
        return Ok(Answer::rows(accounts::PULLED, rows));
    }
    let mut rows = Vec::new();
    for pipeline in context.pipelines(pipelines)? {
        rows.extend(run_pipeline(context, pipeline, stages).await?);
    }
    Ok(Answer::rows(["pipeline", "stage", "result", "done", "skipped"], rows))
}

/// What a stage did: in words, how many things it made, and how many were there.
struct Done(&'static str, String, usize, usize);

async fn run_pipeline(context: &Context, pipeline: &Pipeline, stages: Stages) -> Result<Vec<[Value; 5]>, CliError> {
    let build = Build::new(context, pipeline).await?;
    let done = run_stages(context, &build, stages).await?;
    let name = || Value::from(pipeline.name.clone());
    Ok(done
        .into_iter()
        .map(|Done(stage, result, made, skipped)| [name(), stage.into(), result.into(), made.into(), skipped.into()])
        .collect())
}

async fn run_stages(context: &Context, build: &Build<'_>, stages: Stages) -> Result<Vec<Done>, CliError> {
    let plan = build.plan();
    let dataset = build.checked.dataset;
    let key = dataset_key(dataset, &build.checked.graph, &plan);
    let latest = VersionLog::new(&context.store, &dataset.name).latest().await?;
    let same = latest.as_ref().filter(|latest| latest.key == key);
    // What is published may have lost files, and so may what it was made from.
    let published = match same {
        Some(latest) if is_whole(&context.store, &dataset.name, latest).await? => Some(latest),
        _ => None,
    };
    let up_to_date =
        |latest: &Commit| Done("publish", format!("up to date: version {}", latest.version), 0, dataset.tables.len());
    if stages.has(Stage::Publish)
        && let Some(latest) = published
        && (!stages.has(Stage::Pull) || is_made(build, &plan).await?)
    {
        mend_latest(&context.store, &dataset.name, latest).await;
        return Ok(vec![up_to_date(latest)]);
    }

    let mut done = Vec::new();
    if stages.has(Stage::Pull) {
        done.push(pull(context, build).await?.in_words(build));
    } else {
        let there = build.staged_records().await?;
        if let Some(missing) = build.staged.iter().find(|staged| !there.contains_key(&staged.artefact)) {
            let artefact = missing.artefact.to_string();
            return Err(CliError::StageMissing { artefact, command: "maaltal pull" });
        }
        compare_deliveries(context, build, &there)?;
    }
    let missing = build.missing(plan.steps().iter().map(|step| step.artefact.clone()).collect()).await?;
    if stages.has(Stage::Derive) {
        done.push(derive(context, build, &plan, &missing).await?);
    } else if let Some(missing) = missing.first() {
        return Err(CliError::StageMissing { artefact: missing.to_string(), command: "maaltal derive" });
    }
    if stages.has(Stage::Publish) {
        done.push(match published {
            Some(latest) => up_to_date(latest),
            None => {
                let version = match (same, &latest) {
                    (Some(same), _) => same.version,
                    (None, Some(latest)) => {
                        let last = || StoreError::LastNumber { dataset: dataset.name.clone() };
                        latest.version.next().ok_or_else(last)?
                    }
                    (None, None) => VersionNumber::FIRST,
                };
                let result = publish(build, &plan, version).await?;
                let result = same.map_or(result, |same| format!("made version {} again", same.version));
                Done("publish", result, dataset.tables.len(), 0)
            }
        });
    }
    Ok(done)
}

/// Whether all that the pipeline makes before it publishes is in the store.
async fn is_made(build: &Build<'_>, plan: &Plan<'_>) -> Result<bool, CliError> {
    let staged = build.staged.iter().map(|staged| staged.artefact.clone());
    let derived = plan.steps().iter().map(|step| step.artefact.clone());
    Ok(build.missing(staged.chain(derived).collect()).await?.is_empty())
}

/// What the extracts became.
struct Pulled {
    /// All of them, those staged before too.
    records: Vec<ArtefactRecord>,
    /// How many were staged now.
    made: usize,
    rejected: u64,
    /// What staging took now, by source.
    seconds: BTreeMap<String, Duration>,
}

impl Pulled {
    fn in_words(&self, build: &Build<'_>) -> Done {
        let result = match self.rejected {
            0 => "staged".to_owned(),
            rejected => format!("staged, {rejected} rows rejected: see `maaltal rejects`"),
        };
        Done("pull", result, self.made, build.staged.len() - self.made)
    }
}

async fn pull(context: &Context, build: &Build<'_>) -> Result<Pulled, CliError> {
    let mut records = build.staged_records().await?;
    let todo: Vec<_> = build.staged.iter().filter(|staged| !records.contains_key(&staged.artefact)).cloned().collect();
    let made = todo.len();
    let new = pull::pull(&context.project, &build.origins, &context.store, &build.key, todo, &context.progress).await?;
    let (mut rejected, mut seconds) = (0, BTreeMap::<String, Duration>::new());
    for (record, time) in new {
        rejected += record.tables.get(pull::REJECTS_TABLE).map_or(0, |table| table.rows);
        *seconds.entry(record.artefact.name.clone()).or_default() += time;
        records.insert(record.artefact.clone(), record);
    }
    compare_deliveries(context, build, &records)?;
    Ok(Pulled { records: records.into_values().collect(), made, rejected, seconds })
}

/// Refuses a delivery that differs too much from the year before, whichever stage is asked for.
fn compare_deliveries(
    context: &Context,
    build: &Build<'_>,
    records: &BTreeMap<Artefact, ArtefactRecord>,
) -> Result<(), CliError> {
    let deliveries: Vec<_> =
        build.staged.iter().filter_map(|staged| Some((staged, records.get(&staged.artefact)?))).collect();
    Ok(pull::compare_deliveries(&context.project, &deliveries)?)
}

async fn derive(
    context: &Context,
    build: &Build<'_>,
    plan: &Plan<'_>,
    missing: &BTreeSet<Artefact>,
) -> Result<Done, CliError> {
    let todo: Vec<_> = plan.steps().iter().filter(|step| missing.contains(&step.artefact)).cloned().collect();
    let Checked { graph, catalogue, engine, .. } = &build.checked;
    derive::run(graph, catalogue, engine, &context.store, &todo, &context.progress).await?;
    Ok(Done("derive", "derived".to_owned(), todo.len(), plan.steps().len() - todo.len()))
}

async fn publish(build: &Build<'_>, plan: &Plan<'_>, version: VersionNumber) -> Result<String, CliError> {
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
    let published = release.commit(version, build.store).await?;
    Ok(match published {
        Published::New(commit) => format!("published version {} as {}", commit.version, commit.folder),
        Published::SameAlready(commit) => format!("version {} was published by another run", commit.version),
    })
}
