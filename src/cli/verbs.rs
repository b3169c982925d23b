//! The commands: each calls a job, and puts its answer in words.

use clap::Subcommand;
use jiff::Zoned;
use serde_json::Value;

use super::error::CliError;
use super::view::{self, Answer};
use crate::job::{self, Closer, Context, Demand, JobError, Plan, Rejects, Stage, Stages};
use crate::observe::printable;
use crate::publish::PublishedVersion;
use crate::pull::Replayed;
use crate::store::VersionNumber;

/// The version that a command is about.
#[derive(Debug, clap::Args)]
pub(super) struct OfVersion {
    /// The version; the latest if none is given
    #[arg(long)]
    pub(super) version: Option<VersionNumber>,
}

/// What a stage demands of the extracts.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Demanded {
    /// Do nothing where an extract is awaited, and end with 4, instead of holding back what needs it
    #[arg(long)]
    complete: bool,
}

impl From<Demanded> for Demand {
    fn from(demanded: Demanded) -> Self {
        if demanded.complete { Self::Everything } else { Self::WhatIsThere }
    }
}

/// What `status` looks at closer.
#[derive(Debug, clap::Args)]
pub(super) struct CloserLook {
    /// A goal, as u4: its indicators year by year
    #[arg(long)]
    goal: Option<String>,
    /// A geography, as DK, 1084 or 751
    #[arg(long)]
    geo: Option<String>,
}

/// What to do with rejected rows.
#[derive(Debug, Subcommand)]
pub(super) enum RejectsAction {
    /// Count them by source, file, column and rule
    List,
    /// Show the rows of a source
    Show {
        /// The source
        source: String,
        /// Rows at the most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Check a source's extracts again under its present contract, and count what would be rejected now
    Replay {
        /// The source
        source: String,
    },
}

pub(super) async fn run(
    context: &Context,
    pipelines: &[String],
    stages: Stages,
    demand: Demanded,
) -> Result<Answer, CliError> {
    let mut rows = Vec::new();
    for pipeline in context.pipelines(pipelines)? {
        let done = job::run(context, pipeline, stages, demand.into()).await?;
        rows.extend(done.iter().map(|done| view::done(&pipeline.name, done)));
    }
    Ok(Answer::rows(view::DONE, rows))
}

pub(super) async fn pull(context: &Context, pipelines: &[String], demand: Demanded) -> Result<Answer, CliError> {
    let mut rows = Vec::new();
    for pipeline in context.pipelines(pipelines)? {
        rows.extend(job::pull(context, pipeline, demand.into()).await?.iter().map(view::pulled));
    }
    Ok(Answer::rows(view::PULLED, rows))
}

pub(super) async fn plan(context: &Context, pipelines: &[String]) -> Result<Answer, CliError> {
    let mut rows = Vec::new();
    for pipeline in context.pipelines(pipelines)? {
        let build = job::Build::new(context, pipeline).await?;
        let steps = build.steps();
        let plan = Plan::new(&build, &steps, Stage::Publish).await?;
        rows.extend(view::planned(&plan, &plan.reasons().await?));
    }
    Ok(Answer::rows(view::PLANNED, rows))
}

pub(super) async fn check(context: &Context, pipelines: &[String]) -> Result<Answer, CliError> {
    let checked = job::check(context, pipelines).await?;
    let row = |checked: &job::Checked<'_>| {
        [
            checked.pipeline.name.clone().into(),
            checked.pipeline.sources.len().into(),
            checked.models.into(),
            checked.audits.into(),
            checked.published.into(),
            checked.unused.join(", ").into(),
        ]
    };
    let columns = ["pipeline", "sources", "models", "audits", "published tables", "described, not used"];
    Ok(Answer::rows(columns, checked.iter().map(row).collect()))
}

