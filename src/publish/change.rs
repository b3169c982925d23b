//! Why what a version is made of is not what another version was made of.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{ExtractEntry, Manifest, ModelEntry};
use crate::derive::Step;
use crate::observe::Stage;
use crate::pull::{ExtractStep, Place};
use crate::store::{Artefact, ArtefactKey, Digest, Reason};

/// Why an artefact is another than before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// There was no such extract.
    NewExtract,
    /// It has other bytes.
    ChangedExtract,
    /// It was read under another contract.
    ChangedContract,
    /// It had another name.
    RenamedExtract,
    /// Something else of its key changed.
    ChangedReference,
    /// The extract is there no more.
    NoExtract,
    /// There was no such model, or not for that year.
    NewStep,
    /// Another query.
    ChangedSql,
    /// Tables that it reads have changed.
    ChangedInputs(Vec<String>),
    /// It reads fewer artefacts than before.
    FewerInputs,
    /// It reads none, and something else of its key changed.
    ChangedMaker,
    /// The model is there no more, or not for that year.
    NoStep,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewExtract => f.write_str("new extract"),
            Self::ChangedExtract => f.write_str("changed extract"),
            Self::ChangedContract => f.write_str("changed contract"),
            Self::RenamedExtract => f.write_str("renamed extract"),
            Self::ChangedReference => f.write_str("changed reference list, pseudonym key or encryption key"),
            Self::NoExtract => f.write_str("no extract any more"),
            Self::NewStep => f.write_str("new model or year"),
            Self::ChangedSql => f.write_str("changed SQL"),
            Self::ChangedInputs(tables) => write!(f, "changed {}", tables.join(", ")),
            Self::FewerInputs => f.write_str("fewer inputs"),
            Self::ChangedMaker => f.write_str("another engine, reference date or encryption key"),
            Self::NoStep => f.write_str("no model or year any more"),
        }
    }
}

/// What is known of an extract, before it is pulled as after.
#[derive(Debug, Clone, Copy)]
pub struct ExtractNow<'a> {
    /// The source.
    pub source: &'a str,
    /// The year it serves.
    pub year: Option<i16>,
    /// The file.
    pub file: &'a str,
    /// Digest of its bytes.
    pub sha256: Digest,
    /// Digest of its contract.
    pub contract: Option<Digest>,
    /// What it is staged as.
    pub artefact: &'a Artefact,
}

impl<'a> ExtractNow<'a> {
    /// An extract that is to be pulled under a contract.
    pub fn planned(ExtractStep { extract, artefact, .. }: &'a ExtractStep, contract: Option<Digest>) -> Self {
        let (source, file) = (extract.source.as_str(), extract.file.as_str());
        Self { source, year: extract.year, file, sha256: extract.sha256, contract, artefact }
    }
}

impl<'a> From<&'a ExtractEntry> for ExtractNow<'a> {
    fn from(entry: &'a ExtractEntry) -> Self {
        let ExtractEntry { source, file, sha256, contract, year, artefact, .. } = entry;
        Self { source, year: *year, file, sha256: *sha256, contract: Some(*contract), artefact }
    }
}

/// Which extract of a version stands in the place of which later one.
#[derive(Debug, Clone, Default)]
pub struct Pairs<'a> {
    earlier: BTreeMap<Place<'a>, &'a ExtractEntry>,
    gone: BTreeSet<Place<'a>>,
}

