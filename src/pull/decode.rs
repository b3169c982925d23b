//! From an object's bytes to UTF-8 text: streamed, decompressed, and in the character set it claims.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use encoding_rs::{Decoder, DecoderResult, ISO_8859_15, UTF_8, WINDOWS_1252};
use flate2::bufread::GzDecoder;
use futures::StreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest as _, Sha256};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use zip::ZipArchive;

use super::Refusal;
use super::spool::{Unspooled, spooled};
use crate::definition::Encoding;
use crate::store::Digest;

/// Chunks of an object that may wait for the parser.
const CHUNKS_AHEAD: usize = 8;

/// Bytes that are decoded at once.
const BLOCK: usize = 64 * 1024;

/// An object as a blocking reader, for the parsers' threads.
pub(super) struct ObjectReader {
    chunks: mpsc::Receiver<object_store::Result<Bytes>>,
    current: Bytes,
    hasher: Sha256,
}

impl ObjectReader {
    /// Starts fetching `path`.
    pub(super) fn open(objects: Arc<dyn ObjectStore>, path: Path, runtime: &Handle) -> Self {
        let (sender, chunks) = mpsc::channel(CHUNKS_AHEAD);
        runtime.spawn(async move {
            match objects.get(&path).await {
                Ok(object) => {
                    let mut stream = object.into_stream();
                    while let Some(chunk) = stream.next().await {
                        // The parser may have given up: then nobody wants the rest.
                        if sender.send(chunk).await.is_err() {
                            return;
                        }
                    }
                }
                Err(error) => drop(sender.send(Err(error)).await),
            }
        });
        Self { chunks, current: Bytes::new(), hasher: Sha256::new() }
    }
}

impl ObjectReader {
    /// The digest of the whole object; what the parser left is read for it.
    pub(super) fn digest(mut self) -> io::Result<Digest> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(self.hasher.into())
    }
}

impl Read for ObjectReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.chunks.blocking_recv() {
                Some(Ok(chunk)) => self.current = chunk,
                Some(Err(error)) => return Err(io::Error::other(Unfetched(error.to_string()))),
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.current.len());
        buffer[..length].copy_from_slice(&self.current[..length]);
        self.hasher.update(&buffer[..length]);
        self.current.advance(length);
        Ok(length)
    }
}

/// The object store failed while an extract was read: no fault of the extract.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unfetched(pub(super) String);

/// The extract refused itself while it was decoded.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Undecodable(Refusal);

/// A refusal on its way through a reader.
pub(super) fn undecodable(refusal: Refusal) -> io::Error {
    io::Error::other(Undecodable(refusal))
}

/// Whose fault an error of a reader made here is.
#[derive(Debug)]
pub(super) enum Fault {
    /// The extract's.
    Extract(Refusal),
    /// The store's that it is fetched from.
    Source(String),
    /// The temporary folder's.
    Disk(io::Error),
}

/// What an error of a reader made here means.
pub(super) fn fault_of(error: &io::Error) -> Fault {
    let inner = error.get_ref();
    if let Some(Undecodable(refusal)) = inner.and_then(|inner| inner.downcast_ref()) {
        return Fault::Extract(refusal.clone());
    }
    match inner.and_then(|inner| inner.downcast_ref()) {
        Some(Unspooled(inner)) => Fault::Disk(io::Error::new(inner.kind(), inner.to_string())),
        None => Fault::Source(error.to_string()),
    }
}

/// The text of a file: decompressed where its name says so, transcoded to UTF-8, its byte order mark gone.
pub(super) fn text_of<'a>(
    bytes: impl Read + Send + 'a,
    file: &str,
    encoding: Encoding,
) -> io::Result<impl Read + Send + 'a> {
    Ok(Transcoder::new(Unpadded::new(decompressed(bytes, file)?), encoding))
}

/// The bytes of a file, decompressed where its name says so.
pub(super) fn decompressed<'a>(bytes: impl Read + Send + 'a, file: &str) -> io::Result<Box<dyn Read + Send + 'a>> {
    Ok(match file.rsplit_once('.') {
        Some((_, "gz")) => Box::new(unpacking(Members::new(BufReader::new(bytes)), "gzip")),
        Some((_, "zst")) => Box::new(unpacking(zstd::Decoder::new(bytes)?, "zstd")),
        Some((_, "zip")) => Box::new(Unpacked { inner: unzipped(bytes)?, left: LARGEST_UNPACKED }),
        _ => Box::new(bytes),
    })
}

