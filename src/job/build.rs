//! A pipeline with everything about it known, and nothing done yet.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use futures::{StreamExt, TryStreamExt, stream};
use jiff::civil::Date;

use super::{Compiled, Context, JobError};
use crate::definition::{CodeLists, Contract, Origin, Pipeline, Project, Sensitivity, years_in_words};
use crate::derive::{Held, HeldBack, Known, Part, Steps, plan_steps};
use crate::engine::Planner;
use crate::observe::{Event, Warning};
use crate::publish::Release;
use crate::pull::{
    self, Availability, Extract, ExtractStep, Keys, Located, Need, Origins, PseudonymKey, PullError, Puller, Unread,
};
use crate::store::{Artefact, ArtefactRecord, Digests, KeyId};

/// Questions to the store that are asked at once.
const AT_ONCE: usize = 16;

/// A pipeline with its SQL planned, its extracts located and digested, and the keys of all that it stages.
#[derive(Debug)]
pub struct Build<'a> {
    /// What the job was given.
    pub context: &'a Context,
    /// The definitions.
    pub compiled: Compiled<'a>,
    /// Where its files come from.
    pub(super) origins: Origins,
    code_lists: CodeLists,
    key: PseudonymKey,
    /// The key that tables are encrypted with.
    pub(super) encryption_key: Option<KeyId>,
    /// The digests of the extracts' files, remembered and new.
    pub(super) digests: Digests,
    /// The extracts, with the artefacts that they become.
    pub staged: Vec<ExtractStep>,
    /// The files among the extracts that nothing reads.
    pub unread: Vec<Unread>,
    /// Which years of which source are there.
    pub availability: Availability,
    /// The models that wait for those that are not.
    pub held: HeldBack,
}

/// A source whose extracts are awaited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited<'a> {
    /// The source.
    pub source: &'a str,
    /// The years that they would serve.
    pub years: Vec<i16>,
    /// The day by which the first of them should be there.
    pub due: Option<Date>,
    /// How many models wait for them.
    pub models: usize,
    /// The parts that are not there, of those of the years of which others are.
    pub lacking: Vec<(i16, &'a [String])>,
}

impl fmt::Display for Awaited<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let due = self.due.map(|due| format!(", due {due}")).unwrap_or_default();
        let models = if self.models == 1 { "1 model waits".to_owned() } else { format!("{} models wait", self.models) };
        write!(f, "of {}{due}; {models} for it", years_in_words(&self.years))?;
        self.lacking.iter().try_for_each(|(year, parts)| write!(f, "; of {year} not there: {}", parts.join(", ")))
    }
}

impl<'a> Build<'a> {
    /// Plans the SQL of a pipeline, and digests its extracts.
    ///
    /// # Errors
    /// The SQL does not fit, an extract is missing or can't be read, or there is no key for pseudonyms.
    pub async fn new(context: &'a Context, pipeline: &'a Pipeline) -> Result<Self, JobError> {
        let mut compiled = Compiled::new(context, pipeline).await?;
        let code_lists = pull::code_lists(compiled.project).await?;
        let entries = pull::gathered_entries(compiled.project, pipeline, &code_lists).await?;
        let origins = Origins::open(compiled.project, entries)?;
        let digests = Digests::read(&context.store).await;
        let part = part(&compiled)?;
        let located = origins.locate(compiled.project, pipeline, &part.sources, &digests, &context.observers).await;
        let Located { extracts, unread, availability } = located?;
        let mut held = HeldBack::new(&compiled.graph, &availability, &part.models);
        if pipeline.goals.is_some() {
            let Compiled { graph, dataset, .. } = &compiled;
            let audited = graph.audits.iter().flat_map(|audit| audit.sql.tables.keys());
            let published = dataset.tables.iter().map(|table| &table.name);
            let masked = graph.masks.values().flat_map(|mask| mask.tables.keys());
            let policy = compiled.disclosure.iter().flat_map(|policy| [&policy.members, &policy.contributors]);
            held.keep_only(graph, published.chain(audited).chain(masked).chain(policy).cloned());
        }
        let known = Known { availability: &availability, held: &held, part: &part };
        known.tell(&mut compiled.graph, &Planner::new())?;
        let key = pseudonym_key(compiled.project, &extracts)?;
        let encryption_key = context.store.encryption_key()?;
        let keys = Keys { pseudonyms: &key, encryption: encryption_key };
        let staged = pull::plan(extracts, compiled.project, &code_lists, keys);
        Ok(Self {
            context,
            compiled,
            origins,
            code_lists,
            key,
            encryption_key,
            digests,
            staged,
            unread,
            availability,
            held,
        })
    }

    /// Everything is to be there: for those who want all or nothing.
    ///
    /// # Errors
    /// Every source that is awaited, with its years.
    pub fn demand_all(&self) -> Result<(), JobError> {
        let missing = |(source, years): (String, Vec<i16>)| {
            Some(self.origins.missing(
                self.compiled.project.contracts.get(&source)?,
                years,
                &self.availability,
                Need::Complete,
            ))
        };
        let missing: Vec<PullError> = self.availability.awaited_by_source().into_iter().filter_map(missing).collect();
        if missing.is_empty() { Ok(()) } else { Err(missing.into()) }
    }

