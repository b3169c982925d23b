//! Executing a plan: what it lists as not done, stage by stage.

use std::collections::BTreeMap;
use std::time::Duration;

use super::account::accounts;
use super::{Account, Build, Compiled, Context, JobError, Plan, Publication, Stages, Task, What};
use crate::definition::{Contract, Pipeline};
use crate::derive::{Earlier, Runner, Step};
use crate::observe::{Event, Stage, Warning};
use crate::publish::{NotCompared, Published, PublishedVersion, mend_latest, put_back_record};
use crate::pull::{self, ExtractStep, PullError, REJECTS_TABLE, StagedBy};
use crate::store::{
    Artefact, ArtefactRecord, Commit, Digests, Hold, SigningKey, StoreError, VersionLog, VersionNumber,
};

/// What a stage did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// How it ended.
    pub outcome: Outcome,
    /// How many things it made: extracts, steps or tables.
    pub made: usize,
    /// How many were there.
    pub skipped: usize,
}

/// How a stage ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The extracts are staged.
    Staged {
        /// Rows that were rejected just now.
        rejected: u64,
    },
    /// The models are derived.
    Derived,
    /// This version says all that there is to say.
    UpToDate(VersionNumber),
    /// Files of this version were gone, and are there again.
    MadeAgain(VersionNumber),
    /// Nothing was published: this version restores an earlier one and is held, and what there is now differs from it.
    Held(VersionNumber),
    /// A version was published, by this job or by another at the same time.
    Published(Published),
}

impl Outcome {
    /// The stage that ends so.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Staged { .. } => Stage::Pull,
            Self::Derived => Stage::Derive,
            Self::UpToDate(_) | Self::MadeAgain(_) | Self::Held(_) | Self::Published(_) => Stage::Publish,
        }
    }
}

/// Takes a pipeline through stages; what is done is not done again.
///
/// # Errors
/// The first stage that failed, a stage before the first that is not done, or the word to stop.
pub async fn run(
    context: &Context,
    pipeline: &Pipeline,
    stages: Stages,
    demand: Demand,
) -> Result<Vec<Done>, JobError> {
    let work = async {
        // A key that is none ends the job before it has done anything.
        let key = if stages.has(Stage::Publish) { context.signing_key()? } else { None };
        if stages.has(Stage::Publish) {
            put_back_record(&context.store, &pipeline.dataset, &context.observers).await?;
        }
        let build = begin(context, pipeline, demand).await?;
        if stages.has(Stage::Publish) {
            build.compare_with_published().await?;
        }
        let steps = build.steps();
        Plan::new(&build, &steps, stages.last).await?.run(stages, key.as_ref()).await
    };
    context.cancel.stops(work).await.map_err(JobError::Stopped)?
}

/// What a job does where extracts are awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// It does what it can without them.
    WhatIsThere,
    /// It does nothing.
    Everything,
}

/// Builds a pipeline, and tells what is awaited.
async fn begin<'a>(context: &'a Context, pipeline: &'a Pipeline, demand: Demand) -> Result<Build<'a>, JobError> {
    let build = Build::new(context, pipeline).await?;
    match demand {
        Demand::WhatIsThere => build.tell_awaited(),
        Demand::Everything => build.demand_all()?,
    }
    Ok(build)
}

/// What became of a source whose extracts were pulled.
#[derive(Debug)]
pub struct PulledSource<'a> {
    /// The source.
    pub contract: &'a Contract,
    /// All its extracts together, those staged before too.
    pub account: Account,
    /// What staging took just now; `None` where it was all done before.
    pub took: Option<Duration>,
}

/// Pulls a pipeline's extracts, and tells of each source what became of its rows.
///
/// # Errors
/// As [`run`].
pub async fn pull<'a>(
    context: &'a Context,
    pipeline: &'a Pipeline,
    demand: Demand,
) -> Result<Vec<PulledSource<'a>>, JobError> {
    let work = async {
        let build = begin(context, pipeline, demand).await?;
        let steps = build.steps();
        build.digests.write(&context.store).await?;
        let pulled = Plan::new(&build, &steps, Stage::Pull).await?.pull().await?;
        let records: Vec<ArtefactRecord> = pulled.records.into_values().collect();
        let mut accounts = accounts(&build, &records).await?;
        let contracts = context.project.contracts_of(pipeline);
        let source = |contract: &'a Contract| {
            let account = accounts.remove(&contract.name)?;
            Some(PulledSource { contract, account, took: pulled.took.get(&contract.name).copied() })
        };
        Ok(contracts.filter_map(source).collect())
    };
    context.cancel.stops(work).await.map_err(JobError::Stopped)?
}

