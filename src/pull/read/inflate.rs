//! Decompression of gzip, zstd and zip, with a bound on what comes out.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;
use zip::ZipArchive;

use super::fault::{Unfetched, malformed, undecodable};
use super::spool::spooled;
use crate::pull::refusal::Refusal;

/// The bytes of a file, decompressed where its name says so.
pub(super) fn decompressed<'a>(bytes: impl Read + Send + 'a, file: &str) -> io::Result<Box<dyn Read + Send + 'a>> {
    // Systems that know no case write their endings as they like.
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    Ok(match ending.as_deref() {
        Some("gz") => Box::new(unpacking(Members::new(BufReader::new(bytes)), "gzip")),
        Some("zst") => Box::new(unpacking(zstd::Decoder::new(bytes)?, "zstd")),
        Some("zip") => Box::new(unzipped(bytes, LARGEST_UNPACKED)?),
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

/// The first byte of a member.
const GZIP: u8 = 0x1F;

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
                Some(first) if is_padded || first != GZIP => {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "bytes that are none of it stand behind its end",
                    ));
                }
                Some(_) => self.member = Some(GzDecoder::new(rest)),
                None => {}
            }
        }
        Ok(0)
    }
}

/// The one file in an archive, of so many bytes at most. Its index stands at its end, so both go by the disk, which a file
/// without an end would fill.
fn unzipped(bytes: impl Read, most: u64) -> io::Result<File> {
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
    spooled(&mut Unpacked { inner: Decompressing { inner: entry, format: "zip" }, left: most })
}

/// Tells a file that is broken from one that could not be fetched.
pub(crate) struct Decompressing<R> {
    pub(crate) inner: R,
    pub(crate) format: &'static str,
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

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::fault::{Fault, fault_of};
    use super::*;

    #[test]
    fn unpacked_bytes_have_an_end() {
        let read = |left| io::copy(&mut Unpacked { inner: Cursor::new([7; 100]), left }, &mut io::sink());
        assert_eq!(read(100).unwrap(), 100);
        assert!(matches!(fault_of(&read(99).unwrap_err()), Fault::Extract(Refusal::TooLarge { .. })));
    }

    #[test]
    fn what_is_unzipped_has_an_end_before_it_is_on_the_disk() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("reg.csv", zip::write::SimpleFileOptions::default()).unwrap();
        io::copy(&mut [7; 100].as_slice(), &mut archive).unwrap();
        let archive = archive.finish().unwrap().into_inner();
        let unzip = |most| unzipped(archive.as_slice(), most);
        assert_eq!(unzip(100).unwrap().metadata().unwrap().len(), 100);
        assert!(matches!(fault_of(&unzip(99).unwrap_err()), Fault::Extract(Refusal::TooLarge { .. })));
    }
}
