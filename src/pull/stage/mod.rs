//! One extract: from its bytes to typed Parquet, rejects and counts.
//!
//! The parser hands over blocks of records (`rows`), the threads check them and encode what is accepted (`pool`), and what
//! depends on the order of the rows is done block by block (`sequence`). A second pass leaves out the rows that only the
//! whole file shows to be wrong, and holds the whole to its totals (`whole`). Memory is bounded by the blocks on their way.

mod pool;
mod rows;
mod sequence;
mod terms;
mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::panic::{self, AssertUnwindSafe};
use std::sync::OnceLock;
use std::thread;

use pool::Pool;
use rows::Staging;
pub(super) use terms::Terms;

use super::account::{Breach, CountRow};
use super::error::PullError;
use super::parse::{Stop, parse};
use super::refusal::Refusal;
use crate::definition::Delivery;
use crate::store::LocalTable;

/// What an extract became.
pub(super) struct Staged {
    /// The tables, by name; empty if the extract is refused.
    pub(super) tables: Vec<(String, LocalTable)>,
    /// The rejected rows.
    pub(super) rejects: LocalTable,
    /// What became of the rows.
    pub(super) counts: Vec<CountRow>,
    /// Why the extract is refused, if it is.
    pub(super) refusal: Option<Refusal>,
    /// Columns that were left out, since the contract does not know them.
    pub(super) strangers: BTreeSet<String>,
    /// Records of types that the contract does not know, by type.
    pub(super) other_types: BTreeMap<String, u64>,
    /// The version of the layout that it was read as, where there are several.
    pub(super) version: Option<String>,
    /// Every breach in a definition, with its row: a person mends them by hand, and wants to see all.
    pub(super) breaches: Vec<(u64, Breach)>,
}

/// Checks the extract in `bytes`.
pub(super) fn stage(bytes: impl Read + Send, terms: Terms<'_>) -> Result<Staged, PullError> {
    let Terms { extract, contract, .. } = terms;
    staged(terms, |delivery, staging| parse(bytes, extract, delivery, contract, staging))
}

/// What becomes of an extract that can't be parsed.
pub(super) fn unparsed(stop: Stop, terms: Terms<'_>) -> Result<Staged, PullError> {
    staged(terms, |_, _| Err(stop))
}

fn staged<'a>(
    terms: Terms<'a>,
    parse: impl FnOnce(&Delivery, &mut Staging<'_, '_, 'a>) -> Result<(), Stop>,
) -> Result<Staged, PullError> {
    let Terms { extract, contract, .. } = terms;
    let Some((delivery, _)) = contract.delivery(&extract.file) else {
        let reason = "no file pattern of its contract fits".to_owned();
        return Err(PullError::Unreadable { what: extract.file.clone(), reason });
    };
    let pool: OnceLock<Pool<'_>> = OnceLock::new();
    let parsed = thread::scope(|scope| {
        let mut staging = Staging::new(terms, delivery, scope, &pool);
        // The readers of some formats panic over damaged files: that is the extract's fault, and no other's.
        let parsing = AssertUnwindSafe(|| parse(delivery, &mut staging));
        let parsed = panic::catch_unwind(parsing).unwrap_or(Err(Stop::Refused(Refusal::Damaged)));
        staging.end().and(parsed)
    });
    let Some(pool) = pool.into_inner() else {
        let Err(Stop::Failed(error)) = parsed else { unreachable!("a pool is made unless the disk fails") };
        return Err(error);
    };
    let (mut sequencer, stop, writers) = pool.finish();
    let parsed = match (stop, parsed) {
        // What the parser met stands behind all that it handed over.
        (Some(stop), _) => Err(stop),
        (None, Err(Stop::Refused(refusal)))
            if contract.may_be_empty && sequencer.is_without_rows(&refusal, &delivery.format) =>
        {
            Ok(())
        }
        (None, parsed) => parsed,
    };
    let (tables, refusal) = match parsed.and_then(|()| sequencer.second_pass(writers)) {
        Ok(tables) => (tables, None),
        Err(Stop::Refused(refusal)) => (Vec::new(), Some(refusal.discreet(&sequencer.discretion))),
        Err(Stop::Unfetched(reason)) => return Err(PullError::Unreadable { what: extract.file.clone(), reason }),
        Err(Stop::Failed(error)) => return Err(error),
        Err(Stop::Enough) => unreachable!("who wants no more has said why"),
    };
    Ok(Staged {
        tables,
        counts: sequencer.counts(),
        rejects: sequencer.rejects.finish()?,
        refusal,
        strangers: sequencer.strangers,
        other_types: sequencer.other_types,
        version: contract.version.clone(),
        breaches: sequencer.breaches,
    })
}
