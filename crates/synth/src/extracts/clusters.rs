//! The quality clusters of the owners of practices, and the doctors of 65 and over, whom a cluster
//! saves from being accredited.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::SynthError;
use crate::calendar::{age, danish, extract_day, january_first, plus_days};
use crate::country::calibration::REGIONS;
use crate::country::{Country, Ownership, Role, Staff};
use crate::files::{Cell, Charset, Coverage, Csv, Folder, Spec, repacked};
use crate::rng::Dice;

/// Where the streams of chance of this file begin.
const STREAM: u64 = 0xC105_0000_0000;

/// Clusters in the end, and founded later than the others (KiAP, "About KiAP": 116 clusters with 99 % of
/// the doctors; 114 on 1 November 2019).
const CLUSTERS: usize = 116;
const LATE: [Date; 2] = [date(2020, 9, 1), date(2021, 2, 1)];
/// How many are founded from one day to another. 48 clusters with 1,275 doctors on 31 October 2018
/// (Ugeskrift for Læger of that day, which expects half of the doctors by New Year); 114 clusters with
/// 3,275 doctors, 98 %, on 1 November 2019 (KiAP).
const FOUNDED: [(usize, Date, Date); 3] = [
    (48, date(2018, 2, 1), date(2018, 10, 15)),
    (14, date(2018, 11, 1), date(2018, 12, 15)),
    (52, date(2019, 1, 7), date(2019, 10, 1)),
];
/// The day that the sizes of the clusters are planned by: invented.
const PLANNED: Date = date(2019, 1, 1);
/// Doctors in the smallest cluster, at least (KiAP, 1 November 2019).
const SMALLEST: usize = 10;
/// Doctors per thousand that join some months after the others, in the clusters of 2018 and later:
/// invented, so that about as many are members as is told.
const LATE_JOINERS: (u32, u32) = (270, 100);
/// Doctors per thousand that never join: invented, so that the country ends on 99 %.
const OUTSIDERS: u32 = 5;

/// Doctors over 65 who asked to be spared the accreditation and to stop instead (ELTPD).
pub(crate) const STOPPING: usize = 92;
/// How many of them do stop: invented. The others take it back, as FP2018 has it.
const REALLY_STOPPING: usize = 58;
/// The day by which they said that they would have stopped (ELTPD, FP2018).
const CUT_OFF: Date = date(2019, 8, 31);
/// The change of the agreement (FP2018: adopted in September 2018).
const AGREEMENT: Date = date(2018, 10, 1);
/// Old doctors per thousand that then choose a visit and a cluster instead: invented.
const CHOOSING: u32 = 550;

/// A doctor's time in a cluster, half-open.
#[derive(Debug, Clone)]
struct Membership {
    person: usize,
    provider: usize,
    cluster: String,
    from: Date,
    to: Option<Date>,
}

pub(crate) fn write(country: &Country<'_>, seed: u64, year: i16, folder: &Folder) -> Result<(), SynthError> {
    let memberships = memberships(country, seed);
    let day = extract_day(year);
    members(country, &memberships, day, folder)?;
    old_doctors(country, seed, &memberships, day, folder)
}

fn members(country: &Country<'_>, memberships: &[Membership], day: Date, folder: &Folder) -> Result<(), SynthError> {
    let path = repacked(&format!("klynge/klynge_{:04}0418.csv.gz", day.year()), day.year());
    let columns = ["cpr", "ydernr", "klynge_id", "region", "indmeldt", "udmeldt"];
    let spec = Spec { path: &path, table: "klynge", columns: &columns, coverage: Coverage::Everybody };
    let csv = Csv { charset: Charset::Utf8, delimiter: ';', header: true, trailer: Some("SLUT") };
    let mut file = folder.csv(spec, csv)?;
    for membership in memberships.iter().filter(|membership| membership.from <= day) {
        let provider = &country.providers[membership.provider];
        let (number, from) = (format!("{:06}", provider.number), danish(membership.from));
        let to = membership.to.filter(|to| *to <= day).map(danish).unwrap_or_default();
        file.row(&[
            Cell::Text(&country.persons[membership.person].cpr),
            Cell::Text(&number),
            Cell::Text(&membership.cluster),
            Cell::Text(REGIONS[provider.region].code),
            Cell::Text(&from),
            Cell::Text(&to),
        ])?;
    }
    file.finish()
}

