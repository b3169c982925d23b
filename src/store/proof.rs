//! Files held to their records to find all that is wrong, not the first.

use super::artefact::OF_ANOTHER;
use super::{Artefact, ArtefactRecord, Store, StoreError};

/// Files that were held to what is written of them, and what is wrong with some.
#[derive(Debug, Default)]
pub struct Tally {
    /// Files that are what is written of them.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What is wrong with others: each names its file.
    pub wrong: Vec<StoreError>,
}

impl Tally {
    /// Counts a file of so many bytes, or keeps what is wrong with it.
    ///
    /// # Errors
    /// The store could not be asked: of such a file nothing is known.
    pub fn count(&mut self, held: Result<u64, StoreError>) -> Result<(), StoreError> {
        match held {
            Ok(bytes) => {
                self.files += 1;
                self.bytes += bytes;
                Ok(())
            }
            Err(error) if error.finding().is_some() => {
                self.wrong.push(error);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Adds another tally to this one.
    pub fn add(&mut self, other: Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.wrong.extend(other.wrong);
    }
}

/// Holds an artefact's record to its own digest, and its tables to the record, byte for byte. Without a record that can be
/// believed nobody looks at the tables.
///
/// # Errors
/// The store could not be asked.
pub async fn proven(store: &Store, artefact: &Artefact) -> Result<(Option<ArtefactRecord>, Tally), StoreError> {
    let mut tally = Tally::default();
    let record = match record(store, artefact).await {
        Ok((record, bytes)) => {
            tally.count(Ok(bytes))?;
            record
        }
        Err(error) => {
            tally.count(Err(error))?;
            return Ok((None, tally));
        }
    };
    for (table, entry) in &record.tables {
        let held = store.hold(&artefact.table_path(table), entry, record.encryption_key).await;
        tally.count(held.map(|()| entry.bytes))?;
    }
    Ok((Some(record), tally))
}

/// The record, and how many bytes it has.
async fn record(store: &Store, artefact: &Artefact) -> Result<(ArtefactRecord, u64), StoreError> {
    let path = artefact.record_path();
    let Some((record, seal)) = store.opened(artefact).await? else { return Err(store.gone(&path)) };
    match seal.fault() {
        Some(fault) => Err(store.damaged(&path, fault)),
        None if record.artefact != *artefact => Err(store.damaged(&path, OF_ANOTHER)),
        None => {
            let bytes = record.to_file()?.len() as u64;
            Ok((record, bytes))
        }
    }
}
