//! The plan of a job: one list of what there is to make and of what is there. It is decided here and nowhere else.

use std::collections::BTreeMap;

use super::{Build, JobError};
use crate::derive::{Step, Steps};
use crate::observe::Stage;
use crate::publish::{LeftOut, PublishedVersion};
use crate::pull::{Delivery, ExtractStep};
use crate::store::{Artefact, ArtefactKey, ArtefactRecord, Commit, Hold, StoreError, VersionLog};

/// The stages that a job goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stages {
    first: Stage,
    pub(super) last: Stage,
}

impl Stages {
    /// One after the other.
    pub const ALL: Self = Self { first: Stage::Pull, last: Stage::Publish };

    /// One alone: those before it have to be done.
    pub fn only(stage: Stage) -> Self {
        Self { first: stage, last: stage }
    }

    /// Whether the job goes through a stage.
    pub fn has(self, stage: Stage) -> bool {
        self.first <= stage && stage <= self.last
    }
}

/// What a task makes.
#[derive(Debug, Clone, Copy)]
pub enum What<'a> {
    /// The staged tables of an extract.
    Extract(&'a ExtractStep),
    /// The table of a model, for one year or for all.
    Step(&'a Step),
    /// The dataset's version, of this key.
    Version(ArtefactKey),
}

/// Why a model or table is left out.
const NOTHING_THERE: &str = "nothing is there of what it needs";

/// One thing that a pipeline makes.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// The thing.
    pub what: What<'a>,
    /// Whether it is in the store already.
    pub is_done: bool,
}

/// What becomes of the dataset's version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publication {
    /// The latest version is this one, and nothing of it is missing.
    UpToDate(Commit),
    /// The latest version is this one, and files of it are gone or cut.
    Again(Commit),
    /// A new version, the one after the latest.
    After(Option<Commit>),
    /// None: the latest version restores another content, and nobody has released it.
    Held(Hold),
}

/// What a pipeline makes, in the order in which it is made.
#[derive(Debug)]
pub struct Plan<'a> {
    /// What it is the plan of.
    pub build: &'a Build<'a>,
    pub(super) steps: &'a Steps<'a>,
    /// All tasks up to the last stage that is looked at.
    pub(super) tasks: Vec<Task<'a>>,
    /// The records of the extracts that are staged.
    pub(super) staged: BTreeMap<Artefact, ArtefactRecord>,
    /// What becomes of the version; `None` where nobody asks.
    pub(super) publication: Option<Publication>,
}

impl<'a> Plan<'a> {
    /// Looks up what the store has, up to the stage `last`.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn new(build: &'a Build<'a>, steps: &'a Steps<'a>, last: Stage) -> Result<Self, JobError> {
        let staged = build.staged_records().await?;
        let mut tasks: Vec<Task<'a>> = build
            .staged
            .iter()
            .map(|it| Task { what: What::Extract(it), is_done: staged.contains_key(&it.artefact) })
            .collect();
        if last >= Stage::Derive {
            let artefacts = steps.all().iter().map(|step| step.artefact.clone()).collect();
            let derived = build.context.store.complete(artefacts).await?;
            let is_done = |step: &Step| derived.contains(&step.artefact);
            tasks.extend(steps.all().iter().map(|step| Task { what: What::Step(step), is_done: is_done(step) }));
        }
        let mut publication = None;
        if last >= Stage::Publish {
            let key = build.release(steps).key();
            let decided = publish(build, key).await?;
            let is_done = matches!(decided, Publication::UpToDate(_));
            tasks.push(Task { what: What::Version(key), is_done });
            publication = Some(decided);
        }
        Ok(Self { build, steps, tasks, staged, publication })
    }

    /// The sources, models, tables and audits that are left out, with the stage that goes without them and why.
    pub fn left_out(&self) -> Vec<(Stage, String, &'static str)> {
        let build = self.build;
        let sources =
            build.availability.sources().filter(|(_, years)| years.values().all(|it| *it == Delivery::LeftOut));
        let sources = sources.map(|(source, _)| (Stage::Pull, source.to_owned(), "the pipeline goes without it"));
        let models = build.held.fallen().map(|model| (Stage::Derive, model.to_owned(), NOTHING_THERE));
        let LeftOut { tables, audits } = build.release(self.steps).left_out();
        let tables = tables.into_iter().map(|table| (Stage::Publish, table, NOTHING_THERE));
        let audits = audits
            .into_iter()
            .map(|audit| (Stage::Publish, audit, "it can't judge: a table that it reads is left out"));
        sources.chain(models).chain(tables).chain(audits).collect()
    }

    /// The tasks of a stage.
    pub(super) fn of(&self, stage: Stage) -> impl Iterator<Item = &Task<'a>> {
        self.tasks.iter().filter(move |task| task.what.stage() == stage)
    }
}

impl What<'_> {
    /// The stage that makes it.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Extract(_) => Stage::Pull,
            Self::Step(_) => Stage::Derive,
            Self::Version(_) => Stage::Publish,
        }
    }
}

/// What becomes of the version of a key. What is published may have lost files.
async fn publish(build: &Build<'_>, key: ArtefactKey) -> Result<Publication, JobError> {
    let (store, dataset) = (&build.context.store, &build.compiled.dataset.name);
    let log = VersionLog::new(store, dataset);
    log.check_gaps().await?;
    let latest = match log.latest().await? {
        Some(latest) if latest.key == key => latest,
        Some(latest) => {
            let Some(hold) = log.hold(&latest).await? else { return Ok(Publication::After(Some(latest))) };
            // The definitions of today make another content: no run can make these files again.
            let fault = PublishedVersion::of(store, dataset, latest).await?.fault(store).await?;
            return fault.map_or(Ok(Publication::Held(hold)), |fault| Err(fault.into()));
        }
        None => return Ok(Publication::After(None)),
    };
    let is_whole = match PublishedVersion::of(store, dataset, latest.clone()).await {
        Ok(version) => version.fault(store).await?.is_none(),
        Err(StoreError::Gone { .. }) => false,
        Err(error) => return Err(error.into()),
    };
    Ok(if is_whole { Publication::UpToDate(latest) } else { Publication::Again(latest) })
}
