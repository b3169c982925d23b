//! Writing to a local folder so that it lasts: the object store's own local writer does not fsync.
//!
//! One file lasts when its call returns ([`create`], [`replace`]). Of many files, as a stage writes them, each is [`place`]d
//! first, and then they are made to last together ([`sync`]): a disk takes longer to say that something is written than to
//! write it.

use std::io::{self, Read, Write};
use std::path::{Path as FilePath, PathBuf};

use object_store::path::Path;
use tempfile::{NamedTempFile, PersistError};

use super::StoreError;
use super::folders::{Readers, make_folder, make_folders, sync_folder};

/// Whether a path was created now or was there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// This call created it.
    Now,
    /// Somebody had created it before.
    Already,
}

/// Whether a file lies at `path`.
pub(super) fn is_there(root: &FilePath, path: &Path) -> bool {
    file_of(root, path).is_file()
}

/// Refuses a path that a link leads out of the folder of the store: who may read there, and what else is written there, is
/// not the store's to say.
pub(super) fn stays_inside(root: &FilePath, path: &Path) -> Result<(), StoreError> {
    let mut file = root.to_owned();
    for part in path.parts() {
        file.push(part.as_ref());
        match file.symlink_metadata() {
            Ok(found) if found.is_symlink() => {}
            Ok(_) => continue,
            // What is not there is made below what is; what can't be looked at can't be opened either.
            Err(_) => return Ok(()),
        }
        // A link to nothing leads wherever something is put there.
        let to = file.canonicalize().or_else(|_| file.read_link()).unwrap_or_default();
        if !root.canonicalize().is_ok_and(|inside| to.starts_with(inside)) {
            return Err(StoreError::LeadsOut { path: path.to_string(), store: root.display().to_string(), to });
        }
    }
    Ok(())
}

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
    stays_inside(root, path)?;
    let target = file_of(root, path);
    if target.exists() {
        return Ok(Created::Already);
    }
    let (folder, staged) = stage_synced(root, path, &target, &mut &bytes[..])?;
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
    stays_inside(root, path)?;
    let target = file_of(root, path);
    let (folder, staged) = stage_synced(root, path, &target, content)?;
    staged.persist(&target).map_err(|error| StoreError::File { action: "write", path: target, source: error.error })?;
    sync_folder(&folder).map_err(|source| StoreError::File { action: "sync", path: folder, source })
}

/// A file of another name beside that at `path`, to be written and then given to [`place`].
pub(super) fn stage(root: &FilePath, path: &Path) -> Result<NamedTempFile, StoreError> {
    stays_inside(root, path)?;
    let target = file_of(root, path);
    let folder = target.parent().unwrap_or_else(|| FilePath::new("."));
    let readers = Readers::of(path);
    let made = if folder.is_dir() {
        Ok(())
    } else {
        make_folder(root, Readers::All).and_then(|()| make_folders(folder, readers))
    };
    let staged = made.and_then(|()| staged_in(folder, readers));
    staged.map_err(|source| StoreError::File { action: "write", path: target, source })
}

/// Gives a staged file its name. It does not last before a [`sync`] that names it.
pub(super) fn place(root: &FilePath, path: &Path, staged: NamedTempFile) -> Result<(), StoreError> {
    let target = file_of(root, path);
    let failed = |error: PersistError| StoreError::File { action: "write", path: target.clone(), source: error.error };
    staged.persist(&target).map_err(failed).map(drop)
}

/// Places `path` with `bytes` if it is not there. It does not last before a [`sync`] that names it.
pub(super) fn place_new(root: &FilePath, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    stays_inside(root, path)?;
    let target = file_of(root, path);
    if target.exists() {
        return Ok(());
    }
    let failed = |source| StoreError::File { action: "create", path: target.clone(), source };
    let mut staged = stage(root, path)?;
    staged.write_all(bytes).map_err(failed)?;
    match staged.persist_noclobber(&target) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(failed(error.error)),
        _ => Ok(()),
    }
}

/// Makes placed files last, and all folders between them and `root`.
pub(super) fn sync<'p>(root: &FilePath, placed: impl Iterator<Item = &'p Path>) -> Result<(), StoreError> {
    let files: Vec<PathBuf> = placed.map(|path| file_of(root, path)).collect();
    disk::sync(root, &files)
}

/// The disk is asked once for all that it has to write: asked a file at a time, it would wait for each.
#[cfg(target_os = "linux")]
mod disk {
    use std::collections::BTreeSet;
    use std::fs::File;
    use std::os::unix::fs::MetadataExt;
    use std::path::{Path, PathBuf};

    use super::StoreError;

    pub(super) fn sync(root: &Path, files: &[PathBuf]) -> Result<(), StoreError> {
        let folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.parent()).collect();
        let mut disks = BTreeSet::new();
        // A folder of the store may be another disk.
        for folder in [root].into_iter().chain(folders) {
            let failed = |source| StoreError::File { action: "sync", path: folder.to_owned(), source };
            let disk = folder.metadata().map_err(failed)?.dev();
            if disks.insert(disk) {
                rustix::fs::syncfs(File::open(folder).map_err(failed)?).map_err(|error| failed(error.into()))?;
            }
        }
        Ok(())
    }
}

/// Where a disk can't be asked as a whole, its files are synced one by one, and each folder once.
#[cfg(not(target_os = "linux"))]
mod disk {
    use std::collections::BTreeSet;
    use std::fs::File;
    use std::path::{Path, PathBuf};

    use super::StoreError;

    pub(super) fn sync(root: &Path, files: &[PathBuf]) -> Result<(), StoreError> {
        let mut folders = BTreeSet::from([root]);
        for file in files {
            folders.extend(file.ancestors().skip(1).take_while(|folder| *folder != root));
        }
        for path in files.iter().map(PathBuf::as_path).chain(folders.into_iter().rev()) {
            let synced = File::open(path).and_then(|file| file.sync_all());
            synced.map_err(|source| StoreError::File { action: "sync", path: path.to_owned(), source })?;
        }
        Ok(())
    }
}

pub(super) fn file_of(root: &FilePath, path: &Path) -> PathBuf {
    path.parts().fold(root.to_owned(), |file, part| file.join(part.as_ref()))
}

/// The content in a file of another name beside `target`, on the disk.
fn stage_synced(
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
    let mut staged = staged_in(&folder, readers).map_err(failed)?;
    io::copy(content, &mut staged).map_err(failed)?;
    staged.as_file().sync_all().map_err(failed)?;
    Ok((folder, staged))
}

/// How the name of a staged file begins and ends. The object store's listings leave out names that end in `#` and digits, so a
/// writer that was killed leaves nothing that a reader sees.
const STAGED: (&str, &str) = (".staged-", "#0");

/// Whether a file of this name is one that was to get another.
pub(super) fn is_staged(name: &str) -> bool {
    name.starts_with(STAGED.0) && name.ends_with(STAGED.1)
}

fn staged_in(folder: &FilePath, readers: Readers) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(STAGED.0).suffix(STAGED.1);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(readers.modes().1));
    builder.tempfile_in(folder)
}
