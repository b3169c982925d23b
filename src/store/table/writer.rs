//! Parquet files whose bytes depend on nothing but their rows.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path as FilePath;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::BatchCoalescer;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::definition::Digest;
use crate::problem::{Exit, Explain};

/// What the footer names as the file's maker.
pub(super) const CREATED_BY: &str = "maaltal";

/// Rows per row group: small enough to bound the writer's memory, large enough for readers.
pub const ROW_GROUP_ROWS: usize = 128 * 1024;

/// Rows that are given to the writer at once. It looks at the size of a page after each batch, so where batches end
/// shows in the bytes; and batches end where the engine's threads happened to.
const WRITTEN_ROWS: usize = 8 * 1024;

/// A table can't be written to the local disk, or read from it.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// No temporary file, or no room.
    #[error("can't write a temporary file")]
    File(#[from] io::Error),
    /// The rows do not make a Parquet file.
    #[error("can't write Parquet")]
    Parquet(#[from] ParquetError),
    /// A file that is there can't be read as Parquet.
    #[error("can't read Parquet")]
    Unreadable(#[source] ParquetError),
}

impl Explain for TableError {
    fn exit(&self) -> Exit {
        Exit::Store
    }

    fn details(&self) -> Vec<String> {
        match self {
            Self::File(source) => vec![source.to_string()],
            Self::Parquet(source) | Self::Unreadable(source) => vec![source.to_string()],
        }
    }

    fn hint(&self) -> Option<String> {
        let text = match self {
            Self::File(_) | Self::Parquet(_) => {
                "Check that the temporary folder (TMPDIR) and the store's disk have room."
            }
            Self::Unreadable(_) => "`maaltal verify` says which files of the store are not what their records say.",
        };
        Some(text.to_owned())
    }
}

/// A Parquet file of an artefact or of a published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    /// Rows in the file.
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// Digest of the file.
    pub sha256: Digest,
}

/// A finished Parquet file on the local disk, gone when dropped.
#[derive(Debug)]
pub struct LocalTable {
    file: NamedTempFile,
    entry: TableEntry,
}

impl LocalTable {
    pub(super) fn new((file, entry): (NamedTempFile, TableEntry)) -> Self {
        Self { file, entry }
    }

    /// Where the file is.
    pub fn path(&self) -> &FilePath {
        self.file.path()
    }

    /// Its rows, bytes and digest.
    pub fn entry(&self) -> &TableEntry {
        &self.entry
    }
}

/// Writes record batches as a Parquet file, to a temporary file unless it is told otherwise. The same rows give the same
/// bytes.
pub struct TableWriter<S: Write + Send = NamedTempFile> {
    writer: ArrowWriter<Hashing<S>>,
    waiting: BatchCoalescer,
    schema: SchemaRef,
    rows: u64,
}

impl<S: Write + Send> std::fmt::Debug for TableWriter<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableWriter").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl TableWriter {
    /// Starts a temporary file with `labels` in its footer.
    ///
    /// # Errors
    /// No temporary file can be made.
    pub fn new(schema: SchemaRef, labels: &BTreeMap<String, String>) -> Result<Self, TableError> {
        Self::to(NamedTempFile::new()?, schema, labels)
    }

    /// Finishes the file.
    ///
    /// # Errors
    /// The disk is full.
    pub fn finish(self) -> Result<LocalTable, TableError> {
        Ok(LocalTable::new(self.close()?))
    }
}

impl<S: Write + Send> TableWriter<S> {
    /// Starts a file at `sink` with `labels` in its footer.
    pub(in crate::store) fn to(
        sink: S,
        schema: SchemaRef,
        labels: &BTreeMap<String, String>,
    ) -> Result<Self, TableError> {
        let labels = labels.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .set_created_by(CREATED_BY.to_owned())
            .set_key_value_metadata(Some(labels))
            .build();
        let sink = Hashing::new(sink);
        // Without the Arrow schema in the footer every reader sees the plain Parquet types.
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(sink, Arc::clone(&schema), options)?;
        let waiting = BatchCoalescer::new(Arc::clone(&schema), WRITTEN_ROWS);
        Ok(Self { writer, waiting, schema, rows: 0 })
    }

    /// The table's schema.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Adds rows.
    ///
    /// # Errors
    /// The disk is full, or the batch is of another schema.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), TableError> {
        self.rows += batch.num_rows() as u64;
        self.waiting.push_batch(batch.clone()).map_err(ParquetError::from)?;
        self.write_completed()
    }

    fn write_completed(&mut self) -> Result<(), TableError> {
        while let Some(batch) = self.waiting.next_completed_batch() {
            self.writer.write(&batch)?;
        }
        Ok(())
    }

    /// Finishes the file; tells its rows, bytes and digest.
    pub(in crate::store) fn close(mut self) -> Result<(S, TableEntry), TableError> {
        self.waiting.finish_buffered_batch().map_err(ParquetError::from)?;
        self.write_completed()?;
        Ok(self.writer.into_inner()?.finish(self.rows)?)
    }
}

/// Passes bytes on and digests them on the way.
pub(super) struct Hashing<S> {
    sink: S,
    hasher: Sha256,
    bytes: u64,
}

impl<S: Write> Hashing<S> {
    pub(super) fn new(sink: S) -> Self {
        Self { sink, hasher: Sha256::new(), bytes: 0 }
    }

    /// The finished file of a table of `rows` rows, and its entry.
    pub(super) fn finish(mut self, rows: u64) -> io::Result<(S, TableEntry)> {
        self.sink.flush()?;
        Ok((self.sink, TableEntry { rows, bytes: self.bytes, sha256: Digest::from(self.hasher) }))
    }
}

impl<S: Write> Write for Hashing<S> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.sink.write(buffer)?;
        self.hasher.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

    use arrow::array::{ArrayRef, StringArray};
    use arrow::datatypes::{DataType, Field, Schema};

    use super::*;

    #[test]
    fn where_batches_end_does_not_show_in_the_bytes() {
        let schema = Arc::new(Schema::new(vec![Field::new("text", DataType::Utf8, true)]));
        let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..200_000).map(|row| (row * 7919).to_string())));
        let rows = RecordBatch::try_new(Arc::clone(&schema), vec![texts]).unwrap();
        let digest = |size: usize| {
            let mut writer = TableWriter::new(Arc::clone(&schema), &BTreeMap::new()).unwrap();
            for start in (0..rows.num_rows()).step_by(size) {
                writer.write(&rows.slice(start, size.min(rows.num_rows() - start))).unwrap();
            }
            writer.finish().unwrap().entry().clone()
        };
        let whole = digest(200_000);
        assert_eq!(whole.rows, 200_000);
        assert_eq!([digest(777), digest(8192), digest(50_001)], [whole.clone(), whole.clone(), whole]);
    }
}
