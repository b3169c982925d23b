//! The checks, one after the other.

use super::inspected::{Finding, Inspected, Part, Proof, Proving};
use super::{files, signature};
use crate::definition::Pipeline;
use crate::job::compile::engine;
use crate::job::{Compiled, Context, JobError};
use crate::publish::PublishedVersion;
use crate::store::{PublicKey, VersionNumber};

/// How far a proof goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Every file is held to its record, and the audits run again.
    Records,
    /// The tables are derived again, too, from the extracts as they were staged.
    Rebuild,
}

/// Proves a version, or the latest; with a `key` also that whoever has its private part published it.
///
/// # Errors
/// There is no such version, the store could not be asked, or the word to stop. What is found wrong is in the answer.
pub async fn verify(
    context: &Context,
    pipeline: &Pipeline,
    version: Option<VersionNumber>,
    depth: Depth,
    key: Option<PublicKey>,
) -> Result<Proof, JobError> {
    let work = proved(context, pipeline, version, depth, key);
    context.cancel.stops(work).await.map_err(JobError::Stopped)?
}

async fn proved(
    context: &Context,
    pipeline: &Pipeline,
    asked: Option<VersionNumber>,
    depth: Depth,
    key: Option<PublicKey>,
) -> Result<Proof, JobError> {
    let (store, dataset) = (&context.store, &pipeline.dataset);
    let Some((version, tally)) = PublishedVersion::prove(store, dataset, asked).await? else {
        return Err(JobError::nothing_published(store, dataset, asked));
    };
    let mut proof = Proof {
        dataset: dataset.clone(),
        version: version.as_ref().map(|it| it.commit.version).or(asked),
        checks: vec![Inspected::files(Part::Published, tally)],
    };
    let Some(version) = &version else {
        let said = "nothing is looked at that its record or its manifest leads to: they can't be believed";
        proof.checks[0].not_judged.push(Finding::new("", said));
        return Ok(proof);
    };
    proof.checks.extend(signature::check(store, version, key));
    let (checks, steps) = files::hold(store, version).await?;
    proof.checks.extend(checks);
    let proving = Proving { store, engine: engine(context)?, version, steps };
    let policy = context.project.disclosures.get(dataset);
    let attacking = version.attack(store, &proving.engine, policy).await?;
    proof.checks.extend(proving.protection(&attacking));
    proof.checks.push(proving.audits(&attacking).await?);
    if depth == Depth::Rebuild {
        // Of a table without an extract the definitions of today know the columns, if they can be read.
        let compiled = Compiled::new(context, pipeline).await.ok();
        proof.checks.push(proving.rebuild(compiled.as_ref().map(|it| &it.catalogue), &attacking).await?);
    }
    Ok(proof)
}
