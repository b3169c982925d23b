//! Foreign keys: the values of a staged column that other sources refer to.
//!
//! A source that is referred to refers to none itself, so two rounds stage everything. The columns
//! are those of registers of providers: thousands of values, which are held in memory.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::AsArray;
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::locate::Extract;
use super::{PseudonymKey, PullError, arrow_failed, staged_artefact};
use crate::definition::{CodeLists, Contract, Project, Reference};
use crate::store::{Artefact, Store, TableError};

/// The values of each column that is referred to.
pub(super) type References = BTreeMap<Reference, BTreeSet<String>>;

/// An extract, the staged artefact that it is or will be, and those that its foreign keys refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// The extract.
    pub extract: Extract,
    /// Its artefact.
    pub artefact: Artefact,
    /// The artefacts that its foreign keys refer to, by table.
    pub refers_to: BTreeMap<String, Vec<Artefact>>,
}

/// The staged artefacts that the extracts become. The keys of those referred to are part of the key.
pub fn staged(extracts: Vec<Extract>, project: &Project, code_lists: &CodeLists, key: &PseudonymKey) -> Vec<Staged> {
    let nothing = BTreeMap::new();
    let contract_of = |extract: &Extract| project.contracts.get(&extract.source);
    let alone: Vec<(&Extract, Artefact)> = extracts
        .iter()
        .filter_map(|extract| {
            let contract = contract_of(extract).filter(|contract| contract.references().is_empty())?;
            Some((extract, staged_artefact(extract, contract, code_lists, key, &nothing)))
        })
        .collect();
    let referred = |extract: &Extract, table: &str| -> Vec<Artefact> {
        let Some(owner) = project.source_of(table) else { return Vec::new() };
        let serves = |other: &Extract| other.source == owner.name && (!owner.yearly || other.year == extract.year);
        alone.iter().filter(|(other, _)| serves(other)).map(|(_, artefact)| artefact.clone()).collect()
    };
    let refers_to: Vec<BTreeMap<String, Vec<Artefact>>> = extracts
        .iter()
        .map(|extract| {
            let references = contract_of(extract).map(Contract::references).unwrap_or_default();
            references.into_iter().map(|to| (to.table.clone(), referred(extract, &to.table))).collect()
        })
        .collect();
    extracts
        .iter()
        .zip(refers_to)
        .filter_map(|(extract, refers_to)| {
            let artefact = staged_artefact(extract, contract_of(extract)?, code_lists, key, &refers_to);
            Some(Staged { extract: extract.clone(), artefact, refers_to })
        })
        .collect()
}

/// Reads the values that an extract's foreign keys may have.
///
/// # Errors
/// An artefact is not staged, or can't be read.
pub(super) async fn read(store: &Store, staged: &Staged, contract: &Contract) -> Result<References, PullError> {
    let mut references = References::new();
    for reference in contract.references() {
        let artefacts = staged.refers_to.get(&reference.table).map(Vec::as_slice).unwrap_or_default();
        let unreferred = || PullError::Unreferred {
            source_name: contract.name.clone(),
            file: staged.extract.file.clone(),
            referred: reference.table.clone(),
        };
        if artefacts.is_empty() {
            return Err(unreferred());
        }
        let mut values = BTreeSet::new();
        for artefact in artefacts {
            store.artefact(artefact).await?.ok_or_else(unreferred)?;
            let path = store.table(artefact, &reference.table).await?;
            let table = store.get(&path).await?.ok_or_else(unreferred)?;
            read_column(table, &reference.column, &mut values)?;
        }
        references.insert(reference.clone(), values);
    }
    Ok(references)
}

pub(super) fn read_column(table: Bytes, column: &str, values: &mut BTreeSet<String>) -> Result<(), PullError> {
    let failed = |error| PullError::Table(TableError::Parquet(error));
    let builder = ParquetRecordBatchReaderBuilder::try_new(table).map_err(failed)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), [column]);
    for batch in builder.with_projection(mask).build().map_err(failed)? {
        let batch = batch.map_err(arrow_failed)?;
        let Some(texts) = batch.column(0).as_string_opt::<i32>() else { continue };
        values.extend(texts.iter().flatten().map(str::to_owned));
    }
    Ok(())
}
