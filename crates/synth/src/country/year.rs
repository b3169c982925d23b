//! One year of the practices: closing, opening, merging, growing, moving.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::calendar::{age, event_day, january_first};
use crate::country::calibration::{Goal, MOVES_A_YEAR, REGIONS};
use crate::country::founding;
use crate::country::intake;
use crate::country::{Country, Intake, ONE, Ownership, Period, Role};

/// A change to a running practice, which starts a new period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Capacities(u32),
    Intake(Option<Intake>),
    Place(usize),
    /// The list was counted anew.
    Count,
}

/// What is going to happen in the year, by practice.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) year: i16,
    changes: BTreeMap<usize, Vec<(Date, Change)>>,
}

impl Plan {
    pub(crate) fn add(&mut self, practice: usize, day: Date, change: Change) {
        self.changes.entry(practice).or_default().push((day, change));
    }

    /// The capacities that the practice ends the year with.
    fn capacities(&self, country: &Country<'_>, practice: usize) -> u32 {
        let planned = self.changes.get(&practice).into_iter().flatten().find_map(|(_, change)| match change {
            Change::Capacities(capacities) => Some(*capacities),
            _ => None,
        });
        planned.unwrap_or_else(|| country.providers[practice].capacities())
    }

    /// Whether the practice opened in the year.
    pub(crate) fn is_new(&self, country: &Country<'_>, practice: usize) -> bool {
        country.providers[practice].opened > january_first(self.year)
    }
}

/// Takes the country from 1 January of the year to the next one.
pub(crate) fn live(country: &mut Country<'_>, year: i16) {
    let mut plan = Plan { year, changes: BTreeMap::new() };
    for region in 0..REGIONS.len() {
        structure(country, &mut plan, region);
        adjust(country, &mut plan, region);
        intake::plan(country, &mut plan, region);
    }
    moves(country, &mut plan);
    recount(country, &mut plan);
    country.grow_older(year);
    country.hire(year);
    carry_out(country, plan);
}

/// How many practices do what, so that the year ends on the calibrated counts.
#[derive(Debug)]
struct Flows {
    solo_closing: i64,
    multi_closing: i64,
    solo_opening: i64,
    multi_opening: i64,
    /// From one capacity to more.
    growing: i64,
    /// From more to one.
    shrinking: i64,
}

impl Flows {
    /// Some of everything always happens (the shares are invented); the rest is the difference.
    fn between(now: Goal, next: Goal) -> Self {
        let (solo, multi) = (i64::from(now.solo), i64::from(now.practices - now.solo));
        let mut flows = Self {
            solo_closing: solo * 4 / 100,
            multi_closing: multi / 100,
            solo_opening: solo * 2 / 100,
            multi_opening: multi / 100,
            growing: solo / 100,
            shrinking: multi / 200,
        };
        let turned = flows.growing - flows.shrinking;
        let mut more_solo = i64::from(next.solo) - (solo - flows.solo_closing + flows.solo_opening - turned);
        let mut more_multi =
            i64::from(next.practices - next.solo) - (multi - flows.multi_closing + flows.multi_opening + turned);
        let growing = (-more_solo).min(more_multi).max(0);
        let shrinking = more_solo.min(-more_multi).max(0);
        more_solo += growing - shrinking;
        more_multi += shrinking - growing;
        flows.growing += growing;
        flows.shrinking += shrinking;
        flows.solo_closing += (-more_solo).max(0);
        flows.solo_opening += more_solo.max(0);
        flows.multi_closing += (-more_multi).max(0);
        flows.multi_opening += more_multi.max(0);
        flows
    }
}

fn structure(country: &mut Country<'_>, plan: &mut Plan, region: usize) {
    let flows = Flows::between(REGIONS[region].goal(plan.year), REGIONS[region].goal(plan.year + 1));
    let practices = country.practices(region);
    let (mut solo, mut multi): (Vec<usize>, Vec<usize>) =
        practices.into_iter().partition(|&practice| country.providers[practice].capacities() == ONE);

    // A solo practice mostly closes because its doctor is old.
    solo.sort_by_cached_key(|&practice| {
        let owner = country.settled(practice, Role::Owner, january_first(plan.year)).first().copied();
        let years = owner.map_or(50, |owner| age(country.persons[owner].born, january_first(plan.year)));
        (-i64::from(years) * 10 - i64::from(country.dice.below(150)), practice)
    });
    let mut staying = solo.split_off(flows.solo_closing as usize);
    let mut orphans = Vec::new();
    for practice in solo {
        let day = event_day(&mut country.dice, plan.year);
        let owner = country.settled(practice, Role::Owner, january_first(plan.year)).first().copied();
        country.close(practice, day);
        orphans.push((country.providers[practice].place_on(day), day, owner));
    }
    country.dice.shuffle(&mut staying);
    for &practice in staying.iter().take(flows.growing as usize) {
        grow(country, plan, practice, &mut orphans);
    }

    country.dice.shuffle(&mut multi);
    let staying = multi.split_off(flows.multi_closing as usize);
    for practice in multi {
        let day = event_day(&mut country.dice, plan.year);
        country.close(practice, day);
    }
    for &practice in staying.iter().take(flows.shrinking as usize) {
        let day = event_day(&mut country.dice, plan.year);
        plan.add(practice, day, Change::Capacities(ONE));
        country.follow_capacities(practice, ONE, day);
    }

    for _ in 0..flows.solo_opening {
        open(country, plan.year, region, ONE);
    }
    for _ in 0..flows.multi_opening {
        let capacities = country.dice.between(2, 3) * ONE;
        open(country, plan.year, region, capacities);
    }
}

