//! The country's providers with their history: what the extracts are cut from.

pub(crate) mod calibration;
pub(crate) mod demography;
pub(crate) mod doctors;
pub(crate) mod founding;
pub(crate) mod intake;
pub(crate) mod places;
pub(crate) mod underserved;
pub(crate) mod year;

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::calendar::{REST_OF_A_NUMBER, plus_days};
use super::rng::Dice;
use crate::country::calibration::{FIRST_YEAR, GENERAL_PRACTICE, LAST_YEAR, LIST_GROWTH, REGIONS, Specialty};
use crate::country::places::Places;

/// One capacity, in hundredths as the status file writes them.
pub(crate) const ONE: u32 = 100;

/// Whether a practice takes new patients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intake {
    Open,
    Closed,
    Restricted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ownership {
    Doctors,
    Tender,
    Region,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Owner,
    Employed,
    Nurse,
}

/// A person who works or worked at a provider.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) cpr: String,
    pub(crate) born: Date,
    /// The providers the person is at now.
    pub(crate) at: Vec<usize>,
}

/// A person's time at a provider, half-open.
#[derive(Debug)]
pub(crate) struct Staff {
    pub(crate) person: usize,
    pub(crate) role: Role,
    pub(crate) from: Date,
    pub(crate) to: Option<Date>,
}

/// What held for a practice, half-open.
#[derive(Debug, Clone)]
pub(crate) struct Period {
    pub(crate) from: Date,
    pub(crate) to: Option<Date>,
    pub(crate) place: usize,
    pub(crate) capacities: u32,
    pub(crate) intake: Option<Intake>,
    pub(crate) listed: Option<u32>,
}

/// A provider: one use of a provider number.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) number: u32,
    pub(crate) specialty: &'static Specialty,
    pub(crate) region: usize,
    /// The municipality it opened in.
    pub(crate) place: usize,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) ownership: Ownership,
    pub(crate) opened: Date,
    pub(crate) closed: Option<Date>,
    /// Empty unless it is a general practice.
    pub(crate) periods: Vec<Period>,
    pub(crate) staff: Vec<Staff>,
}

impl Provider {
    pub(crate) fn is_practice(&self) -> bool {
        self.specialty.code == GENERAL_PRACTICE.code
    }

    pub(crate) fn capacities(&self) -> u32 {
        self.periods.last().map_or(0, |period| period.capacities)
    }

    pub(crate) fn intake(&self) -> Option<Intake> {
        self.periods.last().and_then(|period| period.intake)
    }

    pub(crate) fn place_on(&self, day: Date) -> usize {
        self.periods.iter().rfind(|period| period.from <= day).map_or(self.place, |period| period.place)
    }

    /// The role of its doctors: those of a tendered or regional clinic own nothing.
    pub(crate) fn doctors_role(&self) -> Role {
        match self.ownership {
            Ownership::Doctors => Role::Owner,
            Ownership::Tender | Ownership::Region => Role::Employed,
        }
    }

    /// Ends it, with everything that still runs.
    fn close(&mut self, day: Date) {
        self.closed = Some(day);
        if let Some(period) = self.periods.last_mut() {
            period.to = Some(day);
        }
    }
}

/// The simulated country as it is built, year by year.
#[derive(Debug)]
pub(crate) struct Country<'a> {
    pub(crate) dice: Dice,
    pub(crate) places: &'a Places,
    pub(crate) providers: Vec<Provider>,
    pub(crate) persons: Vec<Person>,
    pub(crate) cprs: BTreeSet<String>,
    /// Numbers that were given back: region, number, day.
    freed: Vec<(usize, u32, Date)>,
    numbers: BTreeSet<u32>,
}

impl<'a> Country<'a> {
    /// Lives through all years. Always all: the extract of a year must not depend on which other
    /// years are asked for.
    pub(crate) fn simulate(seed: u64, places: &'a Places) -> Self {
        let mut country = Self {
            dice: Dice::new(seed, 1),
            places,
            providers: Vec::new(),
            persons: Vec::new(),
            cprs: BTreeSet::new(),
            freed: Vec::new(),
            numbers: BTreeSet::new(),
        };
        founding::found(&mut country);
        for year in FIRST_YEAR..=LAST_YEAR {
            year::live(&mut country, year);
        }
        country
    }

    /// The practices of a region that are active now, as indices.
    pub(crate) fn practices(&self, region: usize) -> Vec<usize> {
        let active = |index: &usize| {
            let provider = &self.providers[*index];
            provider.is_practice() && provider.region == region && provider.closed.is_none()
        };
        (0..self.providers.len()).filter(active).collect()
    }

    /// A number for a practice that opens on the day: one that has rested long enough, or a new one.
    pub(crate) fn practice_number(&mut self, region: usize, day: Date) -> u32 {
        let rested = |entry: &(usize, u32, Date)| entry.0 == region && plus_days(entry.2, REST_OF_A_NUMBER) <= day;
        let used = self.freed.iter().position(rested);
        match used {
            Some(index) if self.dice.chance(500) => self.freed.remove(index).1,
            _ => self.new_number(GENERAL_PRACTICE.first_number, 88_000),
        }
    }

    /// A number that nobody had, in the specialty's range.
    pub(crate) fn new_number(&mut self, first: u32, range: u32) -> u32 {
        loop {
            let number = first + self.dice.below(range);
            if self.numbers.insert(number) {
                return number;
            }
        }
    }

    /// Closes a provider, sends its staff away and gives the number back.
    pub(crate) fn close(&mut self, provider: usize, day: Date) {
        let people: Vec<usize> = self.providers[provider]
            .staff
            .iter()
            .filter(|staff| staff.to.is_none())
            .map(|staff| staff.person)
            .collect();
        for person in people {
            self.leave(provider, person, day);
        }
        self.providers[provider].close(day);
        if self.providers[provider].is_practice() {
            self.freed.push((self.providers[provider].region, self.providers[provider].number, day));
        }
    }

    /// How many patients are listed: fewer where the practice is open. Unknown now and then.
    pub(crate) fn listed(&mut self, region: usize, day: Date, capacities: u32, intake: Option<Intake>) -> Option<u32> {
        let years = (day.year() - FIRST_YEAR).max(0) as u32;
        let mean = REGIONS[region].patients_per_capacity * (1000 + LIST_GROWTH * years) / 1000;
        let fullness = match intake {
            Some(Intake::Open) => 970,
            Some(Intake::Closed) => 1040,
            Some(Intake::Restricted) | None => 1000,
        };
        let chance = self.dice.between(900, 1100);
        let listed = u64::from(mean * capacities / ONE) * fullness * u64::from(chance) / 1_000_000;
        if self.dice.chance(8) { None } else { Some(listed as u32) }
    }
}
