//! Columns whose rows are codes of few values, written without a look at each row's value.
//!
//! The writer of the parquet crate hashes, compares and counts the value of every row, which takes longer than all checks
//! of the pull. A column that comes as codes is hashed once a value. What is written is a function of the rows alone:
//! neither the codes nor where the stretches end show in the bytes.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::io;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int64Type};
use parquet::basic::{Encoding, Type};
use parquet::data_type::ByteArray;
use parquet::errors::Result;
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescPtr;

use super::chunk::{Chunk, ChunkWriter, Zstd};
use super::packing::{delta, hybrid};

/// Bytes of the largest dictionary; the values of a column with more are written row by row.
const LARGEST_DICTIONARY: usize = 1 << 20;

/// Bytes of the longest text that the footer gives as a column's least or largest.
const LONGEST_BOUND: usize = 64;

/// The place of a row that has no value.
const NULL: u32 = u32::MAX;

/// The place of a value that no row has had yet.
const UNKNOWN: u32 = u32::MAX - 1;

/// A stretch of a column: each row's code, and the values that the codes stand for.
///
/// It is Arrow's dictionary, but that a value may be missing, and others may be nobody's.
#[derive(Debug, Clone)]
pub struct Coded {
    codes: Arc<[u32]>,
    rows: Range<usize>,
    values: ArrayRef,
}

impl Coded {
    /// Rows by their codes, each of which is a place in `values`.
    pub fn new(codes: Arc<[u32]>, values: ArrayRef) -> Self {
        Self { rows: 0..codes.len(), codes, values }
    }

    /// A part of the rows.
    #[must_use]
    pub fn slice(&self, rows: Range<usize>) -> Self {
        let start = self.rows.start;
        Self { rows: start + rows.start..start + rows.end, ..self.clone() }
    }
}

/// The rows of a column of a row group, stretch by stretch.
#[derive(Debug)]
pub enum ColumnRows {
    /// Codes of values.
    Coded(Vec<Coded>),
    /// Whole numbers, most of which grow from row to row.
    Counting(Vec<i64>),
}

/// Makes columns into chunks of a file; one a thread.
pub struct ColumnEncoder {
    zstd: Zstd,
    places: Vec<u32>,
    page: Vec<u8>,
}

impl std::fmt::Debug for ColumnEncoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ColumnEncoder").finish_non_exhaustive()
    }
}

