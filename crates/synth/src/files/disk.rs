//! Bytes on their way to the disk: compressed as the file's name says, and digested.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::RangeInclusive;
use std::path::Path;

use flate2::{Compression, GzBuilder, write::GzEncoder};
use maaltal_definition::hex;
use sha2::{Digest, Sha256};

use crate::people::Scale;

/// The years whose files are packed as each register packs its own: not at all, or by gzip.
const PACKED_BY_THE_REGISTER: RangeInclusive<i16> = 2018..=2019;

/// The path of a year's file that the register packs as `path` says. Those of most years are packed again, as in an archive
/// that is to be small.
pub(crate) fn repacked(path: &str, year: i16) -> String {
    if PACKED_BY_THE_REGISTER.contains(&year) {
        return path.to_owned();
    }
    format!("{}.zst", path.strip_suffix(".gz").unwrap_or(path))
}

/// How long to look for a way to pack files smaller.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Effort {
    /// Hardly: a country's services take minutes to write as it is.
    Quick,
    /// As long as it helps those who unpack no more memory than before.
    Thorough,
}

impl Effort {
    /// A sample as small as the testdata is kept, and what is kept is to be small.
    pub(crate) fn at(scale: Scale) -> Self {
        if scale <= Scale::KEPT { Self::Thorough } else { Self::Quick }
    }

    fn gzip(self) -> Compression {
        match self {
            Self::Quick => Compression::default(),
            Self::Thorough => Compression::best(),
        }
    }

    fn zstandard(self) -> i32 {
        match self {
            Self::Quick => 9,
            // Higher levels have windows that a reader must be told to make room for.
            Self::Thorough => 19,
        }
    }
}

/// A file that is digested while it is written.
#[derive(Debug)]
pub(super) struct Digesting {
    inner: BufWriter<File>,
    hasher: Sha256,
}

impl Digesting {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        Ok(Self { inner: BufWriter::new(File::create(path)?), hasher: Sha256::new() })
    }
}

impl Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..length]);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// What a file's name says about its bytes.
pub(super) enum Compressed {
    Plain(Digesting),
    Gzip(GzEncoder<Digesting>),
    Zstd(zstd::Encoder<'static, Digesting>),
    /// Packed when all is there: the archive's index counts the bytes.
    Zip {
        name: String,
        whole: Vec<u8>,
        disk: Digesting,
    },
}

impl std::fmt::Debug for Compressed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Compressed")
    }
}

impl Compressed {
    /// Without a name and a time in the headers, which would differ from run to run.
    pub(super) fn new(path: &str, disk: Digesting, effort: Effort) -> io::Result<Self> {
        let file = Path::new(path);
        Ok(match file.extension().and_then(|extension| extension.to_str()) {
            Some("gz") => Self::Gzip(GzBuilder::new().mtime(0).write(disk, effort.gzip())),
            Some("zst") => Self::Zstd(zstd::Encoder::new(disk, effort.zstandard())?),
            Some("zip") => {
                let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                Self::Zip { name, whole: Vec::new(), disk }
            }
            _ => Self::Plain(disk),
        })
    }

    /// Ends the compression and gives the digest of what is on disk.
    pub(super) fn finish(self) -> io::Result<String> {
        let mut disk = match self {
            Self::Plain(disk) => disk,
            Self::Gzip(encoder) => encoder.finish()?,
            Self::Zstd(encoder) => encoder.finish()?,
            Self::Zip { name, whole, mut disk } => {
                let mut archive = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
                let options = zip::write::SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
                archive.start_file(name, options)?;
                archive.write_all(&whole)?;
                disk.write_all(&archive.finish()?.into_inner())?;
                disk
            }
        };
        disk.flush()?;
        Ok(hex(&disk.hasher.finalize()))
    }
}

impl Write for Compressed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(disk) => disk.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
            Self::Zip { whole, .. } => whole.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(disk) => disk.flush(),
            Self::Gzip(encoder) => encoder.flush(),
            Self::Zstd(encoder) => encoder.flush(),
            Self::Zip { .. } => Ok(()),
        }
    }
}
