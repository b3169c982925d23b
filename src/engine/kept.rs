//! Rows of small files in memory: what a task has just made is read by many others, and opening a file for a few rows takes
//! longer than the rows.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use bytes::Bytes;
use datafusion::common::DataFusionError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use url::Url;

use super::compact::compact;
use super::rows::conform;

/// Bytes that the rows of one file may take in memory.
const ROWS_OF_A_FILE: usize = 8 * 1024 * 1024;

/// Bytes that the rows of one table's files may take in memory while a task reads them.
pub(super) const ROWS_OF_A_TABLE: usize = 64 * 1024 * 1024;

/// Bytes of a column above those of its rows that are worth a copy: what is kept counts against what else may be.
const WORTH_A_COPY: usize = 1024;

/// Rows of a batch that is read.
const MOST_ROWS: usize = 8 * 1024;

/// Bytes of a file that is read as a whole.
pub(super) const WHOLE_FILE: u64 = 1024 * 1024;

/// The rows of files by their addresses; those that nobody read for longest go when there are too many. No file of a store
/// is ever written with other content, so rows stay true.
#[derive(Debug)]
pub(super) struct Kept {
    limit: usize,
    files: Mutex<Files>,
}

#[derive(Debug, Default)]
struct Files {
    by_address: HashMap<Url, File>,
    /// The addresses by when they were last read, in steps of a clock of its own.
    by_use: BTreeMap<u64, Url>,
    clock: u64,
    bytes: usize,
}

#[derive(Debug)]
struct File {
    rows: Arc<[RecordBatch]>,
    bytes: usize,
    used: u64,
}

impl Kept {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, files: Mutex::default() }
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows of a file.
    pub(super) fn get(&self, file: &Url) -> Option<Arc<[RecordBatch]>> {
        let mut files = self.files();
        let Files { by_address, by_use, clock, .. } = &mut *files;
        let found = by_address.get_mut(file)?;
        *clock += 1;
        if let Some(address) = by_use.remove(&found.used) {
            by_use.insert(*clock, address);
        }
        found.used = *clock;
        Some(Arc::clone(&found.rows))
    }

    /// Keeps the rows of a file, unless they are too many.
    pub(super) fn keep(&self, file: &Url, rows: &[RecordBatch]) {
        let bytes = bytes_of(rows);
        if bytes > ROWS_OF_A_FILE.min(self.limit) {
            return;
        }
        let mut files = self.files();
        let files = &mut *files;
        if files.by_address.contains_key(file) {
            return;
        }
        files.clock += 1;
        files.bytes += bytes;
        files.by_use.insert(files.clock, file.clone());
        files.by_address.insert(file.clone(), File { rows: rows.into(), bytes, used: files.clock });
        while files.bytes > self.limit
            && let Some((_, oldest)) = files.by_use.pop_first()
        {
            files.bytes -= files.by_address.remove(&oldest).map_or(0, |file| file.bytes);
        }
    }
}

/// Rows that are gathered while they are few, and let go when they become many.
#[derive(Debug)]
pub struct FewRows(pub(super) Option<Vec<RecordBatch>>);

impl Default for FewRows {
    fn default() -> Self {
        Self(Some(Vec::new()))
    }
}

impl FewRows {
    /// Adds rows.
    pub fn add(&mut self, batch: &RecordBatch) {
        let Some(rows) = &mut self.0 else { return };
        match compact(batch, WORTH_A_COPY) {
            Ok(batch) => rows.push(batch),
            // Rows that can't be copied are read from their file.
            Err(_) => self.0 = None,
        }
        if self.0.as_ref().is_some_and(|rows| bytes_of(rows) > ROWS_OF_A_FILE) {
            self.0 = None;
        }
    }
}

/// Bytes that rows take in memory, and their file's name beside them.
pub(super) fn bytes_of(rows: &[RecordBatch]) -> usize {
    512 + rows.iter().map(RecordBatch::get_array_memory_size).sum::<usize>()
}

/// The rows of a Parquet file in a schema of some of its columns; `None` where it does not have them all.
pub(super) fn rows_of(file: Bytes, schema: &SchemaRef) -> Result<Option<Vec<RecordBatch>>, DataFusionError> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let found = Arc::clone(reader.schema());
    let places: Result<Vec<usize>, _> = schema.fields().iter().map(|field| found.index_of(field.name())).collect();
    let Ok(places) = places else { return Ok(None) };
    let mask = ProjectionMask::roots(reader.parquet_schema(), places.iter().copied());
    // A batch has room for as many rows as it may hold, and keeps it: few rows would take that of a thousand.
    let count = usize::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(MOST_ROWS);
    let mut rows = Vec::new();
    for batch in reader.with_projection(mask).with_batch_size(count.clamp(1, MOST_ROWS)).build()? {
        let batch = batch?;
        let places: Vec<usize> = columns(&batch.schema(), schema)?;
        rows.push(conform(&batch.project(&places)?, schema)?);
    }
    Ok(Some(rows))
}

fn columns(found: &Schema, schema: &SchemaRef) -> Result<Vec<usize>, DataFusionError> {
    Ok(schema.fields().iter().map(|field| found.index_of(field.name())).collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

    use arrow::array::{ArrayRef, Int64Array};
    use parquet::arrow::ArrowWriter;

    use super::*;

    fn rows(count: i64) -> Vec<RecordBatch> {
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..count));
        vec![RecordBatch::try_from_iter([("number", numbers)]).unwrap()]
    }

    fn file(name: u8) -> Url {
        Url::parse(&format!("memory:///{name}")).unwrap()
    }

    #[test]
    fn what_was_read_least_lately_goes_first_and_no_more_is_kept_than_may_be() {
        let kept = Kept::new(3 * bytes_of(&rows(1000)));
        for name in 0..3 {
            kept.keep(&file(name), &rows(1000));
        }
        assert!(kept.get(&file(0)).is_some());
        kept.keep(&file(3), &rows(1000));
        let there = |name| kept.get(&file(name)).is_some();
        assert_eq!([0, 1, 2, 3].map(there), [true, false, true, true]);
        assert!(kept.files().bytes <= kept.limit);
    }

    #[test]
    fn few_rows_take_little_room_whether_read_or_just_made() {
        let rows = &rows(3)[0];
        let mut file = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut file, rows.schema(), None).unwrap();
        writer.write(rows).unwrap();
        writer.close().unwrap();
        let read = rows_of(file.into(), &rows.schema()).unwrap().unwrap();
        assert_eq!(read, std::slice::from_ref(rows));
        let mut made = FewRows::default();
        made.add(&self::rows(100_000)[0].slice(7, 3));
        let made = made.0.unwrap();
        assert!(bytes_of(&read) < 2_000 && bytes_of(&made) < 2_000, "{} {}", bytes_of(&read), bytes_of(&made));
    }

    #[test]
    fn rows_that_are_too_many_are_not_kept() {
        let kept = Kept::new(usize::MAX);
        kept.keep(&file(0), &rows(2_000_000));
        assert!(kept.get(&file(0)).is_none());
    }
}
