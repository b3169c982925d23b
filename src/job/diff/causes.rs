//! Why a table is another: what of all that it was made of is another, followed through the provenance of both versions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use futures::{StreamExt, TryStreamExt, stream};

use crate::definition::years_in_words;
use crate::derive::is_fact;
use crate::job::JobError;
use crate::publish::{Before, Change, Manifest, Pairs, by_years};
use crate::pull::account_tables;
use crate::store::{Artefact, ArtefactKey, ArtefactRecord, Digest, Provenance, Store};

/// Records that are read at once.
const AT_ONCE: usize = 16;

/// What kind of thing is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CauseKind {
    /// An extract of a register.
    Extract,
    /// A reference list, goals, or entries of indicators.
    Definition,
    /// The contract that an extract was read under.
    Contract,
    /// A model's query.
    Sql,
    /// Which extracts are there, and what waits for others.
    Availability,
    /// What derived it.
    Tool,
}

impl CauseKind {
    /// The kind in a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Extract => "extract",
            Self::Definition => "definition",
            Self::Contract => "contract",
            Self::Sql => "sql",
            Self::Availability => "availability",
            Self::Tool => "tool",
        }
    }
}

/// One thing that is another, and is the same in both versions no more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// Its kind.
    pub kind: CauseKind,
    /// The source or model.
    pub what: String,
    /// How it is another, as `plan` says it.
    pub change: String,
    /// The years that it serves; none for what serves all years.
    pub years: Vec<i16>,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.change, self.what)?;
        if self.years.is_empty() { Ok(()) } else { write!(f, " {}", years_in_words(&self.years)) }
    }
}

/// A cause in one year.
type Found = BTreeSet<(CauseKind, String, String, Option<i16>)>;

/// The tables that were passed, and whether on the way to an indicator: beyond it more counts.
type Seen = BTreeSet<(ArtefactKey, String, bool)>;

/// What two versions were made of, ready to be followed.
pub(super) struct Causes<'a> {
    before: Made<'a>,
    after: Made<'a>,
    pairs: Pairs<'a>,
    definitions: &'a BTreeSet<&'a str>,
}

/// What a version was made of.
struct Made<'a> {
    manifest: &'a Manifest,
    index: Before<'a>,
    /// The names of its models.
    names: BTreeSet<&'a str>,
    /// The models' names and years, and the extracts' places in the manifest, by key.
    models: BTreeMap<ArtefactKey, (&'a str, Option<i16>)>,
    extracts: BTreeMap<ArtefactKey, usize>,
    /// The records of what the other version does not have.
    records: BTreeMap<ArtefactKey, ArtefactRecord>,
}

impl<'a> Made<'a> {
    fn new(manifest: &'a Manifest) -> Self {
        let models = manifest.models.iter().map(|it| (it.artefact.key, (it.model.as_str(), it.year))).collect();
        let extracts = manifest.extracts.iter().zip(0..).map(|(it, place)| (it.artefact.key, place)).collect();
        let names = manifest.models.iter().map(|it| it.model.as_str()).collect();
        Self { manifest, index: Before::new(manifest), names, models, extracts, records: BTreeMap::new() }
    }

    /// Reads the records of what `other` does not have. One that is gone leads nowhere.
    async fn read(&mut self, store: &Store, other: &Self) -> Result<(), JobError> {
        let has = |key: &ArtefactKey| other.models.contains_key(key) || other.extracts.contains_key(key);
        let models = self.manifest.models.iter().map(|it| &it.artefact);
        let all = models.chain(self.manifest.extracts.iter().map(|it| &it.artefact));
        let own = all.filter(|artefact| !has(&artefact.key));
        let records: Vec<Option<ArtefactRecord>> =
            stream::iter(own).map(|artefact| store.artefact(artefact)).buffered(AT_ONCE).try_collect().await?;
        self.records = records.into_iter().flatten().map(|record| (record.artefact.key, record)).collect();
        Ok(())
    }

    fn entry(&self, key: ArtefactKey, table: &str) -> Option<Digest> {
        self.records.get(&key)?.tables.get(table).map(|entry| entry.sha256)
    }
}

