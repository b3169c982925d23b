//! Which file serves which year of a source.

use std::collections::BTreeMap;

use futures::{StreamExt, TryStreamExt, stream};

use super::extract::Extract;
use super::origins::{Origins, list};
use super::unread::{Unread, served_year, tell, unread};
use crate::definition::{Contract, FilePattern, Origin, Pipeline, Project, Serves};
use crate::observe::Observers;
use crate::pull::error::PullError;
use crate::pull::mark::Sample;
use crate::store::{Digest, Digests};

/// What there is to read, and what lies beside it.
#[derive(Debug)]
pub struct Located {
    /// The extracts, by source and year.
    pub extracts: Vec<Extract>,
    /// The files that are not read.
    pub unread: Vec<Unread>,
}

/// What lies at the two places, by name.
struct Listing {
    extracts: BTreeMap<String, u64>,
    definitions: BTreeMap<String, u64>,
    entries: BTreeMap<String, u64>,
}

impl Origins {
    /// The extracts that a pipeline reads, digested unless their digests are remembered. Warns of files that are not read. A file that can't be read keeps no
    /// other back: it stands among the extracts with its fault.
    ///
    /// # Errors
    /// A source or a year of it has no extract, two serve one year, or the place that they lie at can't be read.
    pub async fn locate(
        &self,
        project: &Project,
        pipeline: &Pipeline,
        digests: &Digests,
        observers: &Observers,
    ) -> Result<Located, Vec<PullError>> {
        let (extracts, passed_over) = list(self.of(Origin::Extracts)).await.map_err(|error| vec![error])?;
        let (definitions, _) = list(self.of(Origin::Definitions)).await.map_err(|error| vec![error])?;
        let (entries, _) = list(self.of(Origin::Models)).await.map_err(|error| vec![error])?;
        digests.retain(self.of(Origin::Extracts), |file| extracts.contains_key(file));
        let listing = Listing { extracts, definitions, entries };
        // Before what is missing is told: it may lie there under another name.
        let unread = unread(project, pipeline, listing.extracts.keys(), passed_over);
        tell(&unread, observers);
        let marked = self.marked(&listing.extracts).await.map_err(|error| vec![error])?;
        let mut chosen = Vec::new();
        let mut failures = Vec::new();
        for contract in project.contracts_of(pipeline) {
            match self.choose(contract, pipeline, &listing) {
                Ok(files) => chosen.extend(files.into_iter().map(|file| (file, contract.origin))),
                Err(missing) => failures.extend(missing),
            }
        }
        if !failures.is_empty() {
            return Err(failures);
        }
        let extracts = stream::iter(chosen)
            .map(|(extract, origin)| self.digest(extract, origin, &marked, digests))
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
            Origin::Models => &listing.entries,
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
                fault: None,
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
