//! A staged extract, and its rows.

use std::io;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use arrow::row::{RowConverter, SortField};

use crate::definition::Contract;
use crate::observe::Cancel;
use crate::pull::account::REJECTS_TABLE;
use crate::pull::check::{ROW_COLUMN, key_of};
use crate::pull::error::{PullError, temporary_failed};
use crate::pull::find::Extract;
use crate::store::{ArtefactRecord, TableFile};

/// Which job staged an extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StagedBy {
    /// The one that compares.
    ThisJob,
    /// One before it.
    EarlierJob,
}

/// A staged extract beside the others.
#[derive(Clone, Copy)]
pub(super) struct Delivery<'a> {
    pub(super) extract: &'a Extract,
    pub(super) record: &'a ArtefactRecord,
    pub(super) contract: &'a Contract,
    pub(super) by: StagedBy,
}

impl Delivery<'_> {
    /// The accepted rows of each of its tables.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&str, u64)> {
        let rows = |name| self.record.tables.get(name).map_or(0, |table| table.rows);
        self.contract.tables.iter().map(move |table| (table.name.as_str(), rows(&table.name)))
    }

    /// All of them.
    pub(super) fn total(&self) -> u64 {
        self.rows().map(|(_, rows)| rows).sum()
    }

    /// The rows that were rejected.
    pub(super) fn rejected(&self) -> u64 {
        self.record.tables.get(REJECTS_TABLE).map_or(0, |table| table.rows)
    }
}

/// Bits that a row's number has in a place, beside that of its file.
const ROW_BITS: u32 = 40;

/// A row of one of several files.
pub(super) fn place(file: usize, row: u64) -> u64 {
    (file as u64) << ROW_BITS | row
}

/// The file and the row of a place.
pub(super) fn file_and_row(place: u64) -> (usize, u64) {
    (usize::try_from(place >> ROW_BITS).unwrap_or_default(), place & ((1 << ROW_BITS) - 1))
}

/// Hands the rows of a table to `take` one after the other: the digest of the columns that are wanted, and where the row stood in
/// its extract. A thread reads them, which stops when nobody waits for the answer any more.
pub(super) async fn fold_rows<T: Send + 'static>(
    table: TableFile,
    is_wanted: impl Fn(&str) -> bool + Send + 'static,
    mut answer: T,
    take: impl Fn(&mut T, u128, u64) -> io::Result<()> + Send + 'static,
) -> Result<T, PullError> {
    let cancel = Cancel::default();
    let _stop = cancel.on_drop();
    let read = move || {
        for batch in table.rows(|column| column == ROW_COLUMN || is_wanted(column))? {
            if cancel.is_cancelled() {
                break;
            }
            let mut batch = batch?;
            let numbers = batch.remove_column(batch.schema().index_of(ROW_COLUMN)?);
            let fields = batch.columns().iter().map(|column| SortField::new(column.data_type().clone())).collect();
            let rows = RowConverter::new(fields)?.convert_columns(batch.columns())?;
            for (row, number) in rows.iter().zip(numbers.as_primitive::<Int64Type>().values()) {
                let number = u64::try_from(*number).unwrap_or_default();
                take(&mut answer, key_of([row.as_ref()]), number).map_err(temporary_failed)?;
            }
        }
        Ok(answer)
    };
    tokio::task::spawn_blocking(read).await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}
