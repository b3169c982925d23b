//! The sources of a pipeline: their contracts, their extracts, and what became of the rows.

use super::account::accounts;
use super::{Account, Build, Context, JobError};
use crate::definition::{Contract, Pipeline};
use crate::pull::Extract;
use crate::store::ArtefactRecord;

/// A source as it stands.
#[derive(Debug)]
pub struct SourceState<'a> {
    /// Its contract.
    pub contract: &'a Contract,
    /// Its extracts.
    pub extracts: Vec<Extract>,
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
    let mut accounts = accounts(&build, &records).await?;
    let state = |contract: &'a Contract| {
        let extracts = build.staged.iter().map(|staged| &staged.extract);
        SourceState {
            contract,
            extracts: extracts.filter(|extract| extract.source == contract.name).cloned().collect(),
            account: accounts.remove(&contract.name),
        }
    };
    Ok(context.project.contracts_of(pipeline).map(state).collect())
}
