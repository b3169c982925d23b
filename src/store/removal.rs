//! Folders of a local store listed as they were last written, and removed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path as FilePath, PathBuf};

use jiff::Timestamp;
use object_store::path::Path;

use super::StoreError;
use super::folders::sync_folder;
use super::local::{file_of, stays_inside};

/// How the name of a folder begins that is being removed. No reader takes it for an artefact's, whose name is its key.
pub(super) const LEFT_PREFIX: &str = ".removed-";

/// A file, as the store lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Its bytes.
    pub bytes: u64,
    /// When it was last written, by the store's clock.
    pub at: Timestamp,
}

/// The files below a folder, those of killed writers among them. Links are not followed: what they lead to lies elsewhere.
pub(super) fn list_written(root: &FilePath, folder: &Path) -> Result<BTreeMap<Path, Written>, StoreError> {
    stays_inside(root, folder)?;
    let mut files = BTreeMap::new();
    walk(&file_of(root, folder), folder.as_ref(), &mut files)?;
    Ok(files)
}

fn walk(folder: &FilePath, below: &str, files: &mut BTreeMap<Path, Written>) -> Result<(), StoreError> {
    let failed = |source| StoreError::File { action: "list", path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // What another job removes meanwhile is not there.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let Some(path) = entry.file_name().to_str().map(|name| format!("{below}/{name}")) else { continue };
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(error)),
        };
        if metadata.is_dir() {
            walk(&entry.path(), &path, files)?;
        } else if metadata.is_file()
            && let Ok(path) = Path::parse(&path)
        {
            let at = metadata.modified().map_err(failed)?;
            // A time that can't be told is none that is long ago.
            let at = Timestamp::try_from(at).unwrap_or(Timestamp::MAX);
            files.insert(path, Written { bytes: metadata.len(), at });
        }
    }
    Ok(())
}

/// Removes folders. All of them get other names first, and keep them through a power cut, so that none looks like what it
/// was while it is emptied.
pub(super) fn remove_folders(root: &FilePath, folders: &[Path]) -> Result<(), StoreError> {
    let mut left: Vec<PathBuf> = Vec::with_capacity(folders.len());
    let mut parents = BTreeSet::new();
    for folder in folders {
        stays_inside(root, folder)?;
        let from = file_of(root, folder);
        let name = folder.filename().unwrap_or_default();
        if name.starts_with(LEFT_PREFIX) {
            left.push(from);
            continue;
        }
        let to = from.with_file_name(format!("{LEFT_PREFIX}{name}"));
        // What a job that was killed left of an earlier one of the same key.
        removed(&to, fs::remove_dir_all(&to))?;
        removed(&from, fs::rename(&from, &to))?;
        parents.extend(to.parent().map(ToOwned::to_owned));
        left.push(to);
    }
    for parent in &parents {
        removed(parent, sync_folder(parent))?;
    }
    left.iter().try_for_each(|folder| removed(folder, fs::remove_dir_all(folder)))
}

/// Removes files.
pub(super) fn remove_files<'p>(root: &FilePath, files: impl Iterator<Item = &'p Path>) -> Result<(), StoreError> {
    for path in files {
        stays_inside(root, path)?;
        let file = file_of(root, path);
        removed(&file, fs::remove_file(&file))?;
    }
    Ok(())
}

/// What is not there any more was removed by somebody else.
fn removed(path: &FilePath, result: io::Result<()>) -> Result<(), StoreError> {
    match result {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(StoreError::File { action: "remove", path: path.to_owned(), source: error })
        }
        _ => Ok(()),
    }
}