impl ColumnEncoder {
    /// An encoder.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn new() -> io::Result<Self> {
        Ok(Self { zstd: Zstd::new()?, places: Vec::new(), page: Vec::new() })
    }

    /// The chunk of a column of a row group.
    pub(super) fn encode(&mut self, column: &ColumnDescPtr, rows: &ColumnRows) -> Result<Chunk> {
        match rows {
            ColumnRows::Coded(stretches) => self.coded(column, stretches),
            ColumnRows::Counting(numbers) => self.counting(column, numbers),
        }
    }

    fn counting(&mut self, column: &ColumnDescPtr, numbers: &[i64]) -> Result<Chunk> {
        self.page.clear();
        delta(numbers, &mut self.page);
        let mut chunk = ChunkWriter::new();
        chunk.data(&self.page, numbers.len(), Encoding::DELTA_BINARY_PACKED, &mut self.zstd)?;
        let (min, max) = (numbers.iter().min().copied(), numbers.iter().max().copied());
        chunk.finish(column, Statistics::int64(min, max, None, Some(0), false))
    }

    fn coded(&mut self, column: &ColumnDescPtr, stretches: &[Coded]) -> Result<Chunk> {
        let distinct = self.distinct(column, stretches);
        let rows = self.places.len();
        self.page.clear();
        let mut present = std::mem::take(&mut self.places);
        if column.max_def_level() > 0 {
            let levels: Vec<u32> = present.iter().map(|place| u32::from(*place != NULL)).collect();
            self.page.extend_from_slice(&[0; 4]);
            hybrid(&levels, 1, &mut self.page);
            let length = (self.page.len() - 4) as u32;
            self.page[..4].copy_from_slice(&length.to_le_bytes());
            present.retain(|place| *place != NULL);
        }
        let mut chunk = ChunkWriter::new();
        let encoding = if distinct.has_dictionary(column) {
            let length = distinct.ends.len();
            chunk.dictionary(&distinct.plain, length, &mut self.zstd)?;
            let width = (u32::BITS - (length as u32).saturating_sub(1).leading_zeros()) as u8;
            self.page.push(width);
            hybrid(&present, width, &mut self.page);
            Encoding::RLE_DICTIONARY
        } else {
            distinct.write(column, &present, &mut self.page);
            Encoding::PLAIN
        };
        chunk.data(&self.page, rows, encoding, &mut self.zstd)?;
        self.places = present;
        chunk.finish(column, distinct.statistics)
    }

    /// The distinct values of the stretches, and in `places` each row's place among them.
    fn distinct(&mut self, column: &ColumnDescPtr, stretches: &[Coded]) -> Distinct {
        self.places.clear();
        let places = &mut self.places;
        let data_type = stretches.first().map_or(&DataType::Null, |first| first.values.data_type());
        match data_type {
            DataType::Int64 => {
                let found = Found::of(stretches, places, |values, at| values.as_primitive::<Int64Type>().value(at));
                let (min, max) = found.bounds();
                let statistics = Statistics::int64(min, max, None, Some(found.nulls), false);
                Distinct::new(found.values.iter().map(|value| value.to_le_bytes()), statistics)
            }
            DataType::Date32 => {
                let found = Found::of(stretches, places, |values, at| values.as_primitive::<Date32Type>().value(at));
                let (min, max) = found.bounds();
                let statistics = Statistics::int32(min, max, None, Some(found.nulls), false);
                Distinct::new(found.values.iter().map(|value| value.to_le_bytes()), statistics)
            }
            DataType::Boolean => {
                let found = Found::of(stretches, places, |values, at| values.as_boolean().value(at));
                let (min, max) = found.bounds();
                let statistics = Statistics::boolean(min, max, None, Some(found.nulls), false);
                Distinct::new(found.values.iter().map(|value| [u8::from(*value)]), statistics)
            }
            DataType::Decimal128(..) => {
                let found =
                    Found::of(stretches, places, |values, at| values.as_primitive::<Decimal128Type>().value(at));
                decimals(column, &found)
            }
            _ => {
                let found = Found::of(stretches, places, |values, at| values.as_string::<i32>().value(at));
                let bound = |text: Option<&str>| text.filter(|text| text.len() <= LONGEST_BOUND).map(ByteArray::from);
                let (min, max) = found.bounds();
                let statistics = Statistics::byte_array(bound(min), bound(max), None, Some(found.nulls), false);
                let plain = |text: &&str| [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat();
                Distinct::new(found.values.iter().map(plain), statistics)
            }
        }
    }
}

/// Decimals in the narrowest type that holds their digits.
fn decimals(column: &ColumnDescPtr, found: &Found<i128>) -> Distinct {
    let (min, max) = found.bounds();
    let nulls = Some(found.nulls);
    match column.physical_type() {
        Type::INT32 => {
            let narrow = |value: Option<i128>| value.and_then(|value| i32::try_from(value).ok());
            let statistics = Statistics::int32(narrow(min), narrow(max), None, nulls, false);
            Distinct::new(found.values.iter().map(|value| (*value as i32).to_le_bytes()), statistics)
        }
        Type::INT64 => {
            let narrow = |value: Option<i128>| value.and_then(|value| i64::try_from(value).ok());
            let statistics = Statistics::int64(narrow(min), narrow(max), None, nulls, false);
            Distinct::new(found.values.iter().map(|value| (*value as i64).to_le_bytes()), statistics)
        }
        _ => {
            // The bytes that the sign fills up are left out.
            let length = usize::try_from(column.type_length()).unwrap_or_default();
            let statistics = Statistics::fixed_len_byte_array(None, None, None, nulls, false);
            Distinct::new(found.values.iter().map(|value| value.to_be_bytes()[16 - length..].to_vec()), statistics)
        }
    }
}