/// The tables that an artefact was derived from, each with the artefacts behind it.
fn inputs(record: &ArtefactRecord) -> impl Iterator<Item = (&str, &Artefact)> {
    let inputs = match &record.provenance {
        Provenance::Model { inputs, .. } => Some(inputs),
        _ => None,
    };
    let inputs = inputs.into_iter().flatten();
    inputs.flat_map(|(table, artefacts)| artefacts.iter().map(move |artefact| (table.as_str(), artefact)))
}

fn maker(record: Option<&ArtefactRecord>) -> Option<&String> {
    match &record?.provenance {
        Provenance::Model { maker, .. } => Some(maker),
        _ => None,
    }
}

/// Of which indicator causes are looked for, on a way down from a published table.
#[derive(Debug, Clone, Copy)]
struct Way<'w> {
    /// The indicator: models of the names of others are passed by.
    indicator: Option<&'w str>,
    /// All indicators.
    others: &'w BTreeSet<&'w str>,
}

impl Way<'_> {
    /// The way on through a model; `None` where that is another indicator's. Below its own everything counts.
    fn through(self, model: &str) -> Option<Self> {
        match self.indicator {
            Some(indicator) if indicator == model => Some(Self { indicator: None, ..self }),
            Some(_) if self.others.contains(model) => None,
            _ => Some(self),
        }
    }
}

impl<'a> Causes<'a> {
    /// Reads what the two versions were made of.
    ///
    /// # Errors
    /// A record is damaged, or the store can't be read.
    pub(super) async fn new(
        store: &Store,
        before: &'a Manifest,
        after: &'a Manifest,
        definitions: &'a BTreeSet<&'a str>,
    ) -> Result<Self, JobError> {
        let pairs = Pairs::of(&before.extracts, after.extracts.iter().map(|it| (it.place(), it.sha256)));
        let (mut before, mut after) = (Made::new(before), Made::new(after));
        before.read(store, &after).await?;
        after.read(store, &before).await?;
        Ok(Self { before, after, pairs, definitions })
    }

    /// The causes of what is another in a published table, or in the rows of an indicator in it. Of an indicator, models of
    /// the names of other indicators are no cause; nor are the accounts of extracts, unless there is nothing else.
    pub(super) fn of(&self, table: &str, indicator: Option<&str>, indicators: &BTreeSet<&str>) -> Vec<Cause> {
        let roots = [&self.after, &self.before].map(|made| made.manifest.tables.get(table).map(|it| &it.artefact));
        let all = Way { indicator: None, others: indicators };
        let of_indicator = Way { indicator, others: indicators };
        let ways = if indicator.is_some() { vec![of_indicator, all] } else { vec![all] };
        for way in ways {
            let (mut found, mut seen) = (Found::new(), Seen::new());
            if let Some(root) = roots[0] {
                self.follow(root, &root.name, way, &mut found, &mut seen);
            } else if let Some(root) = roots[1] {
                self.follow_gone(root, way, &mut found, &mut seen);
            }
            if !found.is_empty() {
                return grouped(&found);
            }
        }
        Vec::new()
    }

    /// Follows an artefact of the later version down.
    fn follow(&self, artefact: &Artefact, table: &str, way: Way<'_>, found: &mut Found, seen: &mut Seen) {
        let key = artefact.key;
        if !seen.insert((key, table.to_owned(), way.indicator.is_some()))
            || self.before.models.contains_key(&key)
            || self.before.extracts.contains_key(&key)
        {
            return;
        }
        if let Some(place) = self.after.extracts.get(&key) {
            self.extract(*place, table, found);
            return;
        }
        let Some((model, year)) = self.after.models.get(&key).copied() else { return };
        let Some(way) = way.through(model) else { return };
        let (record, earlier) = (self.after.records.get(&key), self.before.index.model(model, year));
        let was = earlier.and_then(|earlier| self.before.records.get(&earlier.artefact.key));
        if let Some(earlier) = earlier {
            let bytes = self.after.entry(key, model);
            if bytes.is_some() && bytes == self.before.entry(earlier.artefact.key, model) {
                return;
            }
        }
        let sql = |record: Option<&ArtefactRecord>| match &record?.provenance {
            Provenance::Model { sql_sha256, .. } => Some(*sql_sha256),
            _ => None,
        };
        match earlier {
            None if !self.before.names.contains(model) => {
                found.insert((CauseKind::Sql, model.to_owned(), "new model".to_owned(), None));
            }
            Some(earlier) if sql(record).is_some_and(|sql| sql != earlier.sql_sha256) => {
                let (kind, change) = match is_fact(model) {
                    true => (CauseKind::Availability, "other extracts are there:".to_owned()),
                    false => (CauseKind::Sql, Change::ChangedSql.to_string()),
                };
                // The same query serves all years.
                found.insert((kind, model.to_owned(), change, None));
            }
            _ => {}
        }
        if let (Some(then), Some(now)) = (maker(was), maker(record))
            && then != now
        {
            found.insert((CauseKind::Tool, now.clone(), format!("{then} became"), None));
        }
        for (table, input) in record.into_iter().flat_map(inputs) {
            let is_account = account_tables().iter().any(|(account, _)| *account == table);
            if !is_account || way.indicator.is_none() {
                self.follow(input, table, way, found, seen);
            }
        }
        for (_, input) in was.into_iter().flat_map(inputs) {
            self.follow_gone(input, way, found, seen);
        }
    }

