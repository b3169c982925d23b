//! Bytes on their way to the disk: compressed as the file's name says, and digested.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::{Compression, GzBuilder, write::GzEncoder};
use sha2::{Digest, Sha256};

use crate::hex;

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
    pub(super) fn new(path: &str, disk: Digesting) -> io::Result<Self> {
        let file = Path::new(path);
        Ok(match file.extension().and_then(|extension| extension.to_str()) {
            Some("gz") => Self::Gzip(GzBuilder::new().mtime(0).write(disk, Compression::default())),
            Some("zst") => Self::Zstd(zstd::Encoder::new(disk, 9)?),
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
