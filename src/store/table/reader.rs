//! The rows of a stored table, held in memory a batch at a time.

use std::fs::File;

use arrow::array::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::writer::TableError;

/// Rows of a batch.
const BATCH: usize = 8192;

/// The file of a table on the local disk.
#[derive(Debug)]
pub struct TableFile(pub File);

impl TableFile {
    /// Its rows, in the columns that are wanted.
    ///
    /// # Errors
    /// The file can't be read, or is no Parquet.
    pub fn rows(
        self,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, TableError>>, TableError> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(self.0).map_err(TableError::Unreadable)?;
        let columns = builder.parquet_schema().root_schema().get_fields().iter().enumerate();
        let wanted: Vec<usize> = columns.filter(|(_, column)| is_wanted(column.name())).map(|(at, _)| at).collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
        let reader = builder.with_projection(mask).with_batch_size(BATCH).build().map_err(TableError::Unreadable)?;
        Ok(reader.map(|batch| batch.map_err(|error| TableError::Unreadable(error.into()))))
    }
}
