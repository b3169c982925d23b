//! Which file serves which year of a source.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt, stream};

use super::availability::Availability;
use super::days::{Days, Known};
use super::extract::Extract;
use super::origins::{Origins, list};
use super::persons;
use super::reading::Reading;
use super::take::{Taken, newest, take};
use super::unread::{Unread, is_out_of_years, served_year, tell, unread};
use crate::definition::{
    Contract, FilePattern, Origin, PART, Pipeline, Project, Years, plain_name, without_compression,
};
use crate::observe::Observers;
use crate::pull::error::{Need, PullError};
use crate::store::Digests;

/// What there is to read, and what lies beside it.
#[derive(Debug)]
pub struct Located {
    /// The extracts, by source and year.
    pub extracts: Vec<Extract>,
    /// The files that are not read.
    pub unread: Vec<Unread>,
    /// Which years of which source are there.
    pub availability: Availability,
}

/// What lies at the three places, by name.
struct Listing {
    extracts: BTreeMap<String, u64>,
    definitions: BTreeMap<String, u64>,
    entries: BTreeMap<String, u64>,
}

impl Listing {
    fn of(&self, origin: Origin) -> &BTreeMap<String, u64> {
        match origin {
            Origin::Extracts => &self.extracts,
            Origin::Definitions => &self.definitions,
            Origin::Models => &self.entries,
        }
    }
}

/// The files of a source that could be read.
enum Found {
    /// Those of each year, one or one a part, or the fault that keeps a year from having them.
    Yearly {
        by_year: BTreeMap<i16, Result<Vec<Extract>, PullError>>,
        /// The parts that are not there, of years of which others are: such a year is awaited as a whole.
        lacking: BTreeMap<i16, Vec<String>>,
    },
    /// They serve all years.
    OfAllYears(Vec<Extract>),
}

impl Found {
    fn is_empty(&self) -> bool {
        match self {
            Self::Yearly { by_year, lacking } => by_year.is_empty() && lacking.is_empty(),
            Self::OfAllYears(files) => files.is_empty(),
        }
    }

    /// The parts that are not there, by year.
    fn lacking(&self) -> BTreeMap<i16, Vec<String>> {
        match self {
            Self::Yearly { lacking, .. } => lacking.clone(),
            Self::OfAllYears(_) => BTreeMap::new(),
        }
    }

    /// What serves these years, and what keeps one from being served.
    fn of(self, years: Years) -> (Vec<Extract>, Vec<PullError>) {
        match self {
            Self::OfAllYears(files) => (files, Vec::new()),
            Self::Yearly { mut by_year, .. } => {
                by_year.retain(|year, _| years.contain(*year));
                let (served, not): (Vec<_>, Vec<_>) = by_year.into_values().partition(Result::is_ok);
                (served.into_iter().flatten().flatten().collect(), not.into_iter().filter_map(Result::err).collect())
            }
        }
    }
}

/// What was found of every source of a pipeline that it does not leave out.
type FoundSources<'a> = Vec<(&'a Contract, Found)>;

/// The extracts that are read, each with its origin, and what is awaited.
type Chosen = (Vec<(Extract, Origin)>, Availability);

impl Origins {
    /// The extracts that a pipeline reads, but for the sources that are left out, digested unless their digests are
    /// remembered. Warns of files that are not read. A file that can't be read keeps no other back: it stands among the
    /// extracts with its fault. One that is not there is awaited, unless its source is required.
    ///
    /// # Errors
    /// A required source has no extract of a year, two serve one year, or the place that they lie at can't be read.
    pub async fn locate(
        &self,
        project: &Project,
        pipeline: &Pipeline,
        left_out: &BTreeSet<String>,
        digests: &Digests,
        observers: &Observers,
    ) -> Result<Located, Vec<PullError>> {
        let (mut extracts, mut passed_over) = list(self.of(Origin::Extracts)).await.map_err(|error| vec![error])?;
        persons::pass_over(project, &mut extracts, &mut passed_over);
        let (definitions, _) = list(self.of(Origin::Definitions)).await.map_err(|error| vec![error])?;
        let (entries, _) = list(self.of(Origin::Models)).await.map_err(|error| vec![error])?;
        digests.retain(self.of(Origin::Extracts), |file| extracts.contains_key(file));
        let listing = Listing { extracts, definitions, entries };
        let at_once = project.environment.resources.parallel_extracts.max(1);
        let mut days = Days::default();
        let is_read = |contract: &&Contract| !left_out.contains(&contract.name);
        // The years are those of the whole pipeline, so that a part of it says what the whole would.
        let tells_years = |contract: &&Contract| contract.required || is_read(contract);
        for contract in project.contracts_of(pipeline).filter(tells_years) {
            let files = listing.of(contract.origin);
            self.look_into(contract, files, digests, at_once, &mut days).await.map_err(|error| vec![error])?;
        }
        let mut found = FoundSources::new();
        let mut failures = Vec::new();
        let mut too_late = Vec::new();
        for contract in project.contracts_of(pipeline).filter(is_read) {
            match files(contract, pipeline, listing.of(contract.origin), &days, &mut too_late) {
                Ok(files) => found.push((contract, files)),
                Err(error) => failures.push(error),
            }
        }
        let not_read = project.contracts_of(pipeline).filter(|contract| contract.required && !is_read(contract));
        let of_whole: FoundSources<'_> = not_read
            .filter_map(|contract| {
                let files = files(contract, pipeline, listing.of(contract.origin), &days, &mut Vec::new());
                Some((contract, files.ok()?))
            })
            .collect();
        let years = years_of(pipeline, &found, &of_whole);
        // Before what is missing is told: it may lie there under another name.
        let read = Reading {
            project,
            pipeline,
            years,
            left_out,
            days: &days,
            extracts: found.iter().flat_map(read).collect(),
            too_late,
        };
        let unread = unread(&read, &listing.extracts, passed_over);
        tell(&unread, observers);
        if !failures.is_empty() {
            return Err(failures);
        }
        let (chosen, mut availability) = self.choose(years, found, project)?;
        left_out.iter().for_each(|source| availability.leave_out(source));
        let marked = self.marked(&listing.extracts).await.map_err(|error| vec![error])?;
        let extracts = stream::iter(chosen)
            .map(|(extract, origin)| self.digest(extract, origin, &marked, digests))
            .buffered(at_once)
            .try_collect()
            .await
            .map_err(|error| vec![error])?;
        Ok(Located { extracts, unread, availability })
    }

