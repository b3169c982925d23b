//! Writing to a local folder so that it lasts: the object store's own local writer does not fsync.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path as FilePath, PathBuf};

use object_store::path::Path;
use tempfile::NamedTempFile;

use super::{Created, StoreError};

/// Runs file work off the async threads.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

/// Creates `path` with `bytes` if it is not there; of two racing writers one wins.
pub(super) fn create(root: &FilePath, path: &Path, bytes: &[u8]) -> Result<Created, StoreError> {
    let target = file_of(root, path);
    if target.exists() {
        return Ok(Created::Already);
    }
    let (folder, staged) = stage(root, path, &target, &mut &bytes[..])?;
    match staged.persist_noclobber(&target) {
        Ok(_) => {
            let failed = |source| StoreError::File { action: "sync", path: folder.clone(), source };
            sync_folder(&folder).map_err(failed)?;
            Ok(Created::Now)
        }
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(Created::Already),
        Err(error) => Err(StoreError::File { action: "create", path: target, source: error.error }),
    }
}

/// Writes `path` with `content`, replacing what is there at once and whole.
pub(super) fn replace(root: &FilePath, path: &Path, content: &mut impl Read) -> Result<(), StoreError> {
    let target = file_of(root, path);
    let (folder, staged) = stage(root, path, &target, content)?;
    staged.persist(&target).map_err(|error| StoreError::File { action: "write", path: target, source: error.error })?;
    sync_folder(&folder).map_err(|source| StoreError::File { action: "sync", path: folder, source })
}

/// Who may read what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    /// Whom the umask lets: readers run as other users than the job.
    All,
    /// The job alone: what lies outside `published/` may be about single persons.
    Owner,
}

impl Readers {
    fn of(path: &Path) -> Self {
        match path.parts().next() {
            Some(zone) if zone.as_ref() == "published" => Self::All,
            _ => Self::Owner,
        }
    }

    /// The permissions of a folder and of a file.
    fn modes(self) -> (u32, u32) {
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

fn file_of(root: &FilePath, path: &Path) -> PathBuf {
    path.parts().fold(root.to_owned(), |file, part| file.join(part.as_ref()))
}

/// The content in a file of another name beside `target`, on the disk.
fn stage(
    root: &FilePath,
    path: &Path,
    target: &FilePath,
    content: &mut impl Read,
) -> Result<(PathBuf, NamedTempFile), StoreError> {
    let failed = |source| StoreError::File { action: "write", path: target.to_owned(), source };
    let folder = target.parent().unwrap_or_else(|| FilePath::new(".")).to_owned();
    let readers = Readers::of(path);
    make_folder(root, Readers::All).map_err(failed)?;
    make_folder(&folder, readers).map_err(failed)?;
    // The object store's listings leave out names that end in `#` and digits, so a writer that
    // was killed leaves nothing that a reader sees.
    let mut builder = tempfile::Builder::new();
    builder.prefix(".staged-").suffix("#0");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(readers.modes().1));
    let mut staged = builder.tempfile_in(&folder).map_err(failed)?;
    io::copy(content, &mut staged).map_err(failed)?;
    staged.as_file().sync_all().map_err(failed)?;
    Ok((folder, staged))
}

fn sync_folder(folder: &FilePath) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { FilePath::new(".") } else { folder };
    File::open(folder)?.sync_all()
}