impl<'a> Pairs<'a> {
    /// Pairs a version's extracts with later ones, each told by its place and its digest: those of the same source and year by
    /// their names, and what is left of them by their bytes, or else in the order of their names.
    pub fn of(before: &'a [ExtractEntry], now: impl Iterator<Item = (Place<'a>, Digest)>) -> Self {
        let mut left: BTreeMap<Place<'a>, &ExtractEntry> = before.iter().map(|it| (it.place(), it)).collect();
        let mut earlier = BTreeMap::new();
        let mut unnamed = Vec::new();
        for (place, sha256) in now.collect::<BTreeMap<_, _>>() {
            match left.remove(&place) {
                Some(entry) => drop(earlier.insert(place, entry)),
                None => unnamed.push((place, sha256)),
            }
        }
        let mut pair = |place: Place<'a>, fits: &dyn Fn(&ExtractEntry) -> bool| {
            let of_the_same = |(source, year, _): &Place<'a>| *source == place.0 && *year == place.1;
            let found = left.iter().find(|(there, entry)| of_the_same(there) && fits(entry)).map(|(there, _)| *there);
            let entry = found.and_then(|found| left.remove(&found));
            entry.map(|entry| earlier.insert(place, entry)).is_some()
        };
        unnamed.retain(|(place, sha256)| !pair(*place, &|entry| entry.sha256 == *sha256));
        unnamed.retain(|(place, _)| !pair(*place, &|_| true));
        Self { earlier, gone: left.into_keys().collect() }
    }

    /// The extract in whose place this one stands.
    pub fn earlier(&self, place: Place<'_>) -> Option<&'a ExtractEntry> {
        self.earlier.get(&place).copied()
    }

    /// Whether none stands in the place of this one any more.
    pub fn is_gone(&self, place: Place<'_>) -> bool {
        self.gone.contains(&place)
    }

    /// Why an extract is not staged as what it was; `None` where it is.
    pub fn change(&self, now: ExtractNow<'_>) -> Option<Change> {
        match self.earlier((now.source, now.year, now.file)) {
            None => Some(Change::NewExtract),
            Some(earlier) if earlier.artefact == *now.artefact => None,
            Some(earlier) if earlier.sha256 != now.sha256 => Some(Change::ChangedExtract),
            Some(earlier) if Some(earlier.contract) != now.contract => Some(Change::ChangedContract),
            Some(earlier) if earlier.file != now.file => Some(Change::RenamedExtract),
            Some(_) => Some(Change::ChangedReference),
        }
    }
}

/// What a version was made of, to compare with.
#[derive(Debug)]
pub struct Before<'a> {
    manifest: &'a Manifest,
    artefacts: BTreeSet<ArtefactKey>,
    models: BTreeMap<(&'a str, Option<i16>), &'a ModelEntry>,
}

impl<'a> Before<'a> {
    /// What the version of a manifest was made of.
    pub fn new(manifest: &'a Manifest) -> Self {
        let extracts = manifest.extracts.iter().map(|extract| extract.artefact.key);
        let artefacts = extracts.chain(manifest.models.iter().map(|model| model.artefact.key)).collect();
        let models = manifest.models.iter().map(|entry| ((entry.model.as_str(), entry.year), entry)).collect();
        Self { manifest, artefacts, models }
    }

    /// The step of a model for a year, or for all.
    pub fn model(&self, model: &str, year: Option<i16>) -> Option<&'a ModelEntry> {
        self.models.get(&(model, year)).copied()
    }

    /// Why a step does not make what it made; `None` where it does.
    pub fn of_step(&self, step: &Step) -> Option<Change> {
        match self.model(&step.model, step.calendar_year()) {
            None => Some(Change::NewStep),
            Some(earlier) if earlier.artefact == step.artefact => None,
            Some(earlier) if earlier.sql_sha256 != step.sql => Some(Change::ChangedSql),
            Some(_) if step.inputs.is_empty() => Some(Change::ChangedMaker),
            Some(_) => {
                let is_new = |key: &ArtefactKey| !self.artefacts.contains(key);
                let changed = step.inputs.iter().filter(|(_, inputs)| inputs.iter().any(|it| is_new(&it.artefact.key)));
                let changed: Vec<String> = changed.map(|(table, _)| table.clone()).collect();
                Some(if changed.is_empty() { Change::FewerInputs } else { Change::ChangedInputs(changed) })
            }
        }
    }

    /// What a new version has otherwise, or no more: each with its stage, its name and its year.
    pub(super) fn changes(&self, now: &Manifest, steps: &[Step]) -> Vec<Reason> {
        let after = Before::new(now);
        let pairs = Pairs::of(&self.manifest.extracts, now.extracts.iter().map(|it| (it.place(), it.sha256)));
        let mut changes: Vec<(Stage, &str, Option<i16>, Change)> = Vec::new();
        for entry in &now.extracts {
            let change = pairs.change(entry.into());
            changes.extend(change.map(|change| (Stage::Pull, entry.source.as_str(), entry.year, change)));
        }
        for entry in &self.manifest.extracts {
            if pairs.is_gone(entry.place()) {
                changes.push((Stage::Pull, &entry.source, entry.year, Change::NoExtract));
            }
        }
        for step in steps {
            let change = self.of_step(step);
            changes.extend(change.map(|change| (Stage::Derive, step.model.as_str(), step.calendar_year(), change)));
        }
        for entry in &self.manifest.models {
            if after.model(&entry.model, entry.year).is_none() {
                changes.push((Stage::Derive, &entry.model, entry.year, Change::NoStep));
            }
        }
        let lines = changes.iter().map(|(stage, what, year, change)| ((*stage, *what, change), *year));
        let mut reasons: Vec<Reason> = by_years(lines)
            .into_iter()
            .map(|((stage, what, change), years)| Reason {
                stage: stage.name().to_owned(),
                what: what.to_owned(),
                years,
                why: change.to_string(),
            })
            .collect();
        reasons.extend(self.of_version(now).map(|why| Reason {
            stage: Stage::Publish.name().to_owned(),
            what: now.dataset.clone(),
            years: Vec::new(),
            why,
        }));
        reasons
    }

    /// What of the version as a whole is another.
    pub fn of_version<'s>(&'s self, now: &'s Manifest) -> impl Iterator<Item = String> + 's {
        let pairs = [
            ("tool", &self.manifest.tool, &now.tool),
            ("disclosure policy", &self.manifest.disclosure_policy, &now.disclosure_policy),
        ];
        let changed = pairs.into_iter().filter(|(_, before, now)| before != now);
        changed.map(|(what, before, now)| format!("another {what}: {now} instead of {before}"))
    }
}

