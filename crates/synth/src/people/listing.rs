//! Whose patient somebody is over the years.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::calendar::january_first;
use crate::country::calibration::{FIRST_YEAR, LAST_YEAR};

use super::hash::{About, below, hash};
use super::life::day_of;
use super::{Citizen, Listing, People};

/// People per thousand and year who change without a move: invented.
const CHANGES: u64 = 20;
/// Of a thousand moves to a near municipality, those that keep the practice: invented.
const KEEPS_NEAR: u64 = 700;
/// Of a thousand whose practice closes, those without one for a time: invented.
const WITHOUT: u64 = 60;

/// The listings of somebody in group 1. `near` tells whether a move (by its number) is a small one.
pub(crate) fn listings(people: &People<'_>, citizen: &Citizen, near: &[bool]) -> Vec<Listing> {
    let end = [citizen.died, citizen.left].into_iter().flatten().min();
    let is_over = |day: Date| end.is_some_and(|end| day >= end);
    let draw = |about, what: u64| hash(people.seed, about, citizen.number, what);
    let turns = turns(people, citizen, near);

    let mut listings: Vec<Listing> = Vec::new();
    let mut day = first_day(people, citizen);
    let mut turn = 0;
    let mut round = 0;
    while !is_over(day) {
        let is_old = day < january_first(FIRST_YEAR);
        let Some(home) = citizen.home_on(day.max(january_first(FIRST_YEAR))) else { break };
        let chance = draw(About::List, round);
        let picked = if is_old { people.practices.first(home, chance) } else { people.practices.on(home, day, chance) };
        let Some(provider) = picked else { break };
        let practice = &people.country.providers[provider];
        match listings.last_mut() {
            // Chance may lead back to the same practice.
            Some(last) if last.provider == provider && last.to == Some(day) => last.to = None,
            _ => listings.push(Listing { from: day.max(practice.opened), to: None, provider }),
        }
        while turns.get(turn).is_some_and(|turn| *turn <= day) {
            turn += 1;
        }
        let next = [turns.get(turn).copied(), practice.closed, end].into_iter().flatten().min();
        if let Some(last) = listings.last_mut() {
            last.to = next;
        }
        let Some(next) = next else { break };
        let gap = draw(About::Gap, round);
        round += 1;
        let is_without = practice.closed == Some(next) && gap % 1000 < WITHOUT;
        day = if is_without { next.saturating_add((15 + below(gap, 200) as i64).days()) } else { next };
    }
    listings
}

/// The first day on a list: long ago, or soon after birth or immigration.
fn first_day(people: &People<'_>, citizen: &Citizen) -> Date {
    let chance = hash(people.seed, About::List, citizen.number, u64::MAX);
    match citizen.arrived {
        Some(arrived) => arrived.saturating_add((7 + below(chance, 45) as i64).days()),
        None => {
            let soon = citizen.born.saturating_add((7 + below(chance, 21) as i64).days());
            // Lists go back to a first of a month.
            let since = date(1990 + (chance / 13 % 24) as i16, 1 + (chance % 12) as i8, 1);
            soon.max(since)
        }
    }
}

/// The days on which the person goes to another practice, other than closures.
fn turns(people: &People<'_>, citizen: &Citizen, near: &[bool]) -> Vec<Date> {
    let draw = |about, what: u64| hash(people.seed, about, citizen.number, what);
    let moves = citizen.homes.iter().skip(1).zip(near).enumerate();
    let moves = moves
        .filter(|(number, (_, is_near))| !**is_near || draw(About::Change, 5000 + *number as u64) % 1000 >= KEEPS_NEAR);
    let mut turns: Vec<Date> = moves.map(|(_, (home, _))| home.from).collect();
    for year in FIRST_YEAR..=LAST_YEAR {
        let chance = draw(About::Change, year as u64);
        if chance % 1000 < CHANGES {
            turns.push(day_of(year, january_first(year), chance));
        }
    }
    turns.sort_unstable();
    turns
}
