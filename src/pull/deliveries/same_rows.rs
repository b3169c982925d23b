//! Extracts of a source that have the same rows, whatever their files look like: compressed otherwise, with other line ends, in
//! another order, with another year in the column that says it, or with rows that the year's other registers do not let pass.

use std::collections::{BTreeMap, BTreeSet};

use super::delivery::{Delivery, file_and_row, fold_rows, place};
use crate::pull::check::KeyLog;
use crate::pull::error::{PullError, temporary_failed};
use crate::store::Store;

/// The extracts of a source that have the same rows, in groups of two or more.
///
/// Rows are read only where as many were accepted of both, or accepted and rejected together, which two different deliveries
/// seldom have.
pub(super) async fn find<'d, 'a>(
    store: &Store,
    deliveries: &'d [Delivery<'a>],
) -> Result<Vec<Vec<&'d Delivery<'a>>>, PullError> {
    let mut as_many: BTreeMap<Vec<u64>, Vec<&Delivery<'_>>> = BTreeMap::new();
    for delivery in deliveries.iter().filter(|delivery| delivery.total() > 0) {
        as_many.entry(delivery.rows().map(|(_, rows)| rows).collect()).or_default().push(delivery);
    }
    let mut groups: Vec<Vec<&Delivery<'_>>> = Vec::new();
    for alike in as_many.into_values() {
        for same in exactly(store, alike).await? {
            let mut earlier = None;
            for (at, group) in groups.iter().enumerate() {
                if differ_by_rejects(store, group[0], same[0]).await? {
                    earlier = Some(at);
                    break;
                }
            }
            match earlier {
                Some(at) => groups[at].extend(same),
                None => groups.push(same),
            }
        }
    }
    groups.retain(|group| group.len() > 1);
    groups.iter_mut().for_each(|group| group.sort_by_key(|delivery| &delivery.extract.file));
    Ok(groups)
}

/// Extracts of which as many rows were accepted, those with the same rows together.
async fn exactly<'d, 'a>(
    store: &Store,
    alike: Vec<&'d Delivery<'a>>,
) -> Result<impl Iterator<Item = Vec<&'d Delivery<'a>>>, PullError> {
    let mut same: BTreeMap<Vec<u128>, Vec<&Delivery<'_>>> = BTreeMap::new();
    let is_alone = alike.len() == 1;
    for delivery in alike {
        let mut tables = Vec::new();
        for (table, _) in delivery.rows().filter(|(_, rows)| *rows > 0 && !is_alone) {
            tables.push(fingerprint(store, delivery, table).await?);
        }
        same.entry(tables).or_default().push(delivery);
    }
    Ok(same.into_values())
}

/// The columns of a table by which rows are compared: all but those that say the year or the part of the file.
fn compared(delivery: &Delivery<'_>, table: &str) -> impl Fn(&str) -> bool + Send + use<> {
    let tables = delivery.contract.tables.iter().filter(|it| it.name == table);
    let of_name = tables.flat_map(|it| &it.columns).filter(|column| column.is_of_year() || column.is_of_part());
    let left_out: BTreeSet<String> = of_name.map(|column| column.name.clone()).collect();
    move |column: &str| !left_out.contains(column)
}

/// A number that two tables share if they have the same rows, in whatever order: the sum of the rows' digests.
async fn fingerprint(store: &Store, delivery: &Delivery<'_>, table: &str) -> Result<u128, PullError> {
    let rows = store.open_table(&delivery.record.artefact, table).await?;
    fold_rows(rows, compared(delivery, table), 0, |sum: &mut u128, row, _| {
        *sum = sum.wrapping_add(row);
        Ok(())
    })
    .await
}

/// Whether most rows of two extracts are the same, and all others of each could be those that were rejected of the other: what
/// rows refer to differs from year to year, and so does which of the same rows are accepted.
async fn differ_by_rejects(store: &Store, one: &Delivery<'_>, other: &Delivery<'_>) -> Result<bool, PullError> {
    let read = |it: &Delivery<'_>| it.total() + it.rejected();
    if one.rejected() + other.rejected() == 0 || read(one) != read(other) {
        return Ok(false);
    }
    let mut shared = 0;
    for (table, _) in one.rows() {
        let mut log = KeyLog::default();
        for (at, delivery) in [one, other].into_iter().enumerate() {
            let rows = store.open_table(&delivery.record.artefact, table).await?;
            let note = move |log: &mut KeyLog, key, row| log.unique(key, place(at, row));
            log = fold_rows(rows, compared(delivery, table), log, note).await?;
        }
        shared += log.shared(|place| file_and_row(place).0 == 1).map_err(temporary_failed)?;
    }
    let is_explained = one.total() - shared <= other.rejected() && other.total() - shared <= one.rejected();
    Ok(is_explained && 2 * shared >= one.total().max(other.total()))
}
