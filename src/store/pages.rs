//! Listing a service in which a key is no path, such as `a//b`: the client gives up on the page that has it, and with it on
//! the good keys beside it.

use std::collections::BTreeMap;

use object_store::list::{PaginatedListOptions, PaginatedListStore};
use object_store::path::{self, Path};

use super::location::PassedOver;

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