/// The same thing in several years as one, in the order in which each is first met.
pub fn by_years<T: Ord + Copy>(things: impl IntoIterator<Item = (T, Option<i16>)>) -> Vec<(T, Vec<i16>)> {
    let mut groups: Vec<(T, BTreeSet<i16>)> = Vec::new();
    let mut places: BTreeMap<T, usize> = BTreeMap::new();
    for (thing, year) in things {
        let place = *places.entry(thing).or_insert_with(|| {
            groups.push((thing, BTreeSet::new()));
            groups.len() - 1
        });
        groups[place].1.extend(year);
    }
    groups.into_iter().map(|(thing, years)| (thing, years.into_iter().collect())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{KeyBuilder, Zone};

    fn entry(file: &str, bytes: &str) -> ExtractEntry {
        let key = KeyBuilder::new("test").field("file", file).field("bytes", bytes).finish();
        ExtractEntry {
            source: "tal".to_owned(),
            file: file.to_owned(),
            sha256: Digest::of(bytes),
            contract: Digest::of("contract"),
            year: None,
            extract_date: None,
            sample: crate::pull::Sample::WHOLE,
            artefact: Artefact { zone: Zone::Staged, name: "tal".to_owned(), key },
            rows: BTreeMap::new(),
        }
    }

    /// What is said of each extract, and then how many are gone.
    fn told(before: &[(&str, &str)], now: &[(&str, &str)]) -> Vec<String> {
        let entries = |all: &[(&str, &str)]| all.iter().map(|(file, bytes)| entry(file, bytes)).collect::<Vec<_>>();
        let (before, now) = (entries(before), entries(now));
        let pairs = Pairs::of(&before, now.iter().map(|it| (it.place(), it.sha256)));
        let change = |it: &ExtractEntry| pairs.change(it.into()).map_or_else(String::new, |change| change.to_string());
        let gone = before.iter().filter(|it| pairs.is_gone(it.place())).map(|it| format!("gone {}", it.file));
        now.iter().map(change).chain(gone).collect()
    }

    #[test]
    fn extracts_of_all_years_are_paired_by_name_then_by_bytes_and_each_once() {
        let (a, b, c) = (("a", "1"), ("b", "2"), ("c", "3"));
        assert_eq!(told(&[a, b], &[a, b]), ["", ""]);
        assert_eq!(told(&[a, b], &[b]), ["", "gone a"]);
        assert_eq!(told(&[a], &[a, b]), ["", "new extract"]);
        assert_eq!(told(&[a], &[b, c]), ["changed extract", "new extract"]);
        assert_eq!(told(&[a, b], &[c]), ["changed extract", "gone b"]);
        assert_eq!(told(&[a, b], &[("c", "2"), ("d", "1")]), ["renamed extract", "renamed extract"]);
        assert_eq!(told(&[a, b], &[("b", "1")]), ["changed extract", "gone a"]);
    }
}