pub(super) async fn status(
    context: &Context,
    pipeline: Option<&String>,
    OfVersion { version }: OfVersion,
    look: CloserLook,
) -> Result<Answer, CliError> {
    let pipeline = context.pipeline(pipeline)?;
    let CloserLook { goal, geo } = look;
    if goal.is_some() || geo.is_some() {
        return Ok(Answer::Rows(job::closer(context, pipeline, version, &Closer { goal, geo }).await?));
    }
    let job::Standing { version: PublishedVersion { commit, manifest }, hold, rows, hidden } =
        job::standing(context, pipeline, version).await?;
    eprintln!(
        "{} version {}{}",
        manifest.dataset,
        commit.version,
        if manifest.synthetic { ": SYNTHETIC figures, of no real country" } else { "" }
    );
    match (hold, commit.restores) {
        (Some(hold), _) => eprintln!("{}", printable(&hold.to_string())),
        (None, Some(restored)) => eprintln!("version {} restores version {}", commit.version, restored.version),
        (None, None) => {}
    }
    eprintln!("{}", view::hidden(&hidden));
    Ok(view::standing(&rows.rows))
}

pub(super) async fn indicator(
    context: &Context,
    pipeline: Option<&String>,
    OfVersion { version }: OfVersion,
    id: &str,
) -> Result<Answer, CliError> {
    let entry = job::indicator(context, context.pipeline(pipeline)?, version, id).await?;
    Ok(view::indicator(id, &entry))
}

pub(super) async fn sql(
    context: &Context,
    pipeline: Option<&String>,
    OfVersion { version }: OfVersion,
    query: &str,
) -> Result<Answer, CliError> {
    Ok(Answer::Rows(job::query(context, context.pipeline(pipeline)?, version, query).await?))
}

/// Lists the sources of a pipeline, or shows one as a data dictionary.
pub(super) async fn sources(
    context: &Context,
    pipeline: Option<&String>,
    source: Option<&String>,
) -> Result<Answer, CliError> {
    let pipeline = context.pipeline(pipeline)?;
    let Some(name) = source else {
        return Ok(view::sources(&job::sources(context, pipeline).await?, Zoned::now().date()));
    };
    let contracts = &context.project.contracts;
    let unknown = || JobError::unknown("source", name, contracts.keys().map(String::as_str));
    let contract = contracts.get(name).ok_or_else(unknown)?;
    eprintln!("{}\n", view::heading(contract));
    Ok(view::dictionary(contract))
}

pub(super) async fn rejects(
    context: &Context,
    pipeline: Option<&String>,
    action: Option<RejectsAction>,
) -> Result<Answer, CliError> {
    let rejects = Rejects::find(context, context.pipeline(pipeline)?).await?;
    match action.unwrap_or(RejectsAction::List) {
        RejectsAction::List => Ok(Answer::Rows(rejects.list().await?)),
        RejectsAction::Show { source, limit } => Ok(Answer::Rows(rejects.show(&source, limit).await?)),
        RejectsAction::Replay { source } => {
            let replays = rejects.replay(&source).await?;
            let before: u64 = replays.iter().map(|replay| replay.before).sum();
            let rejected = |replay: &job::Replay| match &replay.now {
                Replayed::Staged(rows) => Some(*rows),
                Replayed::Refused(_) => None,
            };
            match replays.iter().map(rejected).sum::<Option<u64>>() {
                None => {
                    eprintln!(
                        "`maaltal run` would refuse an extract: change the contract, or ask whoever delivers it\n"
                    )
                }
                Some(now) if now == before => eprintln!("the same rows are rejected under the present contract\n"),
                Some(_) => eprintln!(
                    "nothing is written: `maaltal run` stages `{source}` anew, derives what reads it, and publishes\n"
                ),
            }
            let row = |replay: job::Replay| {
                let now: Value = match replay.now {
                    Replayed::Staged(rows) => rows.into(),
                    Replayed::Refused(refusal) => format!("refused: {refusal}").into(),
                };
                [replay.file.into(), replay.before.into(), now]
            };
            Ok(Answer::rows(["file", "rejected before", "rejected now"], replays.into_iter().map(row).collect()))
        }
    }
}
