//! Keys that two files of a table have: each file's own are found while it is staged.

use std::collections::{BTreeMap, BTreeSet};

use super::delivery::{Delivery, file_and_row, fold_rows, place};
use crate::definition::TableContract;
use crate::pull::check::KeyLog;
use crate::pull::error::{PullError, temporary_failed};
use crate::store::Store;

/// For each table, the first two rows of different files that have the same key, where the files are read together: the parts
/// of a year, or all files of a source of all years.
pub(super) async fn find(store: &Store, deliveries: &[Delivery<'_>]) -> Result<Vec<PullError>, PullError> {
    let mut together: BTreeMap<Option<i16>, Vec<&Delivery<'_>>> = BTreeMap::new();
    for delivery in deliveries {
        together.entry(delivery.extract.year).or_default().push(delivery);
    }
    let mut failures = Vec::new();
    for files in together.into_values().filter(|files| files.len() > 1) {
        for table in files[0].contract.tables.iter().filter(|table| !table.key.is_empty()) {
            failures.extend(first_shared(store, &files, table).await?);
        }
    }
    Ok(failures)
}

async fn first_shared(
    store: &Store,
    files: &[&Delivery<'_>],
    table: &TableContract,
) -> Result<Option<PullError>, PullError> {
    let key: BTreeSet<String> = table.key.iter().map(|column| table.columns[*column].name.clone()).collect();
    let mut log = KeyLog::default();
    for (at, file) in files.iter().enumerate() {
        let key = key.clone();
        let rows = store.open_table(&file.record.artefact, &table.name).await?;
        let note = move |log: &mut KeyLog, key, row| log.unique(key, place(at, row));
        log = fold_rows(rows, move |column| key.contains(column), log, note).await?;
    }
    let duplicates = log.duplicates().map_err(temporary_failed)?;
    let told = |place: u64| {
        let (at, row) = file_and_row(place);
        (files[at].extract.file.clone(), row)
    };
    Ok(duplicates.into_iter().next().map(|(later, first)| PullError::KeyTwice {
        source_name: files[0].extract.source.clone(),
        columns: table.key.iter().map(|column| table.columns[*column].raw.clone()).collect(),
        rows: [told(first), told(later)],
    }))
}