/// What the extracts became.
struct Pulled {
    /// All of them, those staged before too.
    records: BTreeMap<Artefact, ArtefactRecord>,
    made: usize,
    rejected: u64,
    /// What staging took now, by source.
    took: BTreeMap<String, Duration>,
}

impl Plan<'_> {
    /// Does what is not done in `stages`.
    ///
    /// # Errors
    /// The first stage that failed, or a stage before the first that is not done.
    async fn run(&self, stages: Stages, key: Option<&SigningKey>) -> Result<Vec<Done>, JobError> {
        self.build.digests.write(&self.build.context.store).await?;
        if let Some(Publication::UpToDate(latest)) = &self.publication
            && (!stages.has(Stage::Pull) || self.tasks.iter().all(|task| task.is_done))
        {
            let Context { store, observers, .. } = self.build.context;
            mend_latest(store, &self.build.compiled.dataset.name, latest, observers).await;
            return Ok(vec![self.up_to_date(latest, key)]);
        }
        let mut done = Vec::new();
        if stages.has(Stage::Pull) {
            let Pulled { made, rejected, .. } = self.pull().await?;
            let skipped = self.build.staged.len() - made;
            done.push(Done { outcome: Outcome::Staged { rejected }, made, skipped });
        } else {
            self.require(Stage::Pull, "maaltal pull")?;
            self.compare_deliveries(&self.staged).await?;
        }
        if stages.has(Stage::Derive) {
            done.push(self.derive().await?);
        } else if stages.has(Stage::Publish) {
            self.require(Stage::Derive, "maaltal derive")?;
        }
        if let Some(publication) = self.publication.as_ref().filter(|_| stages.has(Stage::Publish)) {
            done.push(self.publish(publication, key).await?);
        }
        Ok(done)
    }

    /// The extracts that are not staged yet.
    fn extracts_to_do(&self) -> Vec<ExtractStep> {
        let extract = |task: &Task<'_>| match task.what {
            What::Extract(staged) if !task.is_done => Some(staged.clone()),
            _ => None,
        };
        self.tasks.iter().filter_map(extract).collect()
    }

    /// The steps that are not derived yet.
    fn steps_to_do(&self) -> Vec<Step> {
        let step = |task: &Task<'_>| match task.what {
            What::Step(step) if !task.is_done => Some(step.clone()),
            _ => None,
        };
        self.tasks.iter().filter_map(step).collect()
    }

    /// A stage that is not gone through has to be done.
    fn require(&self, stage: Stage, command: &'static str) -> Result<(), JobError> {
        match self.of(stage).find(|task| !task.is_done).and_then(|task| task.what.artefact()) {
            Some(missing) => Err(JobError::StageMissing { artefact: missing.to_string(), command }),
            None => Ok(()),
        }
    }

    async fn pull(&self) -> Result<Pulled, JobError> {
        let todo = self.extracts_to_do();
        let made = todo.len();
        let new = match self.build.puller().pull(todo).await {
            Ok(new) => new,
            Err(errors) => {
                // Perhaps a file is not what it is remembered as: the next job finds out.
                if errors.iter().any(|error| matches!(error, PullError::Unreadable { .. })) {
                    Digests::forget(&self.build.context.store).await?;
                }
                return Err(errors.into());
            }
        };
        let (mut rejected, mut took) = (0, BTreeMap::<String, Duration>::new());
        let mut records = self.staged.clone();
        for (record, time) in new {
            rejected += record.tables.get(REJECTS_TABLE).map_or(0, |table| table.rows);
            *took.entry(record.artefact.name.clone()).or_default() += time;
            records.insert(record.artefact.clone(), record);
        }
        self.compare_deliveries(&records).await?;
        Ok(Pulled { records, made, rejected, took })
    }

    /// Refuses a delivery that can't be what its name says beside the others, whichever stage is asked for.
    async fn compare_deliveries(&self, records: &BTreeMap<Artefact, ArtefactRecord>) -> Result<(), JobError> {
        let Context { project, store, observers, .. } = self.build.context;
        let staged = self.build.staged.iter();
        let by = |artefact| if self.staged.contains_key(artefact) { StagedBy::EarlierJob } else { StagedBy::ThisJob };
        let deliveries = staged.filter_map(|it| Some((it, records.get(&it.artefact)?, by(&it.artefact))));
        let deliveries: Vec<_> = deliveries.collect();
        Ok(pull::compare_deliveries(project, store, observers, &deliveries).await?)
    }

    async fn derive(&self) -> Result<Done, JobError> {
        let Compiled { graph, catalogue, engine, .. } = &self.build.compiled;
        let todo = self.steps_to_do();
        let observers = &self.build.context.observers;
        let earlier = self.earlier().await;
        Runner { graph, catalogue, engine, earlier: &earlier, observers }.run(&todo).await?;
        let skipped = self.steps.all().len() - todo.len();
        Ok(Done { outcome: Outcome::Derived, made: todo.len(), skipped })
    }

    /// What the latest version was derived from. One that can't be read helps nobody, and stops nobody: what needs it says so.
    async fn earlier(&self) -> Earlier {
        let Build { context, compiled, .. } = self.build;
        let latest = PublishedVersion::read(&context.store, &compiled.dataset.name, None).await;
        let models = latest.ok().flatten().map(|latest| latest.manifest.models).unwrap_or_default();
        Earlier::new(models.into_iter().map(|entry| (entry.model, entry.year, entry.artefact)))
    }

    fn up_to_date(&self, latest: &Commit, key: Option<&SigningKey>) -> Done {
        self.build.context.tell_of_signature(latest, key);
        let skipped = self.build.release(self.steps).tables().count();
        Done { outcome: Outcome::UpToDate(latest.version), made: 0, skipped }
    }

    /// Publishes nothing, and says so: what was taken back stays so until somebody releases it.
    async fn held(&self, Hold { commit, restores }: &Hold) -> Done {
        let Context { store, observers, .. } = self.build.context;
        observers.tell(&Event::Warned(Warning::Held {
            version: commit.version.to_string(),
            restores: restores.version.to_string(),
            since: commit.committed_at.clone(),
            reason: restores.reason.clone(),
        }));
        mend_latest(store, &self.build.compiled.dataset.name, commit, observers).await;
        let skipped = self.build.release(self.steps).tables().count();
        Done { outcome: Outcome::Held(commit.version), made: 0, skipped }
    }

    async fn publish(&self, publication: &Publication, key: Option<&SigningKey>) -> Result<Done, JobError> {
        let dataset = self.build.compiled.dataset;
        let log = VersionLog::new(&self.build.context.store, &dataset.name);
        let (version, before) = match publication {
            Publication::UpToDate(latest) => return Ok(self.up_to_date(latest, key)),
            Publication::Held(hold) => return Ok(self.held(hold).await),
            // What it was compared with when it was new: the same version has the same manifest. The files of a version that is
            // restored are those of the first that had its content.
            Publication::Again(latest) => match latest.content().before() {
                Some(before) => (latest.content(), log.find(Some(before)).await?),
                None => (latest.content(), None),
            },
            Publication::After(Some(latest)) => {
                let last = || StoreError::LastNumber { dataset: dataset.name.clone() };
                (latest.version.next().ok_or_else(last)?, Some(latest.clone()))
            }
            Publication::After(None) => (VersionNumber::FIRST, None),
        };
        let observers = &self.build.context.observers;
        let release = self.build.release(self.steps);
        let made = release.tables().count();
        let _begun = observers.begin(Stage::Publish, made);
        let history = release.history(before.as_ref()).await?;
        let earlier = match before.clone() {
            None => None,
            Some(before) => match PublishedVersion::of(&self.build.context.store, &dataset.name, before).await {
                Ok(version) => Some(version),
                // One that is damaged stops nobody but the audits that ask for it: then nothing is told of what is another.
                Err(error) if error.finding().is_some() => None,
                Err(error) => return Err(error.into()),
            },
        };
        let previous = release.previous(before).await?;
        let audited = release.assemble().await?.protect(history).await?.audit(previous).await?;
        if let Some(NotCompared { version, audits, tables }) = audited.not_compared() {
            observers.tell(&Event::Warned(Warning::NotCompared { version: version.to_string(), audits, tables }));
        }
        for warned in audited.warnings() {
            observers.tell(&Event::Warned(Warning::AuditFound {
                audit: warned.name.clone(),
                offences: warned.offences,
                words: warned.in_words(),
                remedy: warned.remedy.clone(),
            }));
        }
        let published = audited.commit(version, earlier.as_ref().map(|it| &it.manifest), key, observers).await?;
        let (Published::New(commit) | Published::SameAlready(commit)) = &published;
        self.build.context.tell_of_signature(commit, key);
        if matches!(published, Published::New(_)) {
            self.build.context.tell_of_signature_lost(earlier.as_ref().map(|it| &it.commit), commit);
        }
        let outcome = match publication {
            Publication::Again(latest) => Outcome::MadeAgain(latest.version),
            _ => Outcome::Published(published),
        };
        Ok(Done { outcome, made, skipped: 0 })
    }
}

impl What<'_> {
    /// The artefact that it makes, unless it is a version.
    fn artefact(&self) -> Option<&Artefact> {
        match self {
            Self::Extract(staged) => Some(&staged.artefact),
            Self::Step(step) => Some(&step.artefact),
            Self::Version(_) => None,
        }
    }
}
