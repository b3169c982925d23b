//! The sources of a pipeline: their contracts, their extracts, and what became of the rows.

use std::collections::BTreeMap;

use super::account::accounts;
use super::{Account, Build, Context, JobError};
use crate::definition::{Contract, Pipeline};
use crate::pull::{Extract, Unread};
use crate::store::{ArtefactRecord, Provenance};

/// A source as it stands.
#[derive(Debug)]
pub struct SourceState<'a> {
    /// Its contract.
    pub contract: &'a Contract,
    /// The pipeline that reads it.
    pub pipeline: &'a Pipeline,
    /// The years whose extracts are awaited.
    pub awaited: Vec<i16>,
    /// The parts that are not there, of those of these years of which others are.
    pub lacking: Vec<(i16, Vec<String>)>,
    /// Its extracts.
    pub extracts: Vec<Extract>,
    /// Files that are, or look like, extracts of it and are not read.
    pub unread: Vec<Unread>,
    /// The versions of the layout that its staged extracts are of, each with their years, where there are several.
    pub versions: BTreeMap<String, Vec<Option<i16>>>,
    /// The account of those that are staged; `None` where none is.
    pub account: Option<Account>,
}

/// The sources of a pipeline.
///
/// # Errors
/// As [`Build::new`], or the store can't be read.
pub async fn sources<'a>(context: &'a Context, pipeline: &'a Pipeline) -> Result<Vec<SourceState<'a>>, JobError> {
    let build = Build::new(context, pipeline).await?;
    let staged = build.staged_records().await?;
    let not_staged = build.staged.iter().filter(|step| !staged.contains_key(&step.artefact));
    build.tell_not_staged(not_staged.map(|step| &step.extract));
    let records: Vec<ArtefactRecord> = staged.into_values().collect();
    let mut awaited = build.availability.awaited_by_source();
    let mut accounts = accounts(&build, &records).await?;
    let state = |contract: &'a Contract| {
        let extracts = build.staged.iter().map(|staged| &staged.extract);
        let awaited = awaited.remove(&contract.name).unwrap_or_default();
        let lacking = awaited.iter().map(|year| (*year, build.availability.lacking(&contract.name, *year).to_vec()));
        let unread = build.unread.iter().filter(|unread| unread.why.source() == Some(&contract.name));
        SourceState {
            contract,
            pipeline,
            versions: versions(&contract.name, &records),
            unread: unread.cloned().collect(),
            lacking: lacking.filter(|(_, parts)| !parts.is_empty()).collect(),
            awaited,
            extracts: extracts.filter(|extract| extract.source == contract.name).cloned().collect(),
            account: accounts.remove(&contract.name),
        }
    };
    Ok(context.project.contracts_of(pipeline).map(state).collect())
}

/// The versions of the layout that the staged extracts of a source are of.
fn versions(source: &str, records: &[ArtefactRecord]) -> BTreeMap<String, Vec<Option<i16>>> {
    let mut versions: BTreeMap<String, Vec<Option<i16>>> = BTreeMap::new();
    for record in records.iter().filter(|record| record.artefact.name == source) {
        if let Provenance::Extract { version: Some(version), year, .. } = &record.provenance {
            versions.entry(version.clone()).or_default().push(*year);
        }
    }
    versions.values_mut().for_each(|years| years.sort_unstable());
    versions
}
