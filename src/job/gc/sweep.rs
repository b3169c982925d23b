//! Folders of the store that nothing needs, told or removed.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::needed;
use super::origin::{ComesBack, Going, origins};
use crate::job::{Context, JobError};
use crate::store::{Artefact, Lying, Zone};

/// What becomes of what may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It is told, and stays.
    Tell,
    /// It is removed.
    Remove,
}

/// What was found, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swept {
    /// What may go, or is gone.
    pub going: Vec<Going>,
    /// What stays, since something was written there meanwhile.
    pub busy: Vec<Lying>,
}

/// Finds what no version was made of and no run would use, last written before a moment, and tells or removes it. Published versions
/// are never touched.
///
/// A run beside it has nothing to fear: what it uses is needed by the definitions, and what it makes is as new as the run. A run
/// of other definitions may find gone what it took for done: it ends with 7, and the next one makes it again.
///
/// # Errors
/// It can't be told what is needed, the store can't be read or written, or the word to stop. Nothing was removed then but
/// whole artefacts.
pub async fn gc(context: &Context, before: Timestamp, deed: Deed) -> Result<Swept, JobError> {
    context.cancel.stops(sweep(context, before, deed)).await.map_err(JobError::Stopped)?
}

async fn sweep(context: &Context, before: Timestamp, deed: Deed) -> Result<Swept, JobError> {
    let store = &context.store;
    let mut lying = Vec::new();
    for zone in Zone::ALL {
        lying.extend(store.lying(zone).await?);
    }
    let builds = needed::builds(context).await?;
    let mut needed: BTreeSet<Artefact> = builds.iter().flat_map(needed::present).collect();
    needed.extend(needed::published(store).await?);
    let is_needed = |it: &Lying| it.artefact.as_ref().is_some_and(|artefact| needed.contains(artefact));
    let is_old = |it: &Lying| it.last_written().is_some_and(|at| at < before);
    let (kept, unneeded): (Vec<Lying>, Vec<Lying>) = lying.into_iter().partition(|it| is_needed(it) || !is_old(it));
    let left: Vec<Lying> = kept.iter().map(Lying::leftovers).filter(is_old).collect();
    let going = origins(&builds, unneeded).await?;
    let left_going = left.iter().map(|it| Going { lying: it.clone(), comes_back: ComesBack::Unfinished });
    if deed == Deed::Tell {
        return Ok(Swept { going: going.into_iter().chain(left_going).collect(), busy: Vec::new() });
    }
    // To look up what comes back from what takes time, in which another run may have published.
    let published = needed::published(store).await?;
    let is_published = |it: &Going| it.lying.artefact.as_ref().is_some_and(|artefact| published.contains(artefact));
    let going: Vec<Going> = going.into_iter().filter(|it| !is_published(it)).collect();
    let removed = store.remove(going.iter().map(|it| it.lying.clone()).collect()).await?;
    for it in &left {
        store.remove_leftovers(it).await?;
    }
    let removed: BTreeSet<String> = removed.into_iter().map(|it| it.folder.to_string()).collect();
    let (gone, busy): (Vec<Going>, Vec<Going>) =
        going.into_iter().partition(|it| removed.contains(it.lying.folder.as_ref()));
    Ok(Swept {
        going: gone.into_iter().chain(left_going).collect(),
        busy: busy.into_iter().map(|it| it.lying).collect(),
    })
}
