//! One extract: from its bytes to typed Parquet, rejects and counts. Runs on a thread of its own.
//!
//! Two passes bound the memory. The first checks each row by itself and writes it to a temporary file (`rows`); the second
//! leaves out the rows that only the whole file shows to be wrong, and holds the whole to its totals (`whole`).

mod rows;
mod whole;

use std::collections::BTreeSet;
use std::io::Read;
use std::panic::{self, AssertUnwindSafe};

use rows::Staging;
pub(super) use rows::Terms;

use super::account::{Breach, CountRow};
use super::error::PullError;
use super::parse::{Stop, parse};
use super::refusal::Refusal;
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
    /// Every breach in a definition, with its row: a person mends them by hand, and wants to see all.
    pub(super) breaches: Vec<(u64, Breach)>,
}

/// Checks the extract in `bytes`.
pub(super) fn stage(bytes: impl Read + Send, terms: Terms<'_>) -> Result<Staged, PullError> {
    let Terms { extract, contract, .. } = terms;
    let Some((delivery, _)) = contract.delivery(&extract.file) else {
        let reason = "no file pattern of its contract fits".to_owned();
        return Err(PullError::Unreadable { what: extract.file.clone(), reason });
    };
    let mut staging = Staging::new(terms, &delivery.text)?;
    // The readers of some formats panic over damaged files: that is the extract's fault, and no other's.
    let parsing = AssertUnwindSafe(|| parse(bytes, extract, delivery, contract, &mut staging));
    let parsed = match panic::catch_unwind(parsing) {
        Err(bug) if staging.is_checking => panic::resume_unwind(bug),
        Err(_) => Err(Stop::Refused(Refusal::Damaged)),
        Ok(parsed) => parsed,
    };
    let parsed = match parsed {
        Err(Stop::Refused(Refusal::Empty)) if contract.may_be_empty && staging.is_whole(&delivery.format) => Ok(()),
        other => other,
    };
    let (tables, refusal) = match parsed.and_then(|()| staging.second_pass()) {
        Ok(tables) => (tables, None),
        Err(Stop::Refused(refusal)) => (Vec::new(), Some(refusal.discreet(&staging.discretion))),
        Err(Stop::Unfetched(reason)) => return Err(PullError::Unreadable { what: extract.file.clone(), reason }),
        Err(Stop::Failed(error)) => return Err(error),
    };
    Ok(Staged {
        tables,
        counts: staging.counts(),
        rejects: staging.rejects.finish()?,
        refusal,
        strangers: staging.strangers,
        breaches: staging.breaches,
    })
}
