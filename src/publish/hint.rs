//! `latest.json`: a copy of the latest version's record, a hint for readers that can't list.
//!
//! It is written after the record. So one that tells of a later version than the log has is of a version whose record is gone,
//! and is what the record can be put back from.

use super::{Manifest, PublishError};
use crate::observe::{Event, Observers, Warning};
use crate::store::{Commit, CommitOutcome, Digest, Store, StoreError, VersionLog};

/// Writes `latest.json` where it does not say that `latest` is the latest version, as the caller knows from the log: a hint for
/// simple readers, so a failure is no error.
///
/// Two jobs may write at once, and the older record may land last. So each looks again after it wrote, and writes again if a later
/// version is there: whoever writes last has then seen all commits.
pub async fn mend_latest(store: &Store, dataset: &str, latest: &Commit, observers: &Observers) {
    let log = VersionLog::new(store, dataset);
    let path = log.hint_path();
    let json = |commit: &Commit| commit.to_file().map_err(|source| PublishError::Json { what: "latest.json", source });
    let result = async {
        let mut wanted = json(latest)?;
        while store.get(&path).await?.as_ref() != Some(&wanted) {
            store.put(&path, wanted.clone()).await?;
            let Some(latest) = log.latest().await? else { break };
            let written = std::mem::replace(&mut wanted, json(&latest)?);
            if written == wanted {
                break;
            }
        }
        Ok::<(), PublishError>(())
    };
    if let Err(error) = result.await {
        observers.tell(&Event::Warned(Warning::LatestNotWritten { error: error.to_string() }));
    }
}

/// Puts back the record of the latest version where it is gone, and the hint is there with the manifest that it tells of.
///
/// # Errors
/// The store can't be read or written.
pub async fn put_back_record(store: &Store, dataset: &str, observers: &Observers) -> Result<(), StoreError> {
    let log = VersionLog::new(store, dataset);
    let Some(lost) = log.lost().await? else { return log.check_end().await };
    // Whoever asks for the latest version is told that its record is gone.
    if !is_believed(store, dataset, &lost).await? || log.next().await? != Some(lost.version) {
        return Ok(());
    }
    if log.publish(&lost).await? == CommitOutcome::Published {
        observers.tell(&Event::Warned(Warning::RecordPutBack { version: lost.version.to_string() }));
    }
    Ok(())
}

/// Whether a hint says what its version's manifest says.
async fn is_believed(store: &Store, dataset: &str, hint: &Commit) -> Result<bool, StoreError> {
    let Some(bytes) = store.get(&hint.path(dataset).join(Manifest::FILE)).await? else { return Ok(false) };
    let is_its_own = hint.manifest_sha256 == Some(Digest::of(&bytes)) && hint.fits_its_signature(dataset);
    let manifest = serde_json::from_slice::<Manifest>(&bytes).ok();
    Ok(is_its_own && manifest.is_some_and(|it| (it.key, it.version) == (hint.key, hint.content())))
}
