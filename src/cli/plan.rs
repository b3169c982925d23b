//! `plan`: what would run, and why, compared with the latest version.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Context;
use super::build::Build;
use super::error::CliError;
use super::output::Answer;
use crate::definition::Pipeline;
use crate::derive::Step;
use crate::publish::{Manifest, dataset_key, is_whole, read_manifest};
use crate::pull::Staged;
use crate::store::{ArtefactKey, StoreError, VersionLog};

pub(super) async fn plan(context: &Context, pipelines: &[String]) -> Result<Answer, CliError> {
    let mut rows = Vec::new();
    for pipeline in context.pipelines(pipelines)? {
        rows.extend(plan_pipeline(context, pipeline).await?);
    }
    Ok(Answer::rows(["stage", "what", "years", "action", "why"], rows))
}

/// One thing that would be made, or not.
struct Item {
    stage: &'static str,
    what: String,
    year: Option<i16>,
    /// Why it would be made; `None` if it is there.
    why: Option<String>,
}

async fn plan_pipeline(context: &Context, pipeline: &Pipeline) -> Result<Vec<[Value; 5]>, CliError> {
    let build = Build::new(context, pipeline).await?;
    let plan = build.plan();
    let dataset = build.checked.dataset;
    let published = match read_manifest(&context.store, &dataset.name, None).await {
        Ok(published) => published.map(|(_, manifest)| manifest),
        Err(StoreError::Gone { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let before = published.as_ref().map(Before::new);

    let mut items = Vec::new();
    let missing = build.missing(build.staged.iter().map(|staged| staged.artefact.clone()).collect()).await?;
    for staged in &build.staged {
        let contract = build.checked.project.contracts.get(&staged.extract.source);
        let contract = contract.map(|contract| contract.digest.to_string()).unwrap_or_default();
        let why = missing.contains(&staged.artefact).then(|| why_pull(staged, &contract, before.as_ref()));
        items.push(Item { stage: "pull", what: staged.extract.source.clone(), year: staged.extract.year, why });
    }
    let missing = build.missing(plan.steps().iter().map(|step| step.artefact.clone()).collect()).await?;
    for step in plan.steps() {
        let why = missing.contains(&step.artefact).then(|| why_derive(step, before.as_ref()));
        let year = step.calendar_year();
        items.push(Item { stage: "derive", what: step.model.clone(), year, why });
    }
    let key = dataset_key(dataset, &build.checked.graph, &plan);
    let log = VersionLog::new(&context.store, &dataset.name);
    let latest = log.latest().await?;
    let why = match &latest {
        None => Some("nothing is published".to_owned()),
        Some(latest) if latest.key == key => match is_whole(&context.store, &dataset.name, latest).await? {
            true => None,
            false => Some(format!("files of version {} are gone from the store", latest.version)),
        },
        Some(latest) => Some(why_publish(key, latest.key, latest.version.to_string(), &items)),
    };
    items.push(Item { stage: "publish", what: dataset.name.clone(), year: None, why });
    let unread = build.unread.iter().map(|unread| {
        ["pull".into(), unread.file.clone().into(), "".into(), "leave".into(), unread.why.to_string().into()]
    });
    Ok(unread.chain(grouped(items)).collect())
}

/// What the latest version was made of.
struct Before<'a> {
    manifest: &'a Manifest,
    artefacts: BTreeSet<ArtefactKey>,
}

impl<'a> Before<'a> {
    fn new(manifest: &'a Manifest) -> Self {
        let extracts = manifest.extracts.iter().map(|extract| extract.artefact.key);
        let artefacts = extracts.chain(manifest.models.iter().map(|model| model.artefact.key)).collect();
        Self { manifest, artefacts }
    }
}

/// It was made before, and is needed again.
const GONE: &str = "gone from the store";

fn why_pull(staged: &Staged, contract: &str, before: Option<&Before<'_>>) -> String {
    let extract = &staged.extract;
    let Some(before) = before else { return "new extract".to_owned() };
    let mut earlier =
        before.manifest.extracts.iter().filter(|it| it.source == extract.source && it.year == extract.year);
    match earlier.next() {
        None => "new extract".to_owned(),
        Some(earlier) if earlier.sha256 != extract.sha256 => "changed extract".to_owned(),
        Some(earlier) if earlier.contract.to_string() != contract => "changed contract".to_owned(),
        Some(earlier) if earlier.file != extract.file => "renamed extract".to_owned(),
        Some(earlier) if earlier.artefact == staged.artefact => GONE.to_owned(),
        Some(_) => "changed reference list or pseudonym key".to_owned(),
    }
}

fn why_derive(step: &Step, before: Option<&Before<'_>>) -> String {
    let Some(before) = before else { return "never derived".to_owned() };
    let year = step.calendar_year();
    let earlier = before.manifest.models.iter().find(|it| it.model == step.model && it.year == year);
    match earlier {
        None => "new model or year".to_owned(),
        Some(earlier) if earlier.artefact == step.artefact => GONE.to_owned(),
        Some(earlier) if earlier.sql_sha256 != step.sql => "changed SQL".to_owned(),
        Some(_) => {
            let changed: Vec<&str> = step
                .inputs
                .iter()
                .filter(|(_, inputs)| inputs.iter().any(|input| !before.artefacts.contains(&input.artefact.key)))
                .map(|(table, _)| table.as_str())
                .collect();
            match changed.as_slice() {
                [] => "fewer inputs".to_owned(),
                tables => format!("changed {}", tables.join(", ")),
            }
        }
    }
}

fn why_publish(key: ArtefactKey, latest: ArtefactKey, version: String, items: &[Item]) -> String {
    match items.iter().any(|item| item.why.is_some()) {
        true => format!("tables differ from version {version}"),
        false => format!("{} instead of {} of version {version}", key.short(), latest.short()),
    }
}

/// The same thing for the same reason in a row of years is one line.
fn grouped(items: Vec<Item>) -> Vec<[Value; 5]> {
    let mut groups: Vec<(Item, BTreeSet<i16>)> = Vec::new();
    let mut place: BTreeMap<(&'static str, String, Option<String>), usize> = BTreeMap::new();
    for item in items {
        let at = *place.entry((item.stage, item.what.clone(), item.why.clone())).or_insert(groups.len());
        if at == groups.len() {
            groups.push((item, BTreeSet::new()));
        } else if let (Some(year), Some(group)) = (item.year, groups.get_mut(at)) {
            group.1.insert(year);
        }
    }
    groups
        .into_iter()
        .map(|(item, mut years)| {
            years.extend(item.year);
            let action = if item.why.is_some() { "run" } else { "skip" };
            let why = item.why.unwrap_or_else(|| "is there".to_owned());
            [item.stage.into(), item.what.into(), in_words(&years).into(), action.into(), why.into()]
        })
        .collect()
}

/// Years as ranges: `2014-2017, 2019`.
fn in_words(years: &BTreeSet<i16>) -> String {
    let mut ranges: Vec<(i16, i16)> = Vec::new();
    for year in years {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *year => *last = *year,
            _ => ranges.push((*year, *year)),
        }
    }
    let words = ranges.into_iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    words.collect::<Vec<_>>().join(", ")
}
