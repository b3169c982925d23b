//! Folders of a local store, made so that they last, and who may read what lies in them.

use std::fs::{self, File};
use std::io;
use std::path::Path as FilePath;

use object_store::path::Path;

/// Who may read what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    /// Whom the umask lets: readers run as other users than the job.
    All,
    /// The job alone: what lies outside `published/` may be about single persons.
    Owner,
}

impl Readers {
    pub(super) fn of(path: &Path) -> Self {
        match path.parts().next() {
            Some(zone) if zone.as_ref() == "published" => Self::All,
            _ => Self::Owner,
        }
    }

    /// The permissions of a folder and of a file.
    pub(super) fn modes(self) -> (u32, u32) {
        match self {
            Self::All => (0o777, 0o666),
            Self::Owner => (0o700, 0o600),
        }
    }
}

/// Makes `folder` and the folders above it, each known to the one that holds it.
pub(super) fn make_folder(folder: &FilePath, readers: Readers) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let parent = folder.parent().unwrap_or_else(|| FilePath::new("."));
    make_folder(parent, readers)?;
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, readers.modes().0);
    match builder.create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => sync_folder(parent),
    }
}

/// Makes `folder` and those above it, which last once what they hold was synced.
pub(super) fn make_folders(folder: &FilePath, readers: Readers) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, readers.modes().0);
    builder.create(folder)
}

/// Has the disk keep what a folder lists.
pub(super) fn sync_folder(folder: &FilePath) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { FilePath::new(".") } else { folder };
    File::open(folder)?.sync_all()
}
