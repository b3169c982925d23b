//! Foreign keys: the values of a staged column that other sources refer to.
//!
//! A source that is referred to refers to none itself, so two rounds stage everything. The columns
//! are those of registers of providers: thousands of values, which are held in memory.

use std::collections::BTreeSet;

use arrow::array::AsArray;

use super::check::References;
use super::error::PullError;
use super::plan::ExtractStep;
use crate::definition::Contract;
use crate::store::{Store, TableFile};

/// The values that an extract's foreign keys may have.
///
/// # Errors
/// An artefact is not staged, or can't be read.
pub(super) async fn read(store: &Store, step: &ExtractStep, contract: &Contract) -> Result<References, PullError> {
    let mut references = References::new();
    for reference in contract.references() {
        let artefacts = step.refers_to.get(&reference.table).map(Vec::as_slice).unwrap_or_default();
        let unreferred = || PullError::Unreferred {
            source_name: contract.name.clone(),
            file: step.extract.file.clone(),
            referred: reference.table.clone(),
        };
        if artefacts.is_empty() {
            return Err(unreferred());
        }
        let mut values = BTreeSet::new();
        for artefact in artefacts {
            store.artefact(artefact).await?.ok_or_else(unreferred)?;
            read_column(store.open_table(artefact, &reference.table).await?, &reference.column, &mut values)?;
        }
        references.insert(reference.clone(), values);
    }
    Ok(references)
}

/// Adds the values of a column of a staged table.
pub(super) fn read_column(table: TableFile, column: &str, values: &mut BTreeSet<String>) -> Result<(), PullError> {
    for batch in table.rows(|name| name == column)? {
        let batch = batch?;
        let Some(texts) = batch.column(0).as_string_opt::<i32>() else { continue };
        values.extend(texts.iter().flatten().map(str::to_owned));
    }
    Ok(())
}
