//! Which extracts there are, which year each serves, and what digest each has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use jiff::civil::Date;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::code_lists::code_lists;
use super::unread::{Unread, served_year, tell, unread};
use super::{PullError, Sample};
use crate::definition::{CodeLists, Contract, FilePattern, Origin, Pipeline, Project, Serves};
use crate::store::{Digest, Location, PassedOver, Usage};

/// The mark that `maaltal synth` leaves beside what it makes.
pub const SYNTHETIC_MARK: &str = "_synthetic.json";

/// An extract, found and digested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// The source.
    pub source: String,
    /// The file, below the address.
    pub file: String,
    /// The year it serves; `None` for every year.
    pub year: Option<i16>,
    /// The day the register was drawn, where the name says it.
    pub extract_date: Option<Date>,
    /// Digest of the bytes as delivered.
    pub sha256: Digest,
    /// Bytes as delivered.
    pub bytes: u64,
    /// Made by `maaltal synth`.
    pub synthetic: bool,
    /// The share of the people that it is about.
    pub sample: Sample,
}

/// What there is to read, and what lies beside it.
#[derive(Debug)]
pub struct Located {
    /// The extracts, by source and year.
    pub extracts: Vec<Extract>,
    /// The files that are not read.
    pub unread: Vec<Unread>,
}

/// The two places that sources come from.
#[derive(Debug, Clone)]
pub struct Origins {
    extracts: Location,
    definitions: Location,
    code_lists: CodeLists,
}

/// `_synthetic.json`, as far as it matters here.
#[derive(Default, Deserialize)]
struct Mark {
    files: BTreeMap<String, Digest>,
    /// The share of the people in the files that are about a sample.
    #[serde(default)]
    sample: Sample,
    #[serde(default)]
    sampled: BTreeSet<String>,
}

/// What lies at the two places, by name.
struct Listing {
    extracts: BTreeMap<String, u64>,
    definitions: BTreeMap<String, u64>,
}

impl Origins {
    /// Opens the environment's extracts and the project's definitions, and reads its reference lists.
    ///
    /// # Errors
    /// The address of the extracts can't be opened, or a reference list can't be read.
    pub async fn open(project: &Project) -> Result<Self, PullError> {
        Ok(Self {
            extracts: Location::parse(&project.environment.extracts, &project.root, Usage::Read)?,
            definitions: definitions(project)?,
            code_lists: code_lists(project).await?,
        })
    }

    /// The codes of the reference lists.
    pub fn code_lists(&self) -> &CodeLists {
        &self.code_lists
    }

    /// The object store that holds a contract's files, and where in it one of them lies.
    pub(super) fn object(&self, contract: &Contract, file: &str) -> (Arc<dyn ObjectStore>, Path) {
        let location = self.of(contract.origin);
        (location.objects(), location.path(&object_path(file)))
    }

    fn of(&self, origin: Origin) -> &Location {
        match origin {
            Origin::Extracts => &self.extracts,
            Origin::Definitions => &self.definitions,
        }
    }

    /// The extracts that a pipeline reads, digested. Warns of files that are not read.
    ///
    /// # Errors
    /// A source or a year of it has no extract, two serve one year, or one can't be read.
    pub async fn locate(&self, project: &Project, pipeline: &Pipeline) -> Result<Located, Vec<PullError>> {
        let (extracts, passed_over) = list(&self.extracts).await.map_err(|error| vec![error])?;
        let (definitions, _) = list(&self.definitions).await.map_err(|error| vec![error])?;
        let listing = Listing { extracts, definitions };
        // Before what is missing is told: it may lie there under another name.
        let unread = unread(project, pipeline, listing.extracts.keys(), passed_over);
        tell(&unread);
        let marked = self.marked(&listing.extracts).await.map_err(|error| vec![error])?;
        let mut chosen = Vec::new();
        let mut failures = Vec::new();
        for contract in project.contracts_of(pipeline) {
            match self.choose(contract, pipeline, &listing) {
                Ok(files) => chosen.extend(files),
                Err(missing) => failures.extend(missing),
            }
        }
        if !failures.is_empty() {
            return Err(failures);
        }
        let extracts = stream::iter(chosen)
            .map(|extract| self.digest(extract, project, &marked))
            .buffered(project.environment.resources.parallel_extracts.max(1))
            .try_collect()
            .await
            .map_err(|error| vec![error])?;
        Ok(Located { extracts, unread })
    }