    /// The extracts of the years, with what is awaited.
    fn choose(&self, years: Years, found: FoundSources<'_>, project: &Project) -> Result<Chosen, Vec<PullError>> {
        let mut availability = Availability::new(years);
        let mut by_source = Vec::new();
        let mut failures = Vec::new();
        // Not a single extract is rather a wrong address than registers that are all late.
        let mut of_registers = found.iter().filter(|(contract, _)| contract.origin == Origin::Extracts);
        let nothing_is_there = of_registers.all(|(_, found)| found.is_empty());
        for (contract, found) in found {
            let lacking = found.lacking();
            let (extracts, ambiguous) = found.of(years);
            failures.extend(ambiguous);
            availability.add(contract, &extracts, lacking);
            by_source.push((contract, extracts));
        }
        let mut awaited = availability.awaited_by_source();
        for (contract, _) in &by_source {
            let need = match (nothing_is_there, contract.required) {
                (true, _) => Need::NothingThere,
                (false, true) => Need::Required,
                (false, false) => continue,
            };
            if let Some(years) = awaited.remove(&contract.name) {
                failures.push(self.missing(contract, years, &availability, need));
            }
        }
        if failures.is_empty() { Ok(referring(by_source, availability, project)) } else { Err(failures) }
    }

    /// That a source has no extract, or none of some years if it comes every year, or not all parts of them.
    pub(crate) fn missing(
        &self,
        contract: &Contract,
        mut years: Vec<i16>,
        availability: &Availability,
        need: Need,
    ) -> PullError {
        if !contract.yearly {
            years.clear();
        }
        let named = years.first().map(|year| contract.serves.named_for(*year));
        let pattern = |pattern: &FilePattern| match (named, years.as_slice()) {
            (Some(named), [year]) => {
                let pattern = pattern.of_year(named);
                match availability.lacking(&contract.name, *year) {
                    [] => vec![pattern],
                    parts => parts.iter().map(|part| pattern.replace(PART, part)).collect(),
                }
            }
            _ => vec![pattern.to_string()],
        };
        PullError::Missing {
            source_name: contract.name.clone(),
            address: self.of(contract.origin).to_string(),
            patterns: contract.patterns().flat_map(pattern).collect(),
            years,
            need,
        }
    }
}

/// The extracts without those whose rows can't be checked, since what they refer to is not there: these are awaited too.
fn referring(by_source: Vec<(&Contract, Vec<Extract>)>, mut availability: Availability, project: &Project) -> Chosen {
    let mut chosen = Vec::new();
    for (contract, extracts) in by_source {
        for extract in extracts {
            let years = extract.year.map_or(availability.years, |year| Years { from: year, to: year });
            let is_there = |owner: &Contract| years.iter().all(|year| availability.of(&owner.name, year).is_there());
            if project.owners(contract).all(is_there) {
                chosen.push((extract, contract.origin));
            } else {
                availability.set_back(contract, extract.year);
            }
        }
    }
    (chosen, availability)
}