fn unpacking<R>(inner: R, format: &'static str) -> Unpacked<Decompressing<R>> {
    Unpacked { inner: Decompressing { inner, format }, left: LARGEST_UNPACKED }
}

/// Bytes of the largest extract once unpacked: ten times those of a national year of services. A file of some kilobytes can
/// hold a thousand times as many, which would fill the disk.
const LARGEST_UNPACKED: u64 = 64 << 30;

/// Unpacked bytes, up to the largest number that an extract has.
struct Unpacked<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        match self.left.checked_sub(length as u64) {
            Some(left) => {
                self.left = left;
                Ok(length)
            }
            None => Err(undecodable(Refusal::TooLarge { gib: LARGEST_UNPACKED >> 30 })),
        }
    }
}

/// The members of a gzip file, one behind the other, and noughts behind the last: blocks of a tape were filled so.
struct Members<R> {
    /// `None` at the end.
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Members<R> {
    fn new(bytes: R) -> Self {
        Self { member: Some(GzDecoder::new(bytes)) }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let length = member.read(buffer)?;
            if length > 0 || buffer.is_empty() {
                return Ok(length);
            }
            let Some(mut rest) = self.member.take().map(GzDecoder::into_inner) else { break };
            let mut is_padded = false;
            let next = loop {
                let ahead = match rest.fill_buf() {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    ahead => ahead?,
                };
                let noughts = ahead.iter().take_while(|byte| **byte == 0).count();
                is_padded |= noughts > 0;
                match ahead.get(noughts) {
                    _ if ahead.is_empty() => break None,
                    Some(byte) => break Some(*byte),
                    None => rest.consume(noughts),
                }
            };
            match next {
                Some(_) if is_padded => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "bytes stand behind its padding"));
                }
                Some(_) => self.member = Some(GzDecoder::new(rest)),
                None => {}
            }
        }
        Ok(0)
    }
}

/// A text without what old systems put behind its end: the end mark of CP/M (0x1A) and noughts.
struct Unpadded<R> {
    inner: R,
    /// Such bytes, not handed on yet: they may stand in the middle.
    held: VecDeque<u8>,
    /// What is handed on next.
    next: VecDeque<u8>,
    /// Whether it has any text: noughts alone are what a broken transfer leaves, and no padding.
    has_text: bool,
}

/// Bytes that can stand behind the end: a block of a tape. More of them are handed on, and told as what they are.
const LONGEST_PADDING: usize = 64 * 1024;

impl<R: Read> Unpadded<R> {
    fn new(inner: R) -> Self {
        Self { inner, held: VecDeque::new(), next: VecDeque::new(), has_text: false }
    }
}

impl<R: Read> Read for Unpadded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.next.is_empty() {
                return self.next.read(buffer);
            }
            let length = self.inner.read(buffer)?;
            let text = buffer[..length].iter().rposition(|byte| !matches!(byte, 0 | 0x1A)).map_or(0, |last| last + 1);
            self.has_text |= text > 0;
            if length == 0 && !self.has_text {
                return self.held.read(buffer);
            }
            if length == 0 || (text == length && self.held.is_empty()) {
                return Ok(length);
            }
            if text > 0 {
                self.next.append(&mut self.held);
                self.next.extend(&buffer[..text]);
            }
            self.held.extend(&buffer[text..length]);
            if self.held.len() > LONGEST_PADDING {
                self.next.append(&mut self.held);
            }
        }
    }
}

/// The one file in an archive. Its index stands at its end, so both go by the disk.
fn unzipped(bytes: impl Read) -> io::Result<File> {
    let malformed = |reason: String| undecodable(malformed("zip", reason));
    let archive = spooled(&mut { bytes })?;
    let mut archive = ZipArchive::new(archive).map_err(|error| malformed(error.to_string()))?;
    let mut files = Vec::new();
    for place in 0..archive.len() {
        let entry = archive.by_index_raw(place).map_err(|error| malformed(error.to_string()))?;
        // What a Macintosh adds is no delivery.
        let is_file = entry.is_file() && entry.name().is_ok_and(|name| !name.starts_with("__MACOSX/"));
        files.extend(is_file.then_some(place));
    }
    let [only] = *files.as_slice() else {
        return Err(malformed(format!("it holds {} files, not one", files.len())));
    };
    let entry = archive.by_index(only).map_err(|error| malformed(error.to_string()))?;
    spooled(&mut Decompressing { inner: entry, format: "zip" })
}

