//! Parquet files made of row groups whose columns are encoded in any order, on any thread.

use std::io::{BufWriter, Write};
use std::sync::Arc;

use arrow::datatypes::Schema;
use parquet::arrow::ArrowSchemaConverter;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnDescPtr;
use tempfile::NamedTempFile;

use super::chunk::Chunk;
use super::column::{ColumnEncoder, ColumnRows};
use super::writer::{CREATED_BY, Hashing, LocalTable, TableError};

/// Bytes that are written at once: chunks are handed to the file in small pieces.
const BUFFER: usize = 1 << 20;

/// A column of a file.
#[derive(Debug, Clone)]
pub struct FileColumn(ColumnDescPtr);

impl FileColumn {
    /// Encodes its rows in a row group.
    ///
    /// # Errors
    /// The rows are more than a page holds.
    pub fn encode(&self, rows: &ColumnRows, encoder: &mut ColumnEncoder) -> Result<Chunk, TableError> {
        Ok(encoder.encode(&self.0, rows)?)
    }
}

/// Writes row groups to a temporary Parquet file.
pub struct GroupWriter {
    writer: SerializedFileWriter<BufWriter<Hashing<NamedTempFile>>>,
    rows: u64,
}

impl std::fmt::Debug for GroupWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GroupWriter").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl GroupWriter {
    /// Starts a file of columns that are no lists.
    ///
    /// # Errors
    /// No temporary file can be made.
    pub fn new(schema: &Schema) -> Result<Self, TableError> {
        let root = ArrowSchemaConverter::new().convert(schema)?.root_schema_ptr();
        let properties = WriterProperties::builder().set_created_by(CREATED_BY.to_owned()).build();
        let sink = BufWriter::with_capacity(BUFFER, Hashing::new(NamedTempFile::new()?));
        Ok(Self { writer: SerializedFileWriter::new(sink, root, Arc::new(properties))?, rows: 0 })
    }

    /// The file's columns.
    pub fn columns(&self) -> Vec<FileColumn> {
        self.writer.schema_descr().columns().iter().map(|column| FileColumn(Arc::clone(column))).collect()
    }

    /// Adds a row group of `rows` rows: its chunks in the order of the columns.
    ///
    /// # Errors
    /// The disk is full, or the chunks are of other columns.
    pub fn append(&mut self, rows: usize, chunks: Vec<Chunk>) -> Result<(), TableError> {
        let mut group = self.writer.next_row_group()?;
        for chunk in chunks {
            group.append_column(&chunk.bytes, chunk.close)?;
        }
        group.close()?;
        self.rows += rows as u64;
        Ok(())
    }

    /// Finishes the file.
    ///
    /// # Errors
    /// The disk is full.
    pub fn finish(self) -> Result<LocalTable, TableError> {
        let mut sink = self.writer.into_inner()?;
        sink.flush()?;
        let hashing = sink.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        Ok(LocalTable::new(hashing.finish(self.rows)?))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

    use std::fs::File;

    use arrow::array::{
        Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray, UInt32Array,
    };
    use arrow::compute::{concat, concat_batches, take};
    use arrow::datatypes::{DataType, Field};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use proptest::prelude::*;

    use super::super::column::Coded;
    use super::*;

    /// Values of every type that a staged table has, the last of each type missing.
    fn values(seed: i64, count: usize) -> Vec<ArrayRef> {
        let numbers =
            || (0..count as i64).map(move |at| (at + 1 < count as i64).then_some((at * 7919 + seed) * 31 - 500));
        let digits = |precision, scale, by: i128| -> ArrayRef {
            let digits = numbers().map(|number| number.map(|number| i128::from(number) * by));
            Arc::new(Decimal128Array::from_iter(digits).with_precision_and_scale(precision, scale).unwrap())
        };
        vec![
            Arc::new(numbers().map(|number| number.map(|number| format!("t{number}"))).collect::<StringArray>()),
            Arc::new(numbers().collect::<Int64Array>()),
            Arc::new(numbers().map(|number| number.map(|number| number as i32)).collect::<Date32Array>()),
            Arc::new(numbers().map(|number| number.map(|number| number % 2 == 0)).collect::<BooleanArray>()),
            digits(9, 2, 1),
            digits(18, 4, 1000),
            digits(38, 6, -1_000_000_000_000_000_000),
        ]
    }

    fn schema(nullable: bool) -> Schema {
        let types = values(0, 1).into_iter().map(|values| values.data_type().clone());
        let fields = types.enumerate().map(|(at, data_type)| Field::new(format!("c{at}"), data_type, nullable));
        Schema::new(fields.chain([Field::new("row", DataType::Int64, false)]).collect::<Vec<_>>())
    }

    /// The file of rows that come in stretches: each some codes, and the values that they stand for.
    fn written(schema: &Schema, groups: &[Vec<(Vec<u32>, Vec<ArrayRef>)>]) -> LocalTable {
        let mut writer = GroupWriter::new(schema).unwrap();
        let columns = writer.columns();
        let mut encoder = ColumnEncoder::new().unwrap();
        for group in groups {
            let rows: usize = group.iter().map(|(codes, _)| codes.len()).sum();
            let coded = (0..schema.fields().len() - 1).map(|at| {
                let stretch = |(codes, values): &(Vec<u32>, Vec<ArrayRef>)| {
                    Coded::new(codes.clone().into(), Arc::clone(&values[at]))
                };
                ColumnRows::Coded(group.iter().map(stretch).collect())
            });
            let counting = ColumnRows::Counting((0..rows as i64).map(|row| row * row).collect());
            let all = coded.chain([counting]);
            let chunks =
                columns.iter().zip(all).map(|(column, rows)| column.encode(&rows, &mut encoder).unwrap()).collect();
            writer.append(rows, chunks).unwrap();
        }
        writer.finish().unwrap()
    }

    fn read(table: &LocalTable) -> RecordBatch {
        let file = File::open(table.path()).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        let schema = Arc::clone(reader.schema());
        let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
        concat_batches(&schema, &batches).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn every_type_is_read_as_it_was_written(
            stretches in prop::collection::vec((prop::collection::vec(0_u32..40, 1..400), 0_i64..3), 1..5),
            run in 0_usize..300,
        ) {
            let mut rows: Vec<(Vec<u32>, Vec<ArrayRef>)> =
                stretches.into_iter().map(|(codes, seed)| (codes, values(seed, 40))).collect();
            // A run of one value is packed otherwise.
            rows[0].0.extend(vec![3; run]);
            let table = written(&schema(true), &[rows.clone(), rows.clone()]);
            let found = read(&table);
            for column in 0..7 {
                let stretch = |(codes, values): &(Vec<u32>, Vec<ArrayRef>)| {
                    take(&values[column], &UInt32Array::from(codes.clone()), None).unwrap()
                };
                let group: Vec<ArrayRef> = rows.iter().map(stretch).collect();
                let both: Vec<&dyn Array> = group.iter().chain(&group).map(AsRef::as_ref).collect();
                prop_assert_eq!(found.column(column), &concat(&both).unwrap());
            }
            prop_assert_eq!(table.entry().rows, found.num_rows() as u64);
        }

        #[test]
        fn neither_codes_nor_stretches_show_in_the_bytes(
            codes in prop::collection::vec(0_u32..20, 2..600), cut in 1_usize..600, shift in 0_u32..20,
        ) {
            let values = values(5, 21);
            let cut = cut.min(codes.len() - 1);
            let whole = written(&schema(true), &[vec![(codes.clone(), values.clone())]]);
            // The same values under other codes, and with others among them that no row has.
            let order: Vec<u32> = (0..21).map(|code| (code + shift) % 21).chain([0, 1]).collect();
            let others: Vec<ArrayRef> =
                values.iter().map(|all| take(all, &UInt32Array::from(order.clone()), None).unwrap()).collect();
            let renamed = |codes: &[u32]| codes.iter().map(|code| (code + 21 - shift) % 21).collect::<Vec<u32>>();
            let stretches = vec![(codes[..cut].to_vec(), values.clone()), (renamed(&codes[cut..]), others)];
            let cut_up = written(&schema(true), &[stretches]);
            prop_assert_eq!(whole.entry(), cut_up.entry());
        }

        #[test]
        fn numbers_that_count_are_read_as_they_were_written(numbers in prop::collection::vec(any::<i64>(), 1..700)) {
            let schema = Schema::new(vec![Field::new("row", DataType::Int64, false)]);
            let mut writer = GroupWriter::new(&schema).unwrap();
            let rows = ColumnRows::Counting(numbers.clone());
            let chunk = writer.columns()[0].encode(&rows, &mut ColumnEncoder::new().unwrap()).unwrap();
            writer.append(numbers.len(), vec![chunk]).unwrap();
            let expected: ArrayRef = Arc::new(Int64Array::from(numbers));
            let found = read(&writer.finish().unwrap());
            prop_assert_eq!(found.column(0), &expected);
        }
    }

    #[test]
    fn a_column_of_more_texts_than_a_dictionary_holds_is_written_row_by_row() {
        let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..100_000).map(|row| format!("{row:032}"))));
        let schema =
            Schema::new(vec![Field::new("text", DataType::Utf8, false), Field::new("row", DataType::Int64, false)]);
        let table = written(&schema, &[vec![((0..100_000).collect(), vec![Arc::clone(&texts)])]]);
        assert_eq!(read(&table).column(0), &texts);
    }

    #[test]
    fn a_table_without_rows_has_its_columns() {
        let table = GroupWriter::new(&schema(false)).unwrap().finish().unwrap();
        assert_eq!(read(&table).num_rows(), 0);
        assert_eq!(read(&table).num_columns(), 8);
    }
}
