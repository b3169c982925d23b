//! Listings that pass over what can't be read, so that it keeps nothing beside it back: in a folder what is no file, and in
//! a service a key that is no path, such as `a//b`. The client gives up on the page that has such a key, and with it on the
//! good keys beside it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path as FilePath, PathBuf};

use object_store::list::{PaginatedListOptions, PaginatedListStore};
use object_store::path::{self, Path};

/// Something that lies there and is no file that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// Its path below what is listed, as far as it can be written.
    pub name: String,
    /// Why it is passed over.
    pub why: String,
}

/// All files in a folder and in those below it that can be read, with their sizes, and what else lies there.
pub(super) fn list_folder(folder: &FilePath) -> (BTreeMap<Path, u64>, Vec<PassedOver>) {
    let mut walk = Walk::default();
    let above = std::fs::canonicalize(folder).into_iter().collect::<Vec<_>>();
    walk.folder(folder, "", &above);
    (walk.files, walk.passed_over)
}

/// What is found in a folder and in those below it.
#[derive(Debug, Default)]
struct Walk {
    files: BTreeMap<Path, u64>,
    passed_over: Vec<PassedOver>,
}

impl Walk {
    fn folder(&mut self, folder: &FilePath, below: &str, above: &[PathBuf]) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.pass_over(below.to_owned(), error.to_string()),
        };
        for entry in entries {
            match entry {
                Ok(entry) => self.entry(&entry.path(), &entry.file_name(), below, above),
                Err(error) => self.pass_over(below.to_owned(), error.to_string()),
            }
        }
    }

    fn entry(&mut self, entry: &FilePath, name: &OsStr, below: &str, above: &[PathBuf]) {
        let path = if below.is_empty() { String::new() } else { format!("{below}/") };
        let Some(name) = name.to_str() else {
            let shown = format!("{path}{}", name.to_string_lossy());
            return self.pass_over(shown, "its name is not UTF-8".to_owned());
        };
        let path = format!("{path}{name}");
        let metadata = match std::fs::metadata(entry) {
            Ok(metadata) => metadata,
            Err(error) => return self.pass_over(path, error.to_string()),
        };
        if metadata.is_dir() {
            return match std::fs::canonicalize(entry) {
                Ok(folder) if above.contains(&folder) => {
                    self.pass_over(path, "it leads back to a folder that it lies in".to_owned());
                }
                Ok(folder) => self.folder(entry, &path, &[above, &[folder]].concat()),
                Err(error) => self.pass_over(path, error.to_string()),
            };
        }
        match Path::parse(&path) {
            _ if !metadata.is_file() => self.pass_over(path, "it is no file".to_owned()),
            Ok(parsed) if !path.chars().any(char::is_control) => drop(self.files.insert(parsed, metadata.len())),
            _ => self.pass_over(path, "its name can't be written as a path".to_owned()),
        }
    }

    fn pass_over(&mut self, name: String, why: String) {
        self.passed_over.push(PassedOver { name, why });
    }
}

/// Keys of a page, as services have them.
const PAGE: usize = 1000;

/// All keys below `prefix` that are paths, with their sizes, and those that are none. A page with such a key is asked for
/// again in ever smaller parts, until the key stands alone and is passed over.
pub(super) async fn list_around(
    pages: &dyn PaginatedListStore,
    prefix: &Path,
) -> object_store::Result<(BTreeMap<Path, u64>, Vec<PassedOver>)> {
    let below = if prefix.as_ref().is_empty() { None } else { Some(format!("{prefix}/")) };
    let (mut files, mut passed_over) = (BTreeMap::new(), Vec::new());
    let (mut offset, mut size) = (None, PAGE);
    loop {
        let options =
            PaginatedListOptions { offset: offset.clone(), max_keys: Some(size), ..PaginatedListOptions::default() };
        match pages.list_paginated(below.as_deref(), options).await {
            Ok(page) => {
                let last = page.result.objects.iter().map(|object| object.location.to_string()).max();
                files.extend(page.result.objects.into_iter().map(|object| (object.location, object.size)));
                match last {
                    Some(last) if page.page_token.is_some() => (offset, size) = (Some(last), PAGE),
                    _ => return Ok((files, passed_over)),
                }
            }
            Err(object_store::Error::InvalidPath { source }) => match key_of(&source) {
                Some(_) if size > 1 => size /= 2,
                Some(key) => {
                    let name = key.strip_prefix(below.as_deref().unwrap_or_default()).unwrap_or(key);
                    passed_over.push(PassedOver { name: name.to_owned(), why: "its key is no path".to_owned() });
                    (offset, size) = (Some(key.to_owned()), PAGE);
                }
                None => return Err(object_store::Error::InvalidPath { source }),
            },
            Err(error) => return Err(error),
        }
    }
}

/// The key that is no path.
fn key_of(error: &path::Error) -> Option<&str> {
    match error {
        path::Error::EmptySegment { path }
        | path::Error::BadSegment { path, .. }
        | path::Error::NonUnicode { path, .. } => Some(path),
        _ => None,
    }
}
