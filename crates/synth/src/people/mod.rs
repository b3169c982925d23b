//! The people who live in the synthetic country, one at a time: what the registers of persons are
//! cut from. Invented where no figure is cited.

mod census;
mod flows;
mod hash;
mod health;
mod life;
mod listing;
mod naming;
mod practices;
mod scale;
mod serial;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

use super::calendar::{age, january_first};
use super::country::Country;
use crate::country::calibration::FIRST_YEAR;
use crate::country::demography::CHRISTIANSOE;
use census::Area;
use hash::{About, below, hash};
use life::{Exit, Ledger, day_of};
use practices::Practices;
pub use scale::Scale;
use serial::Serials;

/// People per thousand in group 2 (Danmarks Statistik, 2011: 0.5 %).
const GROUP_2: u64 = 5;
/// How far apart, in the order of the municipalities, a small move may lead.
const NEAR: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HomePlace {
    /// A municipality: index into `places.list`.
    Municipality(usize),
    /// Outside every municipality and region.
    Christiansoe,
}

/// A home, until the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Home {
    pub(crate) from: Date,
    pub(crate) place: HomePlace,
}

/// The insurance group: in group 2 nobody has a doctor of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    One,
    Two,
}

/// A time on the list of a practice, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listing {
    pub(crate) from: Date,
    pub(crate) to: Option<Date>,
    /// Index into `country.providers`.
    pub(crate) provider: usize,
}

/// Days of onset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Diseases {
    pub(crate) copd: Option<Date>,
    pub(crate) type2: Option<Date>,
}

/// Somebody, with all that the registers know of them.
#[derive(Debug, Clone)]
pub(crate) struct Citizen {
    pub(crate) number: u64,
    /// ASCII digits.
    pub(crate) cpr: [u8; 10],
    pub(crate) born: Date,
    pub(crate) female: bool,
    /// Immigrated in the period; else here since before it, or since birth.
    pub(crate) arrived: Option<Date>,
    pub(crate) died: Option<Date>,
    /// Emigrated.
    pub(crate) left: Option<Date>,
    /// In the order of time; the first is from birth, immigration or before the period.
    pub(crate) homes: Vec<Home>,
    pub(crate) group: Group,
    /// In the order of time, not overlapping.
    pub(crate) listings: Vec<Listing>,
    pub(crate) diseases: Diseases,
}

impl Citizen {
    pub(crate) fn lives_on(&self, day: Date) -> bool {
        let here = self.homes.first().is_some_and(|home| home.from <= day);
        here && self.died.is_none_or(|died| day < died) && self.left.is_none_or(|left| day < left)
    }

    pub(crate) fn home_on(&self, day: Date) -> Option<HomePlace> {
        let home = self.homes.iter().rfind(|home| home.from <= day)?;
        self.lives_on(day).then_some(home.place)
    }

    /// The listing that holds on the day; its practice is active.
    pub(crate) fn listing_on(&self, day: Date) -> Option<&Listing> {
        self.listings.iter().find(|listing| listing.from <= day && listing.to.is_none_or(|to| day < to))
    }

    pub(crate) fn age_on(&self, day: Date) -> i16 {
        age(self.born, day)
    }
}

/// Everybody who lives in the country at some time from 2014 to 2025, thinned to a sample. The tables
/// that it holds do not grow with the sample.
#[derive(Debug)]
pub(crate) struct People<'a> {
    pub(crate) country: &'a Country<'a>,
    pub(crate) seed: u64,
    pub(crate) scale: Scale,
    areas: Vec<Area>,
    ledger: Ledger,
    serials: Serials,
    practices: Practices,
}

impl<'a> People<'a> {
    pub(crate) fn new(country: &'a Country<'a>, seed: u64, scale: Scale) -> Self {
        let areas = census::areas(country);
        Self {
            country,
            seed,
            scale,
            ledger: Ledger::new(&areas, seed),
            serials: Serials::new(&country.cprs, seed),
            practices: Practices::new(country, &areas),
            areas,
        }
    }

    /// Persons of the sample, numbered from 0; a smaller scale's persons are among a larger one's.
    pub(crate) fn count(&self) -> u64 {
        self.scale.of(self.ledger.people())
    }

    /// The person with the number, which must be below [`Self::count`] at full scale.
    pub(crate) fn citizen(&self, number: u64) -> Citizen {
        let life = self.ledger.life(number);
        let draw = |about, what: u64| hash(self.seed, about, number, what);
        let day = |year: i16, earliest| day_of(year, earliest, draw(About::Day, year as u64));
        let (born, cpr) = self.serials.number(life.cohort.born, life.cohort.sex, life.index, life.cohort.people);
        let arrived = life.arrived.map(|year| day(year, january_first(year)));
        let is_new = life.cohort.born >= FIRST_YEAR;
        let from = match arrived {
            Some(arrived) => arrived,
            None if is_new => born,
            // Since birth, or a New Year's day before the first year.
            None => born.max(january_first(1985 + below(draw(About::Home, 0), 29) as i16)),
        };
        let mut homes = vec![Home { from, place: self.areas[life.first_area].home }];
        let mut near = Vec::new();
        let mut area = life.first_area;
        for &(year, next) in &life.moves {
            homes.push(Home { from: day(year, january_first(year)), place: self.areas[next].home });
            near.push(self.areas[area].along == self.areas[next].along && area.abs_diff(next) <= NEAR);
            area = next;
        }
        let died = life.exit.and_then(|exit| if let Exit::Dies(year) = exit { Some(day(year, born)) } else { None });
        let left = life.exit.and_then(|exit| if let Exit::Leaves(year) = exit { Some(day(year, born)) } else { None });
        let group = if draw(About::Group, 0) % 1000 < GROUP_2 { Group::Two } else { Group::One };
        let mut citizen = Citizen {
            number,
            cpr,
            born,
            female: life.cohort.sex == 1,
            arrived,
            died,
            left,
            homes,
            group,
            listings: Vec::new(),
            diseases: health::diseases(self.seed, number, born, died.or(left)),
        };
        if group == Group::One {
            citizen.listings = listing::listings(self, &citizen, &near);
        }
        citizen
    }

    /// Everybody of the sample.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Citizen> + '_ {
        (0..self.count()).map(|number| self.citizen(number))
    }

    /// The code of a home, three digits.
    pub(crate) fn code(&self, home: HomePlace) -> &str {
        match home {
            HomePlace::Municipality(place) => &self.country.places.list[place].code,
            HomePlace::Christiansoe => CHRISTIANSOE,
        }
    }

    /// The region that a home lies in: index into `REGIONS`.
    pub(crate) fn region(&self, home: HomePlace) -> Option<usize> {
        match home {
            HomePlace::Municipality(place) => Some(self.country.places.list[place].region),
            HomePlace::Christiansoe => None,
        }
    }
}
