//! The pages of one column of a row group, one behind the other.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::Result;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;
use zstd::bulk::Compressor;

/// The level of zstd: staged tables are read again at once, and a higher level takes longer than it saves.
const LEVEL: i32 = 1;

/// A column of a row group as it stands in the file.
#[derive(Debug)]
pub struct Chunk {
    pub(super) bytes: Bytes,
    pub(super) close: ColumnCloseResult,
}

/// Compresses pages; one a thread.
pub(super) struct Zstd(Compressor<'static>);

impl Zstd {
    pub(super) fn new() -> io::Result<Self> {
        Compressor::new(LEVEL).map(Self)
    }

    fn compress(&mut self, page: &[u8]) -> io::Result<Bytes> {
        Ok(self.0.compress(page)?.into())
    }
}

/// Writes the pages of a chunk.
pub(super) struct ChunkWriter {
    sink: TrackedWrite<Vec<u8>>,
    packed: usize,
    unpacked: usize,
    rows: usize,
    data_at: usize,
    encodings: Vec<Encoding>,
    has_dictionary: bool,
}

impl ChunkWriter {
    pub(super) fn new() -> Self {
        Self {
            sink: TrackedWrite::new(Vec::new()),
            packed: 0,
            unpacked: 0,
            rows: 0,
            data_at: 0,
            // That of the levels.
            encodings: vec![Encoding::RLE],
            has_dictionary: false,
        }
    }

    fn write(&mut self, page: Page, unpacked: usize) -> Result<()> {
        let spec = SerializedPageWriter::new(&mut self.sink).write_page(CompressedPage::new(page, unpacked))?;
        self.packed += spec.compressed_size;
        self.unpacked += spec.uncompressed_size;
        Ok(())
    }

    /// Writes `length` distinct values, as PLAIN has them.
    pub(super) fn dictionary(&mut self, plain: &[u8], length: usize, zstd: &mut Zstd) -> Result<()> {
        let buf = zstd.compress(plain)?;
        let num_values = length as u32;
        self.encodings.push(Encoding::PLAIN);
        self.write(Page::DictionaryPage { buf, num_values, encoding: Encoding::PLAIN, is_sorted: false }, plain.len())?;
        self.has_dictionary = true;
        self.data_at = self.packed;
        Ok(())
    }

    /// Writes the values of `rows` rows, their levels before them.
    pub(super) fn data(&mut self, page: &[u8], rows: usize, encoding: Encoding, zstd: &mut Zstd) -> Result<()> {
        let buf = zstd.compress(page)?;
        self.rows += rows;
        self.encodings.push(encoding);
        let (def_level_encoding, rep_level_encoding) = (Encoding::RLE, Encoding::RLE);
        let num_values = rows as u32;
        let data =
            Page::DataPage { buf, num_values, encoding, def_level_encoding, rep_level_encoding, statistics: None };
        self.write(data, page.len())
    }

    pub(super) fn finish(self, descr: &ColumnDescPtr, statistics: Statistics) -> Result<Chunk> {
        let metadata = ColumnChunkMetaData::builder(Arc::clone(descr))
            .set_encodings(self.encodings)
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(LEVEL)?))
            .set_total_compressed_size(self.packed as i64)
            .set_total_uncompressed_size(self.unpacked as i64)
            .set_num_values(self.rows as i64)
            .set_dictionary_page_offset(self.has_dictionary.then_some(0))
            .set_data_page_offset(self.data_at as i64)
            .set_statistics(statistics)
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: self.packed as u64,
            rows_written: self.rows as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        Ok(Chunk { bytes: self.sink.into_inner()?.into(), close })
    }
}
