//! All that a store holds, to be compared byte by byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path as FilePath;

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde_json::Value;

use super::sha256;

/// What a store holds, by its path: but for the clock in the versions' records, what is remembered of files outside the
/// store, and what a writer that was killed left beside its file, where nobody looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bytewise(BTreeMap<String, Bytes>);

impl Bytewise {
    /// What lies in an object store.
    pub(crate) async fn of(objects: &dyn ObjectStore, prefix: &str) -> Self {
        let prefix = Path::from(prefix);
        let listed = objects.list(Some(&prefix)).map_ok(|object| object.location);
        let listed: Vec<Path> = listed.try_collect().await.unwrap();
        let mut all = BTreeMap::new();
        for path in listed {
            let bytes = objects.get(&path).await.unwrap().bytes().await.unwrap();
            let below = Path::from_iter(path.prefix_match(&prefix).unwrap()).to_string();
            if !below.starts_with("remembered/") {
                all.insert(below.clone(), without_clock(&below, bytes));
            }
        }
        Self(all)
    }

    /// What lies in a folder.
    pub(crate) fn of_folder(folder: &FilePath) -> Self {
        fs::create_dir_all(folder).unwrap();
        let objects = LocalFileSystem::new_with_prefix(folder).unwrap();
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(Self::of(&objects, ""))
    }

    /// Every version in the log has all its files, each as its manifest says. Tells how many versions there are.
    pub(crate) fn whole_versions(&self) -> usize {
        let json = |path: &str| serde_json::from_slice::<Value>(&self.0[path]).unwrap();
        let records: Vec<&String> = self.0.keys().filter(|path| path.contains("/_versions/")).collect();
        for path in &records {
            let (dataset, _) = path.split_once("/_versions/").unwrap();
            let record = json(path);
            let folder = format!("{dataset}/{}", record["folder"].as_str().unwrap());
            let manifest = format!("{folder}/manifest.json");
            assert_eq!(record["manifest_sha256"], sha256(&self.0[&manifest]));
            for table in json(&manifest)["tables"].as_object().unwrap().values() {
                assert_eq!(table["sha256"], sha256(&self.0[&format!("{folder}/{}", table["file"].as_str().unwrap())]));
            }
            json(&format!("{folder}/datapackage.json"));
        }
        records.len()
    }

    /// `latest.json`, where there is one, is a record of the log.
    pub(crate) fn latest_is_of_the_log(&self) -> bool {
        let is_of_the_log =
            |latest: &Bytes| self.0.iter().any(|(path, record)| path.contains("/_versions/") && record == latest);
        self.0.iter().filter(|(path, _)| path.ends_with("/latest.json")).all(|(_, latest)| is_of_the_log(latest))
    }

    /// `latest.json` is a copy of the record with the highest number.
    pub(crate) fn latest_is_the_newest(&self) -> bool {
        let version = |record: &Bytes| serde_json::from_slice::<Value>(record).unwrap()["version"].as_u64().unwrap();
        let newest = |dataset: &str| {
            let records = self.0.iter().filter(|(path, _)| path.starts_with(&format!("{dataset}/_versions/")));
            records.map(|(_, record)| record).max_by_key(|record| version(record))
        };
        let latest = self.0.iter().filter_map(|(path, latest)| Some((path.strip_suffix("/latest.json")?, latest)));
        latest.map(|(dataset, latest)| newest(dataset) == Some(latest)).reduce(|all, this| all && this) == Some(true)
    }

    /// What was committed: all but the copy of the latest record.
    pub(crate) fn published(&self) -> Self {
        let mut published = self.0.clone();
        published.retain(|path, _| path.starts_with("published/") && !path.ends_with("/latest.json"));
        Self(published)
    }

    /// The paths whose bytes are not those of `other`, with how many bytes both have.
    pub(crate) fn difference(&self, other: &Self) -> Vec<String> {
        let size = |all: &Self, path: &String| all.0.get(path).map(Bytes::len);
        let paths = self.0.keys().chain(other.0.keys().filter(|path| !self.0.contains_key(*path)));
        paths
            .filter(|path| self.0.get(*path) != other.0.get(*path))
            .map(|path| format!("{path}: {:?} and {:?} bytes", size(self, path), size(other, path)))
            .collect()
    }

    /// Whether all that `other` holds is here too, with the same bytes.
    pub(crate) fn holds(&self, other: &Self) -> bool {
        other.0.iter().all(|(path, bytes)| self.0.get(path) == Some(bytes))
    }

    /// The bytes at a path.
    pub(crate) fn at(&self, path: &str) -> &Bytes {
        &self.0[path]
    }
}

fn without_clock(path: &str, bytes: Bytes) -> Bytes {
    let is_record = path.contains("/_versions/") || path.ends_with("/latest.json");
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(Value::Object(mut record)) if is_record => {
            record.remove("committed_at");
            // Its own digest is also of the clock.
            record.remove("sha256");
            serde_json::to_vec(&record).unwrap().into()
        }
        _ => bytes,
    }
}
