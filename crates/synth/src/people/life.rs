//! From a number to a life: birth year and sex, when the person came, lived where, and when and how
//! that ended.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::country::calibration::{FIRST_YEAR, LAST_YEAR};

use super::census::Area;
use super::flows::{Fate, Flows};
use super::hash::{About, Order, below, hash};

/// Nobody in the statistic is older than 111 on the first day.
const FIRST_BORN: i16 = FIRST_YEAR - 1 - 112;

/// The people of a birth year and sex.
#[derive(Debug)]
pub(crate) struct Cohort {
    pub(crate) born: i16,
    pub(crate) sex: usize,
    /// How many there are in the cohorts before.
    first: u64,
    /// How many are there in all the years.
    pub(crate) people: u64,
    /// From the first year, or the year of birth if that is later.
    years: Vec<Flows>,
}

impl Cohort {
    fn first_year(&self) -> i16 {
        self.born.max(FIRST_YEAR)
    }
}

/// How it ends, and in which year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Dies(i16),
    Leaves(i16),
}

/// A life, year by year.
#[derive(Debug)]
pub(crate) struct Life<'a> {
    pub(crate) cohort: &'a Cohort,
    /// The number among the cohort's people.
    pub(crate) index: u64,
    /// The year of immigration.
    pub(crate) arrived: Option<i16>,
    /// The first area, and those moved to, with the year of the move.
    pub(crate) first_area: usize,
    pub(crate) moves: Vec<(i16, usize)>,
    pub(crate) exit: Option<Exit>,
}

/// What happens to everybody, as counts.
#[derive(Debug)]
pub(crate) struct Ledger {
    cohorts: Vec<Cohort>,
    order: Order,
    people: u64,
    seed: u64,
}

impl Ledger {
    pub(crate) fn new(areas: &[Area], seed: u64) -> Self {
        let mut cohorts = Vec::new();
        let mut people = 0;
        for (born, sex) in (FIRST_BORN..=LAST_YEAR).flat_map(|born| [(born, 0), (born, 1)]) {
            let years: Vec<Flows> = (born.max(FIRST_YEAR)..=LAST_YEAR)
                .map(|year| match year == born {
                    true => Flows::of_birth(areas, born, sex, seed),
                    false => Flows::of(areas, born, sex, year, seed),
                })
                .collect();
            let here: u64 =
                years.first().map_or(0, |flows| flows.cells().iter().map(|cell| u64::from(cell.people)).sum());
            let all = here + years.iter().map(Flows::arriving).sum::<u64>();
            if all > 0 {
                cohorts.push(Cohort { born, sex, first: people, people: all, years });
                people += all;
            }
        }
        Self { cohorts, order: Order::even(people, hash(seed, About::Everybody, 0, 0)), people, seed }
    }

    /// How many live in the country at some time.
    pub(crate) fn people(&self) -> u64 {
        self.people
    }

    /// The life of the person with the number, which must be below the number of people.
    pub(crate) fn life(&self, number: u64) -> Life<'_> {
        let place = self.order.at(number);
        let cohort = &self.cohorts[self.cohorts.partition_point(|cohort| cohort.first <= place).saturating_sub(1)];
        self.life_in(cohort, place - cohort.first)
    }

    #[cfg(test)]
    pub(crate) fn cohort(&self, born: i16, sex: usize) -> impl Iterator<Item = Life<'_>> {
        let cohorts = self.cohorts.iter().filter(move |cohort| cohort.born == born && cohort.sex == sex);
        cohorts.flat_map(|cohort| (0..cohort.people).map(|index| self.life_in(cohort, index)))
    }

    fn life_in<'l>(&self, cohort: &'l Cohort, index: u64) -> Life<'l> {
        let (arrived, year, area, index_there) = entry(cohort, index);
        let mut life = Life { cohort, index, arrived, first_area: area, moves: Vec::new(), exit: None };
        self.live(&mut life, year, index_there);
        life
    }

    fn live(&self, life: &mut Life<'_>, from: i16, mut index: u64) {
        let cohort = life.cohort;
        let mut area = life.first_area;
        for year in from..=LAST_YEAR {
            let flows = &cohort.years[(year - cohort.first_year()) as usize];
            let who = (cohort.born as u64 * 2 + cohort.sex as u64) * 1000 + area as u64;
            let order =
                Order::random(flows.cells()[area].people.into(), hash(self.seed, About::Cell, who, year as u64));
            match flows.fate(area, order.at(index)) {
                Fate::Dies => life.exit = Some(Exit::Dies(year)),
                Fate::Leaves => life.exit = Some(Exit::Leaves(year)),
                Fate::Lives { area: next, index: there } => {
                    if next != area {
                        life.moves.push((year, next));
                    }
                    (area, index) = (next, there);
                    continue;
                }
            }
            break;
        }
    }
}

/// How somebody came: the year of immigration, the first year to live through here, the area and
/// the number among its people.
fn entry(cohort: &Cohort, mut index: u64) -> (Option<i16>, i16, usize, u64) {
    let here = cohort.years.first().map_or(&[][..], Flows::cells);
    for (area, cell) in here.iter().enumerate() {
        if index < u64::from(cell.people) {
            return (None, cohort.first_year(), area, index);
        }
        index -= u64::from(cell.people);
    }
    for (year, flows) in (cohort.first_year()..).zip(&cohort.years) {
        if index < flows.arriving() {
            let (area, there) = flows.arrival(index);
            return (Some(year), year + 1, area, there);
        }
        index -= flows.arriving();
    }
    (None, LAST_YEAR + 1, 0, 0)
}

/// A day from 2 January to 31 December, and not before `earliest`: what tells one New Year's count
/// from the next.
pub(crate) fn day_of(year: i16, earliest: Date, hash: u64) -> Date {
    let first = date(year, 1, 2).max(earliest);
    let days = date(year, 12, 31).day_of_year() - first.day_of_year() + 1;
    first.saturating_add((below(hash, days as u64) as i64).days())
}