/// A solo practice becomes one of two doctors: often a closing neighbour's doctor joins it.
fn grow(country: &mut Country<'_>, plan: &mut Plan, practice: usize, orphans: &mut Vec<(usize, Date, Option<usize>)>) {
    let place = country.providers[practice].place_on(january_first(plan.year));
    let neighbour = orphans.iter().position(|orphan| orphan.0 == place);
    let mut day = event_day(&mut country.dice, plan.year);
    if let Some((_, closed, owner)) = neighbour.map(|index| orphans.remove(index)) {
        day = closed;
        let joins =
            |owner: &usize| country.persons[*owner].at.is_empty() && age(country.persons[*owner].born, day) < 68;
        let owner = owner.filter(joins);
        if let Some(owner) = owner
            && country.providers[practice].ownership == Ownership::Doctors
        {
            country.join(practice, owner, Role::Owner, day);
        }
    }
    plan.add(practice, day, Change::Capacities(2 * ONE));
    country.follow_capacities(practice, 2 * ONE, day);
}

fn open(country: &mut Country<'_>, year: i16, region: usize, capacities: u32) {
    let day = event_day(&mut country.dice, year);
    let place = country.places.draw(&mut country.dice, region);
    let practice = founding::practice(country, region, place, day, capacities);
    // Whoever opens wants patients.
    let intake = if country.dice.chance(700) { Intake::Open } else { Intake::Closed };
    let listed = country.listed(region, day, capacities, Some(intake));
    let period = Period { from: day, to: None, place, capacities, intake: Some(intake), listed };
    country.providers[practice].periods.push(period);
    country.follow_capacities(practice, capacities, day);
}

/// Multi-doctor practices take over or give up capacities until the region's sum fits.
fn adjust(country: &mut Country<'_>, plan: &mut Plan, region: usize) {
    let practices = country.practices(region);
    let sum: u32 = practices.iter().map(|&practice| plan.capacities(country, practice)).sum();
    let goal = REGIONS[region].capacities_in(plan.year + 1) * ONE;
    let mut free: Vec<usize> = practices
        .into_iter()
        .filter(|practice| !plan.changes.contains_key(practice) && !plan.is_new(country, *practice))
        .filter(|&practice| {
            let capacities = country.providers[practice].capacities();
            if sum < goal { (2 * ONE..=5 * ONE).contains(&capacities) } else { capacities >= 3 * ONE }
        })
        .collect();
    country.dice.shuffle(&mut free);
    for &practice in free.iter().take((sum.abs_diff(goal) / ONE) as usize) {
        let now = country.providers[practice].capacities();
        let capacities = if sum < goal { now + ONE } else { now - ONE };
        let day = event_day(&mut country.dice, plan.year);
        plan.add(practice, day, Change::Capacities(capacities));
        country.follow_capacities(practice, capacities, day);
    }
}

/// A few practices move to another municipality of their region.
fn moves(country: &mut Country<'_>, plan: &mut Plan) {
    if !(2016..=2023).contains(&plan.year) {
        return;
    }
    for turn in 0..MOVES_A_YEAR {
        let region = (plan.year as usize + turn as usize) % REGIONS.len();
        let settled: Vec<usize> = country
            .practices(region)
            .into_iter()
            .filter(|practice| !plan.changes.contains_key(practice) && !plan.is_new(country, *practice))
            .collect();
        let practice = country.dice.pick(&settled);
        let place = country.places.draw(&mut country.dice, region);
        if place != country.providers[practice].place_on(january_first(plan.year)) {
            let day = event_day(&mut country.dice, plan.year);
            plan.add(practice, day, Change::Place(place));
        }
    }
}

/// Some lists are counted anew although nothing else changed.
fn recount(country: &mut Country<'_>, plan: &mut Plan) {
    for region in 0..REGIONS.len() {
        for practice in country.practices(region) {
            let is_quiet = !plan.changes.contains_key(&practice) && !plan.is_new(country, practice);
            if is_quiet && country.dice.chance(250) {
                let day = event_day(&mut country.dice, plan.year);
                plan.add(practice, day, Change::Count);
            }
        }
    }
}

/// Writes the planned changes into the history, all of a day in one period.
fn carry_out(country: &mut Country<'_>, plan: Plan) {
    for (practice, mut changes) in plan.changes {
        changes.sort_by_key(|change| change.0);
        for same_day in changes.chunk_by(|a, b| a.0 == b.0) {
            let day = same_day[0].0;
            let Some(mut period) = country.providers[practice].periods.last().cloned() else { continue };
            for (_, change) in same_day {
                match *change {
                    Change::Capacities(capacities) => period.capacities = capacities,
                    Change::Intake(intake) => period.intake = intake,
                    Change::Place(place) => period.place = place,
                    Change::Count => {}
                }
            }
            period.from = day;
            let region = country.providers[practice].region;
            period.listed = country.listed(region, day, period.capacities, period.intake);
            if let Some(last) = country.providers[practice].periods.last_mut() {
                last.to = Some(day);
            }
            country.providers[practice].periods.push(period);
        }
    }
}
