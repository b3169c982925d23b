//! The sources of a pipeline: their contracts, their extracts, and what became of the rows.

use super::account::accounts;
use super::{Account, Build, Context, JobError};
use crate::definition::{Contract, Pipeline};
use crate::pull::{Extract, Unread};
use crate::store::ArtefactRecord;

/// A source as it stands.
#[derive(Debug)]
pub struct SourceState<'a> {
    /// Its contract.
    pub contract: &'a Contract,
    /// The pipeline that reads it.
    pub pipeline: &'a Pipeline,
    /// The years whose extracts are awaited.
    pub awaited: Vec<i16>,
    /// Its extracts.
    pub extracts: Vec<Extract>,
    /// Files that are, or look like, extracts of it and are not read.
    pub unread: Vec<Unread>,
    /// The account of those that are staged; `None` where none is.
    pub account: Option<Account>,
}

/// The sources of a pipeline.
///
/// # Errors
/// As [`Build::new`], or the store can't be read.
pub async fn sources<'a>(context: &'a Context, pipeline: &'a Pipeline) -> Result<Vec<SourceState<'a>>, JobError> {
    let build = Build::new(context, pipeline).await?;
    let records: Vec<ArtefactRecord> = build.staged_records().await?.into_values().collect();
    let mut awaited = build.availability.awaited_by_source();
    let mut accounts = accounts(&build, &records).await?;
    let state = |contract: &'a Contract| {
        let extracts = build.staged.iter().map(|staged| &staged.extract);
        let unread = build.unread.iter().filter(|unread| unread.why.source() == Some(&contract.name));
        SourceState {
            contract,
            pipeline,
            unread: unread.cloned().collect(),
            awaited: awaited.remove(&contract.name).unwrap_or_default(),
            extracts: extracts.filter(|extract| extract.source == contract.name).cloned().collect(),
            account: accounts.remove(&contract.name),
        }
    };
    Ok(context.project.contracts_of(pipeline).map(state).collect())
}