fn malformed(format: &'static str, reason: String) -> Refusal {
    Refusal::Malformed { format, row: 0, reason }
}

/// Tells a file that is broken from one that could not be fetched.
pub(super) struct Decompressing<R> {
    pub(super) inner: R,
    pub(super) format: &'static str,
}

impl<R: Read> Read for Decompressing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer).map_err(|error| match error.kind() {
            _ if error.get_ref().is_some_and(|inner| inner.is::<Unfetched>()) => error,
            io::ErrorKind::Interrupted => error,
            io::ErrorKind::UnexpectedEof => {
                let what = "the compressed data ends too early".to_owned();
                undecodable(Refusal::Truncated { what })
            }
            _ => undecodable(malformed(self.format, error.to_string())),
        })
    }
}

/// Transcodes to UTF-8 and refuses what is not in the character set it claims to be in.
struct Transcoder<R> {
    inner: R,
    encoding: Encoding,
    decoder: Decoder,
    evidence: Utf8Evidence,
    input: Vec<u8>,
    output: Vec<u8>,
    taken: usize,
    read: u64,
    at_end: bool,
}

impl<R: Read> Transcoder<R> {
    fn new(inner: R, encoding: Encoding) -> Self {
        let decoder = match encoding {
            Encoding::Utf8 => UTF_8.new_decoder_with_bom_removal(),
            Encoding::Windows1252 => WINDOWS_1252.new_decoder_without_bom_handling(),
            Encoding::Iso8859_15 => ISO_8859_15.new_decoder_without_bom_handling(),
        };
        Self {
            inner,
            encoding,
            decoder,
            evidence: Utf8Evidence::default(),
            input: vec![0; BLOCK],
            output: Vec::new(),
            taken: 0,
            read: 0,
            at_end: false,
        }
    }

    fn refused(&self, evidence: String) -> io::Error {
        undecodable(Refusal::WrongEncoding { expected: self.encoding.name(), evidence })
    }

    /// Reads one block into `output`.
    fn fill(&mut self) -> io::Result<()> {
        let length = read_block(&mut self.inner, &mut self.input)?;
        let block = &self.input[..length];
        self.at_end = length < self.input.len();
        if self.read == 0 {
            if block.is_empty() {
                return Err(undecodable(Refusal::Empty));
            }
            if let Some(found) = other_format(block) {
                return Err(undecodable(Refusal::OtherFormat { found }));
            }
            if block.starts_with(&[0xFF, 0xFE]) || block.starts_with(&[0xFE, 0xFF]) {
                return Err(self.refused("it starts with the byte order mark of UTF-16".to_owned()));
            }
            if self.encoding != Encoding::Utf8 && block.starts_with(&[0xEF, 0xBB, 0xBF]) {
                return Err(self.refused("it starts with the byte order mark of UTF-8".to_owned()));
            }
        }
        if self.encoding != Encoding::Utf8 {
            let is_none = match self.encoding {
                // Windows-1252 leaves five bytes undefined; in ISO-8859-15 those are controls too, with more.
                Encoding::Windows1252 => |byte: &u8| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D),
                _ => |byte: &u8| matches!(byte, 0x80..=0x9F),
            };
            let undefined = block.iter().position(is_none);
            if let Some(place) = undefined {
                let (byte, offset) = (block[place], self.read + place as u64);
                return Err(self.refused(format!("byte 0x{byte:02X} at offset {offset} is none of its characters")));
            }
            self.evidence.feed(block);
            if self.at_end && self.evidence.is_utf8() {
                return Err(self.refused("all its letters beyond ASCII are written in UTF-8".to_owned()));
            }
        }
        self.output.clear();
        self.taken = 0;
        // One byte of Windows-1252 becomes at most three of UTF-8; a byte order mark or a split letter adds a few.
        self.output.resize(length * 3 + 16, 0);
        let (result, consumed, written) =
            self.decoder.decode_to_utf8_without_replacement(block, &mut self.output, self.at_end);
        if let DecoderResult::Malformed(bad, after) = result {
            let offset = (self.read + consumed as u64).saturating_sub(u64::from(bad) + u64::from(after));
            return Err(self.refused(format!("the bytes at offset {offset} are no letter of it")));
        }
        self.output.truncate(written);
        self.read += length as u64;
        Ok(())
    }
}