/// The distinct values of a column of a row group, in the order in which rows first have them.
struct Distinct {
    /// As Parquet's PLAIN encoding writes them, in a dictionary page as in a data page; a truth takes a byte here.
    plain: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
    statistics: Statistics,
}

impl Distinct {
    fn new(values: impl Iterator<Item = impl AsRef<[u8]>>, statistics: Statistics) -> Self {
        let (mut plain, mut ends) = (Vec::new(), Vec::new());
        for value in values {
            plain.extend_from_slice(value.as_ref());
            ends.push(plain.len());
        }
        Self { plain, ends, statistics }
    }

    /// Whether the column gets a dictionary: not all readers know one of truths or of bytes of fixed length.
    fn has_dictionary(&self, column: &ColumnDescPtr) -> bool {
        let is_known = !matches!(column.physical_type(), Type::BOOLEAN | Type::FIXED_LEN_BYTE_ARRAY);
        is_known && self.plain.len() <= LARGEST_DICTIONARY
    }

    /// Appends the values at some places, as PLAIN has them.
    fn write(&self, column: &ColumnDescPtr, places: &[u32], page: &mut Vec<u8>) {
        if column.physical_type() == Type::BOOLEAN {
            let truth = |place: &u32| u8::from(self.plain[*place as usize] == 1);
            page.extend(
                places
                    .chunks(8)
                    .map(|eight| eight.iter().enumerate().fold(0, |byte, (bit, place)| byte | (truth(place) << bit))),
            );
            return;
        }
        for place in places {
            let place = *place as usize;
            let start = if place == 0 { 0 } else { self.ends[place - 1] };
            page.extend_from_slice(&self.plain[start..self.ends[place]]);
        }
    }
}

/// The distinct values, and how many rows have none.
struct Found<T> {
    values: Vec<T>,
    nulls: u64,
}

impl<T: Hash + Ord + Copy> Found<T> {
    /// Appends each row's place among the distinct values. Values are hashed, and rows are not; those of stretches that
    /// share their values once.
    fn of<'a>(stretches: &'a [Coded], places: &mut Vec<u32>, value: impl Fn(&'a ArrayRef, usize) -> T) -> Self {
        let most = stretches.iter().map(|stretch| stretch.values.len()).max().unwrap_or_default();
        let mut place_of: HashMap<T, u32, BuildHasherDefault<Fold>> =
            HashMap::with_capacity_and_hasher(most, BuildHasherDefault::default());
        let mut distinct = Vec::new();
        let mut nulls = 0;
        let (mut known, mut known_of): (Vec<u32>, Option<&ArrayRef>) = (Vec::new(), None);
        for Coded { codes, rows, values } in stretches {
            if known_of.is_none_or(|before| !Arc::ptr_eq(before, values)) {
                (known_of, known) = (Some(values), vec![UNKNOWN; values.len()]);
            }
            let known = known.as_mut_slice();
            places.extend(codes[rows.clone()].iter().map(|code| {
                let known = &mut known[*code as usize];
                if *known == UNKNOWN {
                    *known = if values.is_null(*code as usize) {
                        NULL
                    } else {
                        let value = value(values, *code as usize);
                        *place_of.entry(value).or_insert_with(|| {
                            distinct.push(value);
                            distinct.len() as u32 - 1
                        })
                    };
                }
                nulls += u64::from(*known == NULL);
                *known
            }));
        }
        Self { values: distinct, nulls }
    }

    fn bounds(&self) -> (Option<T>, Option<T>) {
        (self.values.iter().min().copied(), self.values.iter().max().copied())
    }
}

/// A quick hash. Values that somebody has chosen to collide make it slow and nothing worse.
#[derive(Default)]
struct Fold(u64);

impl Hasher for Fold {
    fn write(&mut self, bytes: &[u8]) {
        for eight in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..eight.len()].copy_from_slice(eight);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        let wide = u128::from(self.0 ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_0C2A_D3B1_5A7D);
        self.0 = (wide >> 64) as u64 ^ wide as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
