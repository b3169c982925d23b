//! Folders of the store that nothing needs, told or removed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::needed::{self, Published};
use super::origin::{ComesBack, Going, origins};
use crate::job::{Build, Context, JobError};
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

/// How old what goes has to be, as the moment since which it was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ages {
    /// Of all that goes: what is younger may be needed by a run that goes on.
    pub unneeded: Timestamp,
    /// Of tables on persons that earlier versions than the latest were made of, and that no run would use; `None` keeps those.
    pub persons: Option<Timestamp>,
}

/// Finds what no version was made of and no run would use, and what is on persons and older than it may be kept, and tells or
/// removes it. Published versions are never touched, and what the latest was made of or a run of today would use stays, however
/// old it is.
///
/// A run beside it has nothing to fear: what it uses is needed by the definitions, and what it makes is as new as the run. A run
/// of other definitions may find gone what it took for done: it ends with 7, and the next one makes it again.
///
/// # Errors
/// It can't be told what is needed, the store can't be read or written, or the word to stop. Nothing was removed then but
/// whole artefacts.
pub async fn gc(context: &Context, ages: Ages, deed: Deed) -> Result<Swept, JobError> {
    context.cancel.stops(sweep(context, ages, deed)).await.map_err(JobError::Stopped)?
}

async fn sweep(context: &Context, ages: Ages, deed: Deed) -> Result<Swept, JobError> {
    let store = &context.store;
    let mut lying = Vec::new();
    for zone in Zone::ALL {
        lying.extend(store.lying(zone).await?);
    }
    let builds = needed::builds(context).await?;
    let present: BTreeSet<Artefact> = builds.iter().flat_map(needed::present).collect();
    let before = needed::published(store).await?;
    let mut persons = Persons { context, builds: &builds, known: BTreeMap::new() };
    let is_older = |it: &Lying, than: Timestamp| it.last_written().is_some_and(|at| at < than);
    let mut may_go = |it: &Lying, published: &Published| match &it.artefact {
        _ if !is_older(it, ages.unneeded) => false,
        Some(artefact) if present.contains(artefact) || published.latest.contains(artefact) => false,
        Some(artefact) if published.versions.contains_key(artefact) => {
            ages.persons.is_some_and(|than| is_older(it, than)) && persons.has(artefact)
        }
        _ => true,
    };
    let (going, kept): (Vec<Lying>, Vec<Lying>) = lying.into_iter().partition(|it| may_go(it, &before));
    let left: Vec<Lying> = kept.iter().map(Lying::leftovers).filter(|it| is_older(it, ages.unneeded)).collect();
    let mut going = origins(&builds, going).await?;
    // To look up what comes back from what takes time, in which another run may have published.
    let published = if deed == Deed::Remove { needed::published(store).await? } else { before };
    going.retain(|it| may_go(&it.lying, &published));
    for it in &mut going {
        let versions = it.lying.artefact.as_ref().and_then(|artefact| published.versions.get(artefact));
        it.unproved = versions.cloned().unwrap_or_default();
    }
    let left_going =
        left.iter().map(|it| Going { lying: it.clone(), comes_back: ComesBack::Unfinished, unproved: BTreeSet::new() });
    if deed == Deed::Tell {
        return Ok(Swept { going: going.into_iter().chain(left_going).collect(), busy: Vec::new() });
    }
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

/// Which artefacts may be about single persons, asked once a name.
struct Persons<'a> {
    context: &'a Context,
    builds: &'a [Build<'a>],
    known: BTreeMap<(Zone, String), bool>,
}

impl Persons<'_> {
    fn has(&mut self, artefact: &Artefact) -> bool {
        let name = (artefact.zone, artefact.name.clone());
        *self.known.entry(name).or_insert_with(|| needed::is_personal(self.context, self.builds, artefact))
    }
}
