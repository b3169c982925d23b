//! The country as it stands on 1 January 2014, with enough of a past to fill a full dump.

use jiff::civil::{Date, date};

use crate::apportion::apportion;
use crate::calendar::{age, any_day, event_day, january_first, plus_days};
use crate::country::calibration::{FIRST_YEAR, GENERAL_PRACTICE, OTHER_SPECIALTIES, OWNER_AGES, REGIONS, WOMEN_2014};
use crate::country::{Country, Intake, ONE, Ownership, Period, Provider, Role};
use crate::names;

/// The first day that a status is kept for.
const STATUS_SINCE: Date = date(2010, 1, 1);

pub(crate) fn found(country: &mut Country<'_>) {
    for region in 0..REGIONS.len() {
        closed_before(country, region);
        practices(country, region);
    }
    other_specialties(country);
}

/// Practices that were gone before the first extract: the dump keeps them, and their numbers are
/// handed on. Some stop on 1 January 2014 and are not active that day.
fn closed_before(country: &mut Country<'_>, region: usize) {
    for _ in 0..REGIONS[region].goal(FIRST_YEAR).practices / 8 {
        let year = 2006 + country.dice.below(8) as i16;
        let (opened, closed) = (any_day(&mut country.dice, 1975, 2000), event_day(&mut country.dice, year));
        let place = country.places.draw(&mut country.dice, region);
        let provider = practice(country, region, place, opened, ONE);
        if closed > STATUS_SINCE {
            let listed = country.listed(region, closed, ONE, Some(Intake::Closed));
            let period =
                Period { from: STATUS_SINCE, to: None, place, capacities: ONE, intake: Some(Intake::Closed), listed };
            country.providers[provider].periods.push(period);
        }
        let doctor = country.doctor(opened, 30, 40, WOMEN_2014);
        country.join(provider, doctor, Role::Owner, opened);
        country.close(provider, closed);
    }
}

/// The practices that are active on the first 1 January, with exactly the calibrated counts.
fn practices(country: &mut Country<'_>, region: usize) {
    let goal = REGIONS[region].goal(FIRST_YEAR);
    let mut places = spread(country, region, goal.practices);
    country.dice.shuffle(&mut places);
    let capacities = capacities(country, region);
    let mut intakes = intakes(region);
    country.dice.shuffle(&mut intakes);
    for ((place, capacities), intake) in places.into_iter().zip(capacities).zip(intakes) {
        let opened = if country.dice.chance(150) {
            any_day(&mut country.dice, 2008, 2013)
        } else {
            any_day(&mut country.dice, 1985, 2007)
        };
        let provider = practice(country, region, place, opened, capacities);
        status(country, provider, intake, capacities);
        staff(country, provider);
    }
}

/// One practice at least in each municipality, the rest in proportion to the people.
fn spread(country: &Country<'_>, region: usize, practices: u32) -> Vec<usize> {
    let choices = country.places.with_practices(region);
    let weights: Vec<u64> = choices.iter().map(|&place| country.places.list[place].weight).collect();
    let parts = apportion(u64::from(practices).saturating_sub(choices.len() as u64), &weights);
    choices.iter().zip(parts).flat_map(|(&place, part)| vec![place; part as usize + 1]).collect()
}

/// Solo practices with one capacity, the others with two to six, up to the region's sum.
fn capacities(country: &mut Country<'_>, region: usize) -> Vec<u32> {
    let goal = REGIONS[region].goal(FIRST_YEAR);
    let multi = goal.practices - goal.solo;
    let mut capacities = vec![2 * ONE; multi as usize];
    for _ in 0..(REGIONS[region].capacities_in(FIRST_YEAR) - goal.solo).saturating_sub(2 * multi) {
        let index = country.dice.below(multi) as usize;
        if capacities[index] < 6 * ONE {
            capacities[index] += ONE;
        }
    }
    for capacity in &mut capacities {
        // Doctors may share a capacity, so halves occur.
        if *capacity < 6 * ONE && country.dice.chance(30) {
            *capacity += ONE / 2;
        }
    }
    capacities.extend(vec![ONE; goal.solo as usize]);
    capacities
}

fn intakes(region: usize) -> Vec<Option<Intake>> {
    let goal = REGIONS[region].goal(FIRST_YEAR);
    let (restricted, missing) = (REGIONS[region].restricted, REGIONS[region].missing_in(FIRST_YEAR));
    let mut intakes = vec![Some(Intake::Open); goal.open as usize];
    intakes.extend(vec![Some(Intake::Restricted); restricted as usize]);
    intakes.extend(vec![None; missing as usize]);
    intakes.resize(goal.practices as usize, Some(Intake::Closed));
    intakes
}