    /// Warns of what is awaited.
    pub(super) fn tell_awaited(&self) {
        let awaited: Vec<Awaited> = self.awaited().collect();
        if !awaited.is_empty() {
            let lines = awaited.iter().map(|it| (it.source.to_owned(), it.to_string())).collect();
            self.context.observers.tell(&Event::Warned(Warning::Awaited(lines)));
        }
    }

    /// Warns of extracts that are not staged: no count has their rows.
    pub(super) fn tell_not_staged<'e>(&self, extracts: impl IntoIterator<Item = &'e Extract>) {
        let files: Vec<String> = extracts.into_iter().map(|extract| extract.file.clone()).collect();
        if !files.is_empty() {
            self.context.observers.tell(&Event::Warned(Warning::NotStaged(files)));
        }
    }

    /// What is awaited, with what waits for it.
    pub fn awaited(&self) -> impl Iterator<Item = Awaited<'_>> {
        let waits = |source: &str, years: &[i16]| {
            let waits = |held: &Held<'_>| held.gap.source == source && years.contains(&held.gap.year);
            self.held.all().filter(waits).map(|held| held.model).collect::<BTreeSet<_>>().len()
        };
        self.availability.awaited().map(move |(source, awaited)| {
            let due = awaited.first().and_then(|(_, due)| *due);
            let years: Vec<i16> = awaited.into_iter().map(|(year, _)| year).collect();
            let lacking = years.iter().map(|year| (*year, self.availability.lacking(source, *year)));
            let lacking = lacking.filter(|(_, parts)| !parts.is_empty()).collect();
            Awaited { source, due, models: waits(source, &years), years, lacking }
        })
    }

    /// The models' steps, by key; nothing is read for it.
    pub fn steps(&self) -> Steps<'_> {
        let Compiled { graph, pipeline, .. } = &self.compiled;
        plan_steps(graph, pipeline, self.availability.years, &self.held, &self.staged, self.encryption_key)
    }

    /// What the extracts are pulled with.
    pub(super) fn puller(&self) -> Puller<'_> {
        let Self { context, compiled, origins, code_lists, key, .. } = self;
        let Context { store, observers, .. } = context;
        Puller { project: compiled.project, origins, code_lists, store, key, observers }
    }

    /// What the dataset's version is made of.
    pub(super) fn release<'s>(&'s self, steps: &'s Steps<'s>) -> Release<'s> {
        let Compiled { pipeline, dataset, disclosure, graph, catalogue, engine, .. } = &self.compiled;
        Release {
            pipeline,
            availability: &self.availability,
            dataset,
            disclosure: *disclosure,
            graph,
            catalogue,
            staged: &self.staged,
            steps,
            engine,
            store: &self.context.store,
        }
    }

    /// The extracts that are staged, with their records.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) async fn staged_records(&self) -> Result<BTreeMap<Artefact, ArtefactRecord>, JobError> {
        let answers: Vec<_> = stream::iter(&self.staged)
            .map(|ExtractStep { artefact, .. }| async move {
                let record = self.context.store.whole(artefact).await?;
                Ok::<_, JobError>(record.map(|record| (artefact.clone(), record)))
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(answers.into_iter().flatten().collect())
    }
}

/// What the pipeline goes without: what its goals do not need, the sources that it names, and those that refer to them.
fn part(compiled: &Compiled<'_>) -> Result<Part, JobError> {
    let Compiled { project, pipeline, graph, .. } = compiled;
    let mut part = Part::default();
    if let Some(goals) = &pipeline.goals {
        let entries = pull::goals_of_entries(project, pipeline)?;
        let known: BTreeSet<&str> = entries.values().map(String::as_str).collect();
        if let Some(unknown) = goals.iter().find(|goal| !known.contains(goal.as_str())) {
            return Err(JobError::unknown("goal", unknown, known.iter().copied()));
        }
        part = Part::of_goals(graph, &entries, goals);
        let is_own = |source: &String| project.contracts.get(source).is_some_and(|it| it.origin != Origin::Extracts);
        let kept = project.contracts_of(pipeline).filter(|contract| !part.sources.contains(&contract.name));
        let referred: BTreeSet<&str> =
            kept.flat_map(|contract| project.owners(contract)).map(|owner| owner.name.as_str()).collect();
        part.sources.retain(|source| !is_own(source) && !referred.contains(source.as_str()));
    }
    part.sources.extend(pipeline.without.iter().cloned());
    let refers = |contract: &&Contract| project.owners(contract).any(|owner| part.sources.contains(&owner.name));
    let with_them: Vec<String> = project.contracts_of(pipeline).filter(refers).map(|it| it.name.clone()).collect();
    part.sources.extend(with_them);
    Ok(part)
}

/// The key for pseudonyms. One real extract among synthetic ones is enough to need a secret.
fn pseudonym_key(project: &Project, extracts: &[Extract]) -> Result<PseudonymKey, JobError> {
    let is_personal = |extract: &&Extract| {
        project.contracts.get(&extract.source).is_some_and(|contract| contract.sensitivity == Sensitivity::Person)
    };
    let real = extracts.iter().filter(is_personal).find(|extract| !extract.synthetic);
    Ok(PseudonymKey::from_env(&project.environment.pseudonym_key.env, real)?)
}
