//! Which practices a person may be listed with, where and when. Lists fill as they empty: whoever
//! comes goes by how much room a practice has, so that a new one fills up and lists follow the
//! capacities.

use jiff::civil::{Date, date};

use crate::country::calibration::{FIRST_YEAR, LAST_YEAR};
use crate::country::{Country, Intake, ONE, Provider};

use super::HomePlace;
use super::census::Area;
use super::hash::below;

/// Islands, and where their people go if they have no practice.
const ACROSS: [(&str, &str); 4] = [("825", "813"), ("563", "561"), ("741", "727"), ("492", "479")];
const BORNHOLM: &str = "400";
/// Patients per thousand and month who die or go elsewhere: invented, after the moves and deaths.
const TURNOVER: u64 = 9;
const MONTHS: usize = 12 * (LAST_YEAR - FIRST_YEAR + 1) as usize;

/// The practices of a place in a month with their weights, summed up.
type Choice = Vec<(u32, u32)>;

#[derive(Debug)]
pub(crate) struct Practices {
    /// By capacities alone: the lists that stand on the first day. By place.
    first: Vec<Choice>,
    /// By month and place.
    months: Vec<Vec<Choice>>,
    /// By place: the place itself and the others of its region, the nearest first.
    around: Vec<Vec<usize>>,
    christiansoe: usize,
    spans: Vec<(Date, Option<Date>)>,
}

impl Practices {
    pub(crate) fn new(country: &Country<'_>, areas: &[Area]) -> Self {
        let places = country.places.list.len();
        let mut lists = vec![0; country.providers.len()];
        let mut practices =
            Self { first: Vec::new(), months: Vec::new(), around: around(country), christiansoe: 0, spans: Vec::new() };
        practices.christiansoe = country.places.list.iter().position(|place| place.code == BORNHOLM).unwrap_or(0);
        practices.spans = country.providers.iter().map(|provider| (provider.opened, provider.closed)).collect();
        for month in 0..MONTHS {
            let day = first_day(month);
            let mut here = vec![Vec::new(); places];
            for (index, provider) in country.providers.iter().enumerate().filter(|entry| entry.1.is_practice()) {
                let active = provider.opened <= day && provider.closed.is_none_or(|closed| day < closed);
                if active && let Some(place) = here.get_mut(provider.place_on(day)) {
                    place.push(index);
                } else {
                    lists[index] = 0;
                }
            }
            let mut choices = vec![Choice::new(); places];
            for area in areas {
                let HomePlace::Municipality(place) = area.home else { continue };
                if month == 0 {
                    let capacities = here[place].iter().map(|&practice| capacities_on(country, practice, day));
                    practices.first.resize(places, Choice::new());
                    practices.first[place] = summed(&here[place], capacities.map(u64::from));
                }
                let people = area.all(day.year());
                choices[place] = month_of(country, &here[place], people, day, &mut lists, month == 0);
            }
            practices.months.push(choices);
        }
        practices
    }

    /// The practice that whoever lives there is listed with from the first day on.
    pub(crate) fn first(&self, home: HomePlace, chance: u64) -> Option<usize> {
        self.pick(home, first_day(0), chance, &self.first)
    }

    /// The practice that whoever lives there and needs one on the day is listed with.
    pub(crate) fn on(&self, home: HomePlace, day: Date, chance: u64) -> Option<usize> {
        let month = (day.year() - FIRST_YEAR) * 12 + i16::from(day.month()) - 1;
        let month = usize::try_from(month).unwrap_or(0).min(MONTHS - 1);
        self.pick(home, day, chance, &self.months[month])
    }

    fn pick(&self, home: HomePlace, day: Date, chance: u64, choices: &[Choice]) -> Option<usize> {
        let home = match home {
            HomePlace::Municipality(place) => place,
            HomePlace::Christiansoe => self.christiansoe,
        };
        self.around[home].iter().find_map(|&place| {
            let choice = &choices[place];
            let weight = below(chance, u64::from(choice.last()?.1)) as u32;
            let from = choice.partition_point(|entry| entry.1 <= weight);
            // Of those that close in the month the next takes the place.
            let turn = (from..choice.len()).chain(0..from);
            turn.map(|index| choice[index].0 as usize).find(|&practice| self.is_active(practice, day))
        })
    }

    fn is_active(&self, practice: usize, day: Date) -> bool {
        let (opened, closed) = self.spans[practice];
        opened <= day && closed.is_none_or(|closed| day < closed)
    }
}

fn first_day(month: usize) -> Date {
    date(FIRST_YEAR + (month / 12) as i16, (month % 12) as i8 + 1, 1)
}

fn period_on<T>(provider: &Provider, day: Date, what: impl Fn(&crate::country::Period) -> T) -> Option<T> {
    provider.periods.iter().rfind(|period| period.from <= day).map(what)
}

fn capacities_on(country: &Country<'_>, practice: usize, day: Date) -> u32 {
    period_on(&country.providers[practice], day, |period| period.capacities).unwrap_or(ONE)
}

/// The weights in the month, after the lists that `lists` estimates, which it moves on.
fn month_of(
    country: &Country<'_>,
    here: &[usize],
    people: u64,
    day: Date,
    lists: &mut [u64],
    is_first: bool,
) -> Choice {
    let capacities: Vec<u64> = here.iter().map(|&practice| u64::from(capacities_on(country, practice, day))).collect();
    let all = capacities.iter().sum::<u64>().max(1);
    let mut weights = Vec::new();
    for (&practice, capacities) in here.iter().zip(&capacities) {
        let full = people * capacities / all;
        if is_first {
            lists[practice] = full;
        }
        lists[practice] -= lists[practice] * TURNOVER / 1000;
        let open = match period_on(&country.providers[practice], day, |period| period.intake).flatten() {
            Some(Intake::Open) => 3,
            Some(Intake::Restricted) | None => 2,
            Some(Intake::Closed) => 1,
        };
        weights.push((full / 50 + full.saturating_sub(lists[practice])) * open + 1);
    }
    let coming = people.saturating_sub(here.iter().map(|&practice| lists[practice]).sum());
    let sum = weights.iter().sum::<u64>().max(1);
    for (&practice, weight) in here.iter().zip(&weights) {
        lists[practice] += coming * weight / sum;
    }
    summed(here, weights.into_iter())
}

fn summed(practices: &[usize], weights: impl Iterator<Item = u64>) -> Choice {
    let mut sum = 0;
    let add = |(&practice, weight): (&usize, u64)| {
        sum += weight as u32;
        (practice as u32, sum)
    };
    practices.iter().zip(weights).map(add).collect()
}

/// Nearest by code, as far as codes can tell; islands by where their ferry goes.
fn around(country: &Country<'_>) -> Vec<Vec<usize>> {
    let list = &country.places.list;
    let near = |place: usize| {
        let across = ACROSS.iter().find(|(island, _)| *island == list[place].code);
        let mut around: Vec<usize> =
            (0..list.len()).filter(|&other| list[other].region == list[place].region).collect();
        around.sort_by_key(|&other| {
            let is_across = across.is_some_and(|(_, code)| list[other].code == *code);
            (other != place, !is_across, other.abs_diff(place), other)
        });
        around
    };
    (0..list.len()).map(near).collect()
}