    /// The files of one source that are read: for every year the newest.
    fn choose(
        &self,
        contract: &Contract,
        pipeline: &Pipeline,
        listing: &Listing,
    ) -> Result<Vec<Extract>, Vec<PullError>> {
        let files = match contract.origin {
            Origin::Extracts => &listing.extracts,
            Origin::Definitions => &listing.definitions,
        };
        let mut by_year: BTreeMap<Option<i16>, Vec<Extract>> = BTreeMap::new();
        for (file, bytes) in files {
            let Some((_, found)) = contract.delivery(file) else { continue };
            let year = served_year(contract, &found);
            let extract = Extract {
                source: contract.name.clone(),
                file: file.clone(),
                year: year.filter(|_| contract.yearly),
                extract_date: found.extract_date,
                sha256: Digest::of([]),
                bytes: *bytes,
                synthetic: false,
                sample: Sample::WHOLE,
            };
            by_year.entry(extract.year).or_default().push(extract);
        }
        if !contract.yearly {
            let all: Vec<Extract> = by_year.into_values().flatten().collect();
            let stem = |extract: &Extract| {
                let file = extract.file.as_str();
                let plain = [".gz", ".zst", ".zip"].iter().find_map(|packed| file.strip_suffix(packed));
                plain.unwrap_or(file).to_owned()
            };
            let form = |extract: &Extract| contract.delivery(&extract.file).map(|(form, _)| std::ptr::from_ref(form));
            let is_twice = |a: &Extract, b: &Extract| {
                stem(a) == stem(b) || (form(a) != form(b) && a.extract_date == b.extract_date)
            };
            let pairs = all.iter().enumerate().flat_map(|(place, a)| all[place + 1..].iter().map(move |b| (a, b)));
            if let Some((one, other)) = pairs.into_iter().find(|(a, b)| is_twice(a, b)) {
                let files = [one.file.clone(), other.file.clone()];
                return Err(vec![PullError::Ambiguous { source_name: contract.name.clone(), year: None, files }]);
            }
            return if all.is_empty() { Err(vec![self.missing(contract, Vec::new())]) } else { Ok(all) };
        }
        let mut chosen = Vec::new();
        let (mut failures, mut missing) = (Vec::new(), Vec::new());
        for year in pipeline.years.iter() {
            match by_year.remove(&Some(year)).map(newest) {
                Some(Ok(extract)) => chosen.push(extract),
                Some(Err(files)) => {
                    failures.push(PullError::Ambiguous { source_name: contract.name.clone(), year: Some(year), files });
                }
                None => missing.push(year),
            }
        }
        if !missing.is_empty() {
            failures.push(self.missing(contract, missing));
        }
        if failures.is_empty() { Ok(chosen) } else { Err(failures) }
    }

    fn missing(&self, contract: &Contract, years: Vec<i16>) -> PullError {
        let named = years.first().map(|year| match contract.serves {
            Serves::SameYear => *year,
            Serves::FollowingYear => year - 1,
        });
        let pattern = |pattern: &FilePattern| match (named, years.len()) {
            (Some(named), 1) => pattern.to_string().replace("{year}", &named.to_string()),
            _ => pattern.to_string(),
        };
        PullError::Missing {
            source_name: contract.name.clone(),
            address: self.of(contract.origin).to_string(),
            patterns: contract.patterns().map(pattern).collect(),
            years,
        }
    }

    /// The files that `maaltal synth` has marked as its own, with their digests.
    async fn marked(&self, files: &BTreeMap<String, u64>) -> Result<Mark, PullError> {
        if !files.contains_key(SYNTHETIC_MARK) {
            return Ok(Mark::default());
        }
        let unreadable = |reason| PullError::Unreadable { what: SYNTHETIC_MARK.to_owned(), reason };
        let path = self.extracts.path(&Path::from(SYNTHETIC_MARK));
        let mark = async { self.extracts.objects().get(&path).await?.bytes().await };
        let mark = mark.await.map_err(|error| unreadable(error.to_string()))?;
        serde_json::from_slice(&mark).map_err(|error| unreadable(error.to_string()))
    }

    async fn digest(&self, mut extract: Extract, project: &Project, marked: &Mark) -> Result<Extract, PullError> {
        let origin = project.contracts.get(&extract.source).map_or(Origin::Extracts, |contract| contract.origin);
        let unreadable = |error: object_store::Error| PullError::Unreadable {
            what: extract.file.clone(),
            reason: error.to_string(),
        };
        let location = self.of(origin);
        let path = location.path(&object_path(&extract.file));
        let mut chunks = location.objects().get(&path).await.map_err(unreadable)?.into_stream();
        let mut hasher = Sha256::new();
        while let Some(chunk) = chunks.try_next().await.map_err(unreadable)? {
            hasher.update(&chunk);
        }
        extract.sha256 = hasher.into();
        // A file that was changed since, or put there by somebody, may hold real persons.
        extract.synthetic = origin == Origin::Extracts && marked.files.get(&extract.file) == Some(&extract.sha256);
        if extract.synthetic && marked.sampled.contains(&extract.file) {
            extract.sample = marked.sample;
        }
        Ok(extract)
    }
}

/// The one of a year's files that was drawn last; two that are equally new if there are.
fn newest(mut files: Vec<Extract>) -> Result<Extract, [String; 2]> {
    files.sort_by_key(|extract| extract.extract_date);
    match files.as_slice() {
        [.., a, b] if a.extract_date == b.extract_date => Err([a.file.clone(), b.file.clone()]),
        // Never empty: a year's list is made when its first file is found.
        _ => files.pop().ok_or_else(Default::default),
    }
}

/// The folder that contracts of origin `definitions` are relative to.
pub(super) fn definitions(project: &Project) -> Result<Location, PullError> {
    Ok(Location::parse(".", &project.definitions(), Usage::Read)?)
}

/// The files at an address by name, and what else lies there.
pub(super) async fn list(location: &Location) -> Result<(BTreeMap<String, u64>, Vec<PassedOver>), PullError> {
    let (files, passed_over) = location
        .list_readable()
        .await
        .map_err(|error| PullError::Unreadable { what: location.to_string(), reason: error.to_string() })?;
    Ok((files.into_iter().map(|(path, bytes)| (path.to_string(), bytes)).collect(), passed_over))
}

/// The path of a file as it was listed: names are not encoded twice.
fn object_path(file: &str) -> Path {
    Path::parse(file).unwrap_or_else(|_| Path::from(file))
}