/// The times of owners at doctors' own practices, by person and time.
fn ownerships<'c>(country: &'c Country<'_>) -> BTreeMap<usize, Vec<(usize, &'c Staff)>> {
    let mut ownerships: BTreeMap<usize, Vec<(usize, &Staff)>> = BTreeMap::new();
    for (index, provider) in country.providers.iter().enumerate() {
        if !provider.is_practice() || provider.ownership != Ownership::Doctors {
            continue;
        }
        for staff in provider.staff.iter().filter(|staff| staff.role == Role::Owner) {
            ownerships.entry(staff.person).or_default().push((index, staff));
        }
    }
    for times in ownerships.values_mut() {
        times.sort_by_key(|(provider, staff)| (staff.from, *provider));
    }
    ownerships
}

fn holds(staff: &Staff, day: Date) -> bool {
    staff.from <= day && staff.to.is_none_or(|to| to > day)
}

/// Municipalities that share clusters, how many, and when each is founded.
#[derive(Debug)]
struct Group {
    region: usize,
    places: Vec<usize>,
    doctors: usize,
    founded: Vec<Date>,
}

/// Neighbours by code until there are doctors enough, then the biggest are split until all are there.
fn groups(country: &Country<'_>, seed: u64) -> Vec<Group> {
    let mut doctors: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (person, times) in ownerships(country) {
        for (provider, _) in times.into_iter().filter(|(_, staff)| holds(staff, PLANNED)) {
            doctors.entry(country.providers[provider].place_on(PLANNED)).or_default().insert(person);
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    for region in 0..REGIONS.len() {
        let first = groups.len();
        for place in country.places.with_practices(region) {
            let here = doctors.get(&place).map_or(0, BTreeSet::len);
            match groups.last_mut().filter(|group| group.region == region && group.doctors < SMALLEST) {
                Some(group) => {
                    group.places.push(place);
                    group.doctors += here;
                }
                None => groups.push(Group { region, places: vec![place], doctors: here, founded: Vec::new() }),
            }
        }
        if groups.len() > first + 1
            && let Some(small) = groups.pop_if(|group| group.doctors < SMALLEST)
            && let Some(last) = groups.last_mut()
        {
            last.places.extend(small.places);
            last.doctors += small.doctors;
        }
    }
    let mut parts = vec![1; groups.len()];
    while parts.iter().sum::<usize>() < CLUSTERS {
        // The first of the biggest.
        let biggest = (0..groups.len()).rev().max_by_key(|&index| groups[index].doctors * 1000 / parts[index]);
        let Some(biggest) = biggest else { break };
        parts[biggest] += 1;
    }
    found(&mut groups, &parts, seed);
    groups
}

/// Gives every cluster its first day; the smallest come last.
fn found(groups: &mut [Group], parts: &[usize], seed: u64) {
    let mut dice = Dice::new(seed, STREAM);
    let mut days: Vec<Date> = FOUNDED
        .iter()
        .flat_map(|&(count, from, to)| {
            let length = (to - from).get_days() as u32;
            (0..count).map(|_| plus_days(from, i64::from(dice.below(length)))).collect::<Vec<Date>>()
        })
        .collect();
    dice.shuffle(&mut days);
    let mut by_size: Vec<usize> = (0..groups.len()).collect();
    by_size.sort_by_key(|&index| (groups[index].doctors / parts[index], index));
    for (place, index) in by_size.into_iter().enumerate() {
        groups[index].founded = match LATE.get(place).filter(|_| parts[index] == 1) {
            Some(late) => vec![*late],
            None => (0..parts[index]).map(|_| days.pop().unwrap_or(LATE[0])).collect(),
        };
    }
}

/// Who is in which cluster when, by person: never in two at once.
fn memberships(country: &Country<'_>, seed: u64) -> Vec<Membership> {
    let groups = groups(country, seed);
    let mut clusters: BTreeMap<usize, Vec<(String, Date)>> = BTreeMap::new();
    let mut number = [0; REGIONS.len()];
    for group in &groups {
        let mut inside = Vec::new();
        for &founded in &group.founded {
            number[group.region] += 1;
            inside.push((format!("K{}{:02}", REGIONS[group.region].register_code, number[group.region]), founded));
        }
        for &place in &group.places {
            clusters.insert(place, inside.clone());
        }
    }
    let mut memberships: Vec<Membership> = Vec::new();
    for (person, times) in ownerships(country) {
        let mut dice = Dice::new(seed, STREAM + (1 << 24) + person as u64);
        if dice.chance(OUTSIDERS) {
            continue;
        }
        let (patience, delay) = (dice.below(1000), i64::from(dice.between(20, 130)));
        let mut free = Some(date(2018, 1, 1));
        for (provider, staff) in times {
            let Some(since) = free else { break };
            let place = country.providers[provider].place_on(staff.from.max(PLANNED));
            let Some(inside) = clusters.get(&place) else { continue };
            let choice = Dice::new(seed, STREAM + (2 << 24) + provider as u64).below(inside.len() as u32);
            let (cluster, founded) = &inside[choice as usize];
            let from = if staff.from <= *founded {
                let late = if founded.year() == 2018 { LATE_JOINERS.0 } else { LATE_JOINERS.1 };
                plus_days(*founded, if patience < late { delay } else { 0 })
            } else {
                next_month(staff.from)
            };
            let from = from.max(since);
            if staff.to.is_none_or(|to| to > from) {
                memberships.push(Membership { person, provider, cluster: cluster.clone(), from, to: staff.to });
                free = staff.to;
            }
        }
    }
    memberships
}

/// New doctors join on the first of a month.
fn next_month(day: Date) -> Date {
    plus_days(day.last_of_month(), 1)
}

/// What the regions know of an old doctor.
#[derive(Debug, Default)]
struct Old {
    registered: Option<Date>,
    exempted: Option<Date>,
    stops: Option<Date>,
    taken_back: Option<Date>,
    visited: Option<Date>,
}

fn old_doctors(
    country: &Country<'_>,
    seed: u64,
    memberships: &[Membership],
    day: Date,
    folder: &Folder,
) -> Result<(), SynthError> {
    let path = repacked(&format!("akkreditering/akkreditering_65plus_{:04}0418.csv", day.year()), day.year());
    let columns = [
        "cpr",
        "ydernr",
        "region",
        "registreret_dato",
        "fritaget_dato",
        "varslet_ophoer",
        "ophoer_annulleret_dato",
        "besoeg_dato",
        "i_klynge",
    ];
    let spec = Spec { path: &path, table: "akkreditering_65plus", columns: &columns, coverage: Coverage::Everybody };
    let csv = Csv { charset: Charset::Windows1252, delimiter: ';', header: true, trailer: None };
    let mut file = folder.csv(spec, csv)?;
    let in_cluster: BTreeSet<usize> = memberships
        .iter()
        .filter(|membership| membership.from <= day && membership.to.is_none_or(|to| to > day))
        .map(|membership| membership.person)
        .collect();
    for (person, provider, old) in old(country, seed) {
        let Some(registered) = old.registered.filter(|registered| *registered <= day) else { continue };
        let known = |fact: Option<Date>| fact.filter(|fact| *fact <= day).map(danish).unwrap_or_default();
        let provider = &country.providers[provider];
        let (number, registered) = (format!("{:06}", provider.number), danish(registered));
        // The day that somebody says that he stops is known before.
        let stops = old.stops.map(danish).unwrap_or_default();
        let (exempted, taken_back, visited) = (known(old.exempted), known(old.taken_back), known(old.visited));
        file.row(&[
            Cell::Text(&country.persons[person].cpr),
            Cell::Text(&number),
            Cell::Text(REGIONS[provider.region].code),
            Cell::Text(&registered),
            Cell::Text(&exempted),
            Cell::Text(&stops),
            Cell::Text(&taken_back),
            Cell::Text(&visited),
            Cell::Text(if in_cluster.contains(&person) { "J" } else { "N" }),
        ])?;
    }
    file.finish()
}

/// The owners who were 65 at some time from 2016 on, each once, with the practice that they were
/// registered at.
fn old(country: &Country<'_>, seed: u64) -> Vec<(usize, usize, Old)> {
    let extract = extract_day(2018);
    let ownerships = ownerships(country);
    // Who says that he stops: owners of 65 and over, the ones first that do stop by the day.
    let mut stopping: Vec<(bool, u32, usize)> = Vec::new();
    for (&person, times) in &ownerships {
        let is_old = age(country.persons[person].born, january_first(2018)) >= 65;
        if is_old && let Some((_, staff)) = times.iter().find(|(_, staff)| holds(staff, extract)) {
            let stays = staff.to.is_none_or(|to| to > CUT_OFF) || times.len() > 1;
            stopping.push((stays, Dice::new(seed, STREAM + (3 << 24) + person as u64).below(1_000_000), person));
        }
    }
    stopping.sort_unstable();
    let stayers = stopping.iter().filter(|(stays, ..)| *stays).count();
    let leaving = REALLY_STOPPING.min(stopping.len() - stayers).max(STOPPING.saturating_sub(stayers));
    let staying = stopping.iter().filter(|(stays, ..)| *stays).take(STOPPING.saturating_sub(leaving));
    let stopping: BTreeSet<usize> = stopping
        .iter()
        .filter(|(stays, ..)| !*stays)
        .take(leaving)
        .chain(staying)
        .map(|(.., person)| *person)
        .collect();

    let mut old = Vec::new();
    for (person, times) in &ownerships {
        let mut dice = Dice::new(seed, STREAM + (4 << 24) + *person as u64);
        let facts = facts(country, &mut dice, *person, times, stopping.contains(person));
        let at = |day: Date| times.iter().find(|(_, staff)| holds(staff, day)).map(|(provider, _)| *provider);
        if let Some(provider) = facts.registered.and_then(at) {
            old.push((*person, provider, facts));
        }
    }
    old
}

fn facts(country: &Country<'_>, dice: &mut Dice, person: usize, times: &[(usize, &Staff)], stopping: bool) -> Old {
    let born = country.persons[person].born;
    let turns_65 = born.saturating_add(65.years());
    let active = |day: Date| times.iter().any(|(_, staff)| holds(staff, day));
    let now = times.iter().find(|(_, staff)| holds(staff, extract_day(2018)));
    if let Some((_, now)) = now.filter(|_| stopping) {
        let first = turns_65.max(now.from).max(date(2017, 1, 1));
        let days = (extract_day(2018) - first).get_days().max(1) as u32;
        let registered = plus_days(first, i64::from(dice.below(days)));
        let stops = now.to.filter(|end| *end <= CUT_OFF);
        let taken_back = match stops {
            Some(_) => None,
            None => Some(plus_days(AGREEMENT, i64::from(dice.below(270)))).filter(|day| active(*day)),
        };
        let visited = taken_back.map(|day| plus_days(day, i64::from(dice.between(30, 300))));
        let said = date(2019, dice.between(1, 8) as i8, 1);
        return Old {
            registered: Some(registered),
            exempted: Some(plus_days(registered, i64::from(dice.below(14))).min(extract_day(2018))),
            stops: Some(stops.unwrap_or(if said.month() == 8 { CUT_OFF } else { said })),
            taken_back,
            visited: visited.filter(|day| active(*day)),
        };
    }
    let chosen = plus_days(AGREEMENT, i64::from(dice.below(330)));
    if turns_65 <= CUT_OFF && active(chosen) && dice.chance(CHOOSING) {
        let exempted = plus_days(chosen, i64::from(dice.below(30)));
        let visited = plus_days(exempted, i64::from(dice.between(60, 400)));
        return Old {
            registered: Some(chosen),
            exempted: Some(exempted),
            visited: Some(visited).filter(|day| active(*day)),
            ..Old::default()
        };
    }
    // The register begins in 2016; whoever gets 65 later is taken up the month after.
    let since = times.iter().map(|(_, staff)| staff.from).min().unwrap_or(turns_65);
    let day = turns_65.max(date(2016, 1, 1)).max(since);
    let registered = next_month(day);
    Old { registered: Some(registered).filter(|day| active(*day)), ..Old::default() }
}