/// What the first bytes of a text are that is none.
fn other_format(block: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 7] = [
        (&[0x1F, 0x8B], "gzip"),
        (&[0x28, 0xB5, 0x2F, 0xFD], "zstd"),
        (b"PK\x03\x04", "a zip archive or a workbook (.xlsx)"),
        (&[0xD0, 0xCF, 0x11, 0xE0], "an older workbook (.xls) or a document under a password"),
        (b"%PDF", "PDF"),
        (b"PAR1", "Parquet"),
        (b"SQLite format 3", "a database"),
    ];
    if let Some((_, found)) = MAGIC.iter().find(|(magic, _)| block.starts_with(magic)) {
        return Some(found);
    }
    let start = block.trim_ascii_start();
    let is = |word: &[u8]| start.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if is(b"<!doctype html") || is(b"<html") {
        return Some("HTML: a page of a portal, perhaps its login");
    }
    // Every other byte of a western text in UTF-16 is nought.
    let noughts = |first: usize| block.iter().skip(first).step_by(2).take(32).filter(|byte| **byte == 0).count();
    let wide = block.len().min(64) / 4;
    (wide > 0 && (noughts(0) > wide || noughts(1) > wide)).then_some("UTF-16")
}

/// Fills `buffer` unless the input ends first.
fn read_block(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match input.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.output.len() {
            if self.at_end {
                return Ok(0);
            }
            self.fill()?;
        }
        let length = buffer.len().min(self.output.len() - self.taken);
        buffer[..length].copy_from_slice(&self.output[self.taken..self.taken + length]);
        self.taken += length;
        Ok(length)
    }
}

/// Tells UTF-8 delivered as something else: it has letters beyond ASCII, and all of them are valid UTF-8.
#[derive(Default)]
struct Utf8Evidence {
    split_letter: Vec<u8>,
    letters: bool,
    broken: bool,
}

impl Utf8Evidence {
    fn feed(&mut self, block: &[u8]) {
        if self.broken || (self.split_letter.is_empty() && block.is_ascii()) {
            return;
        }
        self.letters = true;
        let mut bytes = std::mem::take(&mut self.split_letter);
        bytes.extend_from_slice(block);
        match std::str::from_utf8(&bytes) {
            Ok(_) => {}
            Err(error) if error.error_len().is_none() => self.split_letter = bytes.split_off(error.valid_up_to()),
            Err(_) => self.broken = true,
        }
    }

    fn is_utf8(&self) -> bool {
        self.letters && !self.broken && self.split_letter.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn text(bytes: &[u8], encoding: Encoding) -> Result<String, String> {
        let mut text = String::new();
        match Transcoder::new(Cursor::new(bytes), encoding).read_to_string(&mut text) {
            Ok(_) => Ok(text),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn unpacked_bytes_have_an_end() {
        let read = |left| io::copy(&mut Unpacked { inner: Cursor::new([7; 100]), left }, &mut io::sink());
        assert_eq!(read(100).unwrap(), 100);
        assert!(matches!(fault_of(&read(99).unwrap_err()), Fault::Extract(Refusal::TooLarge { .. })));
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        assert_eq!(text("\u{feff}OMRÅDE".as_bytes(), Encoding::Utf8), Ok("OMRÅDE".to_owned()));
    }

    #[test]
    fn utf8_under_a_contract_that_says_windows_1252_is_found_out() {
        assert!(text("Læsø".as_bytes(), Encoding::Windows1252).is_err());
        assert!(text("\u{feff}ydernr".as_bytes(), Encoding::Windows1252).is_err());
        assert_eq!(text(b"L\xE6s\xF8", Encoding::Windows1252), Ok("Læsø".to_owned()));
    }

    #[test]
    fn windows_1252_under_a_contract_that_says_utf8_is_found_out_with_its_offset() {
        let message = text(b"OMR\xC5DE", Encoding::Utf8);
        assert!(message.is_err_and(|message| message.contains("offset 3")));
    }

    proptest! {
        #[test]
        fn utf8_of_every_length_passes_unchanged(letters in "[a-zæøå\\n]{1,300}", copies in 1usize..800) {
            let whole = letters.repeat(copies);
            prop_assert_eq!(text(whole.as_bytes(), Encoding::Utf8), Ok(whole));
        }
    }
}
