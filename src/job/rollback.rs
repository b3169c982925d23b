//! A version taken back, and held until somebody releases it.
//!
//! What is published stays published: taking back adds a record with the content of an earlier version, and releasing adds
//! one beside it.

use jiff::Timestamp;

use super::{Context, JobError};
use crate::definition::{Disclosure, Pipeline};
use crate::observe::{Event, Stage};
use crate::publish::{PublishError, PublishedVersion, mend_latest};
use crate::pull::mask_numbers;
use crate::store::{
    Commit, CommitOutcome, Hold, Reason, Released, Restored, Store, StoreError, VersionLog, VersionNumber,
};

/// How taking back ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakenBack {
    /// This version restores the earlier one, and is held.
    Now(Hold),
    /// The latest version has that content already; it is held, or it is not.
    Already(Commit, Option<Hold>),
}

/// How releasing ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lifted {
    /// The latest version was held, and is not any more.
    Released(Box<Hold>),
    /// The latest version is not held; `None` where nothing is published.
    NotHeld(Option<VersionNumber>),
}

/// Publishes the content of an earlier version once more, and holds it: no run publishes anything after it. Its files are
/// held to their records first, and no byte of them is copied. Where the environment has a key to sign with, the new record is
/// signed.
///
/// # Errors
/// There is no such version, a file of it is gone or damaged, its signature is of something else, it was published under no
/// disclosure policy where the dataset has one, another run published something else first, the store can't be read or
/// written, or the word to stop.
pub async fn rollback(
    context: &Context,
    pipeline: &Pipeline,
    version: VersionNumber,
    reason: Option<&str>,
) -> Result<TakenBack, JobError> {
    context.cancel.stops(take_back(context, &pipeline.dataset, version, reason)).await.map_err(JobError::Stopped)?
}

async fn take_back(
    context: &Context,
    dataset: &str,
    version: VersionNumber,
    reason: Option<&str>,
) -> Result<TakenBack, JobError> {
    let Context { store, observers, .. } = context;
    let key = context.signing_key()?;
    let log = VersionLog::new(store, dataset);
    log.check_gaps().await?;
    let nothing = || JobError::nothing_published(store, dataset, Some(version));
    let proven = PublishedVersion::prove(store, dataset, Some(version)).await?.ok_or_else(nothing)?;
    // The hint for simple readers is no part of a version, and is written anew.
    let (hint, (earlier, tally)) = (log.hint_path(), proven);
    let is_of_hint = |error: &StoreError| error.finding().is_some_and(|(path, _)| path == hint.as_ref());
    let wrong: Vec<StoreError> = tally.wrong.into_iter().filter(|error| !is_of_hint(error)).collect();
    let earlier = match earlier {
        Some(earlier) if wrong.is_empty() => earlier,
        _ => {
            let (dataset, version) = (dataset.to_owned(), version.to_string());
            return Err(JobError::NotTakenBack { dataset, version, wrong });
        }
    };
    let latest = log.latest().await?.ok_or_else(nothing)?;
    if is_content_of(store, dataset, &latest, &earlier).await? {
        mend_latest(store, dataset, &latest, observers).await;
        let hold = log.hold(&latest).await?;
        return Ok(TakenBack::Already(latest, hold));
    }
    if let Some(policy) = context.project.disclosures.get(dataset)
        && earlier.manifest.disclosure_policy == Disclosure::NONE
    {
        let (dataset, version, policy) = (dataset.to_owned(), version.to_string(), policy.file.clone());
        return Err(JobError::NotProtected { dataset, version, policy });
    }
    let last = || StoreError::LastNumber { dataset: dataset.to_owned() };
    // Who signs the new record vouches for what the earlier one is signed for.
    if !earlier.commit.fits_its_signature(dataset) {
        return Err(JobError::NotThePublishers { dataset: dataset.to_owned(), version: version.to_string() });
    }
    context.tell_of_signature(&earlier.commit, key.as_ref());
    // The reason is published with the record, and nobody's number is.
    let restores = Restored { version: earlier.commit.content(), reason: reason.map(mask_numbers) };
    let changes = vec![Reason {
        stage: Stage::Publish.name().to_owned(),
        what: dataset.to_owned(),
        years: Vec::new(),
        why: format!("restores version {}", restores.version),
    }];
    let commit = Commit {
        version: latest.version.next().ok_or_else(last)?,
        restores: Some(restores.clone()),
        changes,
        committed_at: Timestamp::now().to_string(),
        ..earlier.commit
    }
    .signed(dataset, key.as_ref());
    match log.publish(&commit).await? {
        CommitOutcome::Published => {}
        // Somebody else took back the same at the same time: theirs is held as well.
        CommitOutcome::SameAlready(theirs) if theirs.folder == commit.folder => {
            let hold = log.hold(&theirs).await?;
            return Ok(TakenBack::Already(theirs, hold));
        }
        CommitOutcome::SameAlready(winner) | CommitOutcome::Lost(winner) => {
            return Err(PublishError::Lost { winner }.into());
        }
    }
    observers.tell(&Event::Published {
        dataset: dataset.to_owned(),
        version: commit.version.to_string(),
        key: commit.key.to_string(),
    });
    context.tell_of_signature_lost(Some(&latest), &commit);
    mend_latest(store, dataset, &commit, observers).await;
    Ok(TakenBack::Now(Hold { commit, restores }))
}

/// Whether the latest version has the content of an earlier one: its folder, or the same tables byte for byte. One key alone
/// does not say so, since what is hidden follows from the versions before.
async fn is_content_of(
    store: &Store,
    dataset: &str,
    latest: &Commit,
    earlier: &PublishedVersion,
) -> Result<bool, JobError> {
    if latest.folder == earlier.commit.folder || latest.key != earlier.commit.key {
        return Ok(latest.folder == earlier.commit.folder);
    }
    match PublishedVersion::of(store, dataset, latest.clone()).await {
        Ok(latest) => {
            let tables = |version: &PublishedVersion| {
                let tables = version.manifest.tables.iter();
                tables.map(|(name, table)| (name.clone(), table.entry.sha256)).collect::<Vec<_>>()
            };
            Ok(tables(&latest) == tables(earlier))
        }
        // A latest version that is damaged is one to take back.
        Err(error) if error.finding().is_some() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Ends the hold on the latest version: the next run publishes again.
///
/// # Errors
/// The store can't be read or written, or the word to stop.
pub async fn release(context: &Context, pipeline: &Pipeline) -> Result<Lifted, JobError> {
    let work = async {
        let log = VersionLog::new(&context.store, &pipeline.dataset);
        log.check_gaps().await?;
        let Some(latest) = log.latest().await? else { return Ok(Lifted::NotHeld(None)) };
        let Some(hold) = log.hold(&latest).await? else { return Ok(Lifted::NotHeld(Some(latest.version))) };
        let released_at = Timestamp::now().to_string();
        // Whoever else released it in between did the same.
        log.release(&Released { version: latest.version, released_at }).await?;
        Ok(Lifted::Released(Box::new(hold)))
    };
    context.cancel.stops(work).await.map_err(JobError::Stopped)?
}