/// The status on the first 1 January, for some practices with another one before it.
fn status(country: &mut Country<'_>, provider: usize, intake: Option<Intake>, capacities: u32) {
    let (region, place) = (country.providers[provider].region, country.providers[provider].place);
    let start = country.providers[provider].opened.max(STATUS_SINCE);
    let changed = any_day(&mut country.dice, FIRST_YEAR - 1, FIRST_YEAR - 1);
    let mut periods = Vec::new();
    let mut from = start;
    if changed > start && country.dice.chance(200) {
        let before = if intake == Some(Intake::Open) { Intake::Closed } else { Intake::Open };
        let listed = country.listed(region, start, capacities, Some(before));
        periods.push(Period { from, to: Some(changed), place, capacities, intake: Some(before), listed });
        from = changed;
    }
    let listed = country.listed(region, from, capacities, intake);
    periods.push(Period { from, to: None, place, capacities, intake, listed });
    country.providers[provider].periods = periods;
}

/// Doctors of today, each since an age at which one settles, and now and then one from before.
fn staff(country: &mut Country<'_>, provider: usize) {
    let opened = country.providers[provider].opened;
    let role = country.providers[provider].doctors_role();
    for _ in 0..country.providers[provider].capacities().div_ceil(ONE) {
        let weights = OWNER_AGES.map(|band| band.2);
        let band = OWNER_AGES[country.dice.weighted(&weights)];
        let doctor = country.doctor(january_first(FIRST_YEAR), band.0, band.1, WOMEN_2014);
        let settled = country.dice.between(34, 46) as i16;
        let born = country.persons[doctor].born;
        let from = date((born.year() + settled).min(FIRST_YEAR - 1), country.dice.between(1, 12) as i8, 1).max(opened);
        if from > opened && country.dice.chance(120) {
            let former = country.doctor(opened, 35, 45, WOMEN_2014);
            country.join(provider, former, role, opened);
            country.leave(provider, former, from);
        }
        country.join(provider, doctor, role, from);
    }
    second_place(country, provider);
    if country.dice.chance(80) {
        let since = any_day(&mut country.dice, FIRST_YEAR - 3, FIRST_YEAR - 1).max(opened);
        let employed = country.doctor(since, 33, 50, WOMEN_2014);
        country.join(provider, employed, Role::Employed, since);
    }
    if country.dice.chance(80) {
        let since = any_day(&mut country.dice, FIRST_YEAR - 8, FIRST_YEAR - 1).max(opened);
        let nurse = country.nurse(since);
        country.join(provider, nurse, Role::Nurse, since);
    }
}

/// Now and then an owner of the practice works at another one too.
fn second_place(country: &mut Country<'_>, provider: usize) {
    if !country.dice.chance(15) {
        return;
    }
    let practices = country.practices(country.providers[provider].region);
    let other = country.dice.pick(&practices);
    let owner = country.settled(provider, Role::Owner, january_first(FIRST_YEAR)).last().copied();
    if let Some(owner) = owner.filter(|_| other != provider) {
        let since = any_day(&mut country.dice, FIRST_YEAR - 1, FIRST_YEAR - 1).max(country.providers[other].opened);
        let role = country.providers[other].doctors_role();
        country.join(other, owner, role, since);
    }
}

/// A practice without a status or a staff yet.
pub(crate) fn practice(country: &mut Country<'_>, region: usize, place: usize, opened: Date, capacities: u32) -> usize {
    // Clinics put out to tender or run by the region are a newer thing: invented shares.
    let ownership = match country.dice.below(1000) {
        0..15 => Ownership::Tender,
        15..25 => Ownership::Region,
        25..90 if opened >= january_first(FIRST_YEAR) => Ownership::Tender,
        90..140 if opened >= january_first(FIRST_YEAR) => Ownership::Region,
        _ => Ownership::Doctors,
    };
    let provider = Provider {
        number: country.practice_number(region, opened),
        specialty: &GENERAL_PRACTICE,
        region,
        place,
        name: names::practice(&mut country.dice, capacities),
        address: names::address(&mut country.dice),
        ownership,
        opened,
        closed: None,
        periods: Vec::new(),
        staff: Vec::new(),
    };
    country.providers.push(provider);
    country.providers.len() - 1
}

/// Providers that are no general practices. They come and go but nobody follows them.
fn other_specialties(country: &mut Country<'_>) {
    for specialty in &OTHER_SPECIALTIES {
        for _ in 0..specialty.providers {
            let region = country.dice.below(REGIONS.len() as u32) as usize;
            let place = country.places.draw(&mut country.dice, region);
            let opened = any_day(&mut country.dice, 1985, 2023);
            let provider = Provider {
                number: country.new_number(specialty.first_number, 9_000),
                specialty,
                region,
                place,
                name: names::provider(&mut country.dice, specialty.text),
                address: names::address(&mut country.dice),
                ownership: Ownership::Doctors,
                opened,
                closed: None,
                periods: Vec::new(),
                staff: Vec::new(),
            };
            country.providers.push(provider);
            let index = country.providers.len() - 1;
            let owner = country.doctor(opened, 32, 45, WOMEN_2014);
            country.join(index, owner, Role::Owner, opened);
            let retired = plus_days(opened, i64::from(country.dice.between(2_000, 12_000)));
            let is_old = age(country.persons[owner].born, retired) > 60;
            if is_old || country.dice.chance(200) {
                country.close(index, retired);
            }
        }
    }
}