/// The years that a pipeline derives: up to the end that it states, or the newest year for which the required sources are
/// there; where none is required, the newest that any source has. Required sources that are `not_read`, since a part of the
/// pipeline does without them, count as far as they are there.
fn years_of(pipeline: &Pipeline, found: &FoundSources<'_>, not_read: &FoundSources<'_>) -> Years {
    let first = pipeline.years.from;
    let yearly = |(contract, found): &'_ (&Contract, Found)| match found {
        Found::Yearly { by_year, .. } => Some((contract.required, by_year.keys().next_back().copied())),
        Found::OfAllYears(_) => None,
    };
    let newest: Vec<(bool, Option<i16>)> = found.iter().filter_map(yearly).collect();
    let of_whole = not_read.iter().filter_map(yearly).map(|(_, year)| year).filter(Option::is_some);
    let of_required: Vec<Option<i16>> =
        newest.iter().filter(|(is_required, _)| *is_required).map(|(_, year)| *year).chain(of_whole).collect();
    let of_any = || newest.iter().filter_map(|(_, year)| *year).max();
    let last = match of_required.iter().min() {
        Some(oldest) => *oldest,
        None => of_any(),
    };
    pipeline.years.until(last.unwrap_or(first)).unwrap_or(Years { from: first, to: first })
}

/// The files that are read of a source.
fn read<'a>((_, found): &'a (&Contract, Found)) -> Vec<&'a Extract> {
    match found {
        Found::Yearly { by_year, .. } => by_year.values().flatten().flatten().collect(),
        Found::OfAllYears(files) => files.iter().collect(),
    }
}

/// The files of one source: for every year the one that serves it, or one for each of its parts. Those of a year that were all drawn too late for it
/// are added to `too_late`.
fn files(
    contract: &Contract,
    pipeline: &Pipeline,
    listed: &BTreeMap<String, u64>,
    days: &Days,
    too_late: &mut Vec<Extract>,
) -> Result<Found, PullError> {
    let mut by_year: BTreeMap<Option<i16>, Vec<Extract>> = BTreeMap::new();
    for (file, bytes) in listed {
        let Known::Of(found) = days.of(contract, file) else { continue };
        let year = served_year(contract, &found);
        if is_out_of_years(contract, &found) {
            continue;
        }
        let extract = Extract {
            year: year.filter(|_| contract.yearly),
            extract_date: found.extract_date,
            ..Extract::undigested(&contract.name, file, *bytes)
        };
        by_year.entry(extract.year).or_default().push(extract);
    }
    if !contract.yearly {
        let all: Vec<Extract> = by_year.into_values().flatten().collect();
        let of_all = match twice(contract, &all) {
            Some(files) => Err(files),
            None if contract.reads_newest() => newest(all).map(|newest| newest.into_iter().collect()),
            None => Ok(all),
        };
        let ambiguous = |files| PullError::Ambiguous { source_name: contract.name.clone(), year: None, files };
        return of_all.map(Found::OfAllYears).map_err(ambiguous);
    }
    let (mut chosen, mut lacking) = (BTreeMap::new(), BTreeMap::new());
    for (year, files) in by_year {
        let Some(year) = year else { continue };
        let expected = contract.parts.as_ref().map(|parts| parts.of(contract.serves.named_for(year)));
        let mut by_part: BTreeMap<Option<String>, Vec<Extract>> = BTreeMap::new();
        for file in files {
            let part = contract.part_of(&file.file).map(str::to_owned);
            if expected.is_none_or(|expected| part.as_ref().is_some_and(|part| expected.contains(part))) {
                by_part.entry(part).or_default().push(file);
            }
        }
        let (mut there, mut of_year) = (BTreeSet::new(), Ok(Vec::new()));
        for (part, files) in by_part {
            match take(contract, pipeline, year, files) {
                Taken::One(extract) => {
                    there.extend(part);
                    of_year.iter_mut().for_each(|all: &mut Vec<_>| all.push(extract.clone()));
                }
                Taken::TooLate(files) => too_late.extend(files),
                Taken::Ambiguous(files) => {
                    of_year = Err(PullError::Ambiguous { source_name: contract.name.clone(), year: Some(year), files });
                }
            }
        }
        let missing: Vec<String> =
            expected.into_iter().flatten().filter(|part| !there.contains(*part)).cloned().collect();
        match &of_year {
            Ok(all) if all.is_empty() => {}
            Ok(_) if !missing.is_empty() => drop(lacking.insert(year, missing)),
            _ => drop(chosen.insert(year, of_year)),
        }
    }
    Ok(Found::Yearly { by_year: chosen, lacking })
}

/// Two files of a source of all years that are the same thing: under one name, or of one day in two forms.
fn twice(contract: &Contract, all: &[Extract]) -> Option<[String; 2]> {
    let stem = |extract: &Extract| plain_name(without_compression(&extract.file)).into_owned();
    let form = |extract: &Extract| contract.delivery(&extract.file).map(|(form, _)| std::ptr::from_ref(form));
    let is_twice =
        |a: &Extract, b: &Extract| stem(a) == stem(b) || (form(a) != form(b) && a.extract_date == b.extract_date);
    let mut pairs = all.iter().enumerate().flat_map(|(place, a)| all[place + 1..].iter().map(move |b| (a, b)));
    let (one, other) = pairs.find(|(a, b)| is_twice(a, b))?;
    Some([one.file.clone(), other.file.clone()])
}