    /// Follows an artefact of the earlier version down, where the later one has nothing in its place.
    fn follow_gone(&self, artefact: &Artefact, way: Way<'_>, found: &mut Found, seen: &mut Seen) {
        let key = artefact.key;
        if !seen.insert((key, String::new(), way.indicator.is_some())) {
            return;
        }
        if let Some(entry) = self.before.extracts.get(&key).map(|place| &self.before.manifest.extracts[*place]) {
            if self.pairs.is_gone(entry.place()) {
                let change = Change::NoExtract.to_string();
                found.insert((self.kind(&entry.source), entry.source.clone(), change, entry.year));
            }
            return;
        }
        let Some((model, year)) = self.before.models.get(&key).copied() else { return };
        let Some(way) = way.through(model) else { return };
        if self.after.index.model(model, year).is_some() {
            return;
        }
        if !self.after.names.contains(model) && !self.waits(artefact, &mut BTreeSet::new()) {
            found.insert((CauseKind::Sql, model.to_owned(), "no model any more".to_owned(), None));
        }
        for (_, input) in self.before.records.get(&key).into_iter().flat_map(inputs) {
            self.follow_gone(input, way, found, seen);
        }
    }

    /// Whether an extract that an artefact of the earlier version was made of is awaited in the later one.
    fn waits(&self, artefact: &Artefact, asked: &mut BTreeSet<ArtefactKey>) -> bool {
        if !asked.insert(artefact.key) {
            return false;
        }
        if let Some(entry) = self.before.extracts.get(&artefact.key).map(|place| &self.before.manifest.extracts[*place])
        {
            let is_of = |years: &Vec<i16>| entry.year.is_none_or(|year| years.contains(&year));
            return self.after.manifest.awaited.get(&entry.source).is_some_and(is_of)
                && self.pairs.is_gone(entry.place());
        }
        let mut inputs = self.before.records.get(&artefact.key).into_iter().flat_map(inputs);
        inputs.any(|(_, input)| self.waits(input, asked))
    }

    /// What is another of an extract, where the table that is asked for has other bytes.
    fn extract(&self, place: usize, table: &str, found: &mut Found) {
        let entry = &self.after.manifest.extracts[place];
        if let Some(earlier) = self.pairs.earlier(entry.place()) {
            let bytes = self.after.entry(entry.artefact.key, table);
            if bytes.is_some() && bytes == self.before.entry(earlier.artefact.key, table) {
                return;
            }
        }
        let Some(change) = self.pairs.change(entry.into()) else { return };
        let kind = match change {
            Change::ChangedContract => CauseKind::Contract,
            _ => self.kind(&entry.source),
        };
        found.insert((kind, entry.source.clone(), change.to_string(), entry.year));
    }

    fn kind(&self, source: &str) -> CauseKind {
        if self.definitions.contains(source) { CauseKind::Definition } else { CauseKind::Extract }
    }
}

/// The same cause in several years as one.
fn grouped(found: &Found) -> Vec<Cause> {
    let things = found.iter().map(|(kind, what, change, year)| ((*kind, what.as_str(), change.as_str()), *year));
    by_years(things)
        .into_iter()
        .map(|((kind, what, change), years)| Cause { kind, what: what.to_owned(), change: change.to_owned(), years })
        .collect()
}
