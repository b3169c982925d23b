//! One delivery beside the others of its source: what only shows where several are there.
//!
//! A year whose extract has far fewer rows than the year before was cut off somewhere that no trailer told of. An extract
//! with all the rows of another is that one once more, under another's name. A key that two files have is counted twice.

mod delivery;
mod same_rows;
mod shared_keys;

use std::collections::{BTreeMap, BTreeSet};

use delivery::Delivery;
pub use delivery::StagedBy;

use super::error::PullError;
use super::find::Extract;
use super::plan::ExtractStep;
use crate::definition::{Project, SameRows, is_beyond, percent};
use crate::observe::{Event, Observers, Warning};
use crate::store::{ArtefactRecord, Store};

/// Compares the staged extracts of each source: the rows of a year with those of the year before, and all with each other.
///
/// # Errors
/// All extracts that can't be what their names say, or the store can't be read.
pub async fn compare(
    project: &Project,
    store: &Store,
    observers: &Observers,
    staged: &[(&ExtractStep, &ArtefactRecord, StagedBy)],
) -> Result<(), Vec<PullError>> {
    let mut by_source: BTreeMap<&str, Vec<Delivery<'_>>> = BTreeMap::new();
    for (ExtractStep { extract, .. }, record, by) in staged {
        let Some(contract) = project.contracts.get(&extract.source) else { continue };
        let delivery = Delivery { extract, record, contract, by: *by };
        by_source.entry(&extract.source).or_default().push(delivery);
    }
    let mut failures = Vec::new();
    for deliveries in by_source.values() {
        failures.extend(rows_outside(deliveries));
        let (source, policy) = (&deliveries[0].extract.source, deliveries[0].contract.same_rows);
        let same = match policy {
            SameRows::Allow => Vec::new(),
            SameRows::Warn | SameRows::Freeze => same_rows::find(store, deliveries).await?,
        };
        for group in &same {
            let files = group.iter().map(|delivery| delivery.extract.file.clone()).collect();
            if policy == SameRows::Freeze {
                failures.push(PullError::SameRows { source_name: source.clone(), files });
            } else if group.iter().any(|delivery| delivery.by == StagedBy::ThisJob) {
                observers.tell(&Event::Warned(Warning::SameRows { source: source.clone(), files }));
            }
        }
        // The same rows share every key, and for them the job ends already.
        if policy != SameRows::Freeze || same.is_empty() {
            failures.extend(shared_keys::find(store, deliveries).await?);
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

/// The years of a source, and the parts of its years, that differ from those of the latest year before by more rows than its
/// contract allows.
fn rows_outside(deliveries: &[Delivery<'_>]) -> Vec<PullError> {
    let contract = deliveries[0].contract;
    let Some(within) = contract.rows_within else { return Vec::new() };
    // A year may come in parts: all of them together are compared, and each by itself.
    let mut years: BTreeMap<(Option<&str>, i16), (&Extract, u64)> = BTreeMap::new();
    for delivery in deliveries {
        let Extract { year: Some(year), file, .. } = delivery.extract else { continue };
        for part in BTreeSet::from([None, contract.part_of(file)]) {
            years.entry((part, *year)).or_insert((delivery.extract, 0)).1 += delivery.total();
        }
    }
    let outside = |((part, year), (extract, rows)): (&(Option<&str>, i16), &(&Extract, u64))| {
        let (_, (_, previous)) = years.range((*part, i16::MIN)..(*part, *year)).next_back()?;
        // Nothing is a share of nothing: after a year without a row every number is the first.
        let is_outside = *previous > 0 && is_beyond(rows.abs_diff(*previous), *previous, within);
        is_outside.then(|| PullError::RowsOutside {
            source_name: extract.source.clone(),
            file: extract.file.clone(),
            rows: *rows,
            previous: *previous,
            within: percent(within),
        })
    };
    years.iter().filter_map(outside).collect()
}
