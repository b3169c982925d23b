//! The people at the practices: they settle, work in two places, grow old, leave and are replaced.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::calendar::{age, event_day, january_first, plus_days};
use crate::country::calibration::{FIRST_YEAR, OLD_OWNERS, REGIONS, WOMEN_LATER, stops_permille};
use crate::country::{Country, ONE, Ownership, Person, Role, Staff};
use crate::cpr;

impl Country<'_> {
    /// A new doctor whose age on the day is about within the bounds.
    pub(crate) fn doctor(&mut self, day: Date, youngest: u32, oldest: u32, women: u32) -> usize {
        let female = self.dice.chance(women);
        self.person(day, youngest, oldest, female)
    }

    /// A new nurse: nearly always a woman.
    pub(crate) fn nurse(&mut self, day: Date) -> usize {
        let female = self.dice.chance(970);
        self.person(day, 28, 55, female)
    }

    fn person(&mut self, day: Date, youngest: u32, oldest: u32, female: bool) -> usize {
        let year = day.year() - self.dice.between(youngest, oldest) as i16;
        let (born, cpr) = loop {
            let born = cpr::birthday(&mut self.dice, year);
            let cpr = cpr::number(&mut self.dice, born, female);
            if self.cprs.insert(cpr.clone()) {
                break (born, cpr);
            }
        };
        self.persons.push(Person { cpr, born, at: Vec::new() });
        self.persons.len() - 1
    }

    pub(crate) fn join(&mut self, provider: usize, person: usize, role: Role, day: Date) {
        let staff = Staff { person, role, from: day, to: None };
        self.providers[provider].staff.push(staff);
        self.persons[person].at.push(provider);
    }

    pub(crate) fn leave(&mut self, provider: usize, person: usize, day: Date) {
        for staff in &mut self.providers[provider].staff {
            if staff.person == person && staff.to.is_none() {
                staff.to = Some(day);
            }
        }
        self.persons[person].at.retain(|&other| other != provider);
    }

    /// The people in the role at the provider since before the day, the eldest first.
    pub(crate) fn settled(&self, provider: usize, role: Role, day: Date) -> Vec<usize> {
        let here = self.providers[provider].staff.iter();
        let mut people: Vec<usize> = here
            .filter(|staff| staff.to.is_none() && staff.role == role && staff.from <= day)
            .map(|staff| staff.person)
            .collect();
        people.sort_by_key(|&person| (self.persons[person].born, person));
        people
    }

    /// A doctor for a practice: sometimes one who owns another practice in the region already.
    pub(crate) fn newcomer(&mut self, provider: usize, day: Date) -> usize {
        let practice = &self.providers[provider];
        if practice.ownership == Ownership::Doctors && self.dice.chance(60) {
            let region = self.providers[provider].region;
            let before = january_first(day.year() - 1);
            for _ in 0..5 {
                let practices = self.practices(region);
                let other = self.dice.pick(&practices);
                let owner = self.settled(other, Role::Owner, before).last().copied();
                if let Some(owner) = owner.filter(|_| other != provider)
                    && self.persons[owner].at.len() == 1
                    && age(self.persons[owner].born, day) < 60
                {
                    return owner;
                }
            }
        }
        self.doctor(day, 35, 47, WOMEN_LATER)
    }

    /// Doctors come or go on the day until there is about one a capacity.
    pub(crate) fn follow_capacities(&mut self, provider: usize, capacities: u32, day: Date) {
        let role = self.providers[provider].doctors_role();
        let here = self.settled(provider, role, day).len();
        let wanted = capacities.div_ceil(ONE) as usize;
        for _ in here..wanted {
            let doctor = self.newcomer(provider, day);
            self.join(provider, doctor, role, day);
        }
        // Nobody comes and goes on one day.
        let before = self.settled(provider, role, plus_days(day, -1));
        for &doctor in before.iter().take(here.saturating_sub(wanted)) {
            self.leave(provider, doctor, day);
        }
    }

    /// A year's departures, with a successor in most cases.
    pub(crate) fn grow_older(&mut self, year: i16) {
        let new_year = january_first(year);
        for person in 0..self.persons.len() {
            if self.may_stop(person, new_year) {
                let stops = stops_permille(age(self.persons[person].born, new_year));
                if self.dice.chance(stops) {
                    self.stop(person, year);
                }
            }
        }
        let (mut old, owners) = self.old_owners(january_first(year + 1));
        let allowed = owners * OLD_OWNERS[(year - FIRST_YEAR) as usize] as usize / 1000;
        let surplus = old.len().saturating_sub(allowed);
        self.dice.shuffle(&mut old);
        old.retain(|&person| self.may_stop(person, new_year));
        for &person in old.iter().take(surplus) {
            self.stop(person, year);
        }
    }

    /// The owners of practices who are 65 on the day, and how many owners there are.
    fn old_owners(&self, day: Date) -> (Vec<usize>, usize) {
        let owners: BTreeSet<usize> = self
            .providers
            .iter()
            .filter(|provider| provider.is_practice())
            .flat_map(|provider| &provider.staff)
            .filter(|staff| staff.role == Role::Owner && staff.to.is_none())
            .map(|staff| staff.person)
            .collect();
        let count = owners.len();
        (owners.into_iter().filter(|&person| age(self.persons[person].born, day) >= 65).collect(), count)
    }

    /// Whether the person is at practices only, and at each since before the day: what began in
    /// the year must not end in it.
    fn may_stop(&self, person: usize, day: Date) -> bool {
        let at = &self.persons[person].at;
        let practices_only = at.iter().all(|&provider| self.providers[provider].is_practice());
        !at.is_empty() && practices_only && self.is_settled(person, day)
    }

    fn stop(&mut self, person: usize, year: i16) {
        let day = event_day(&mut self.dice, year);
        for provider in self.persons[person].at.clone() {
            let role = self.role_of(person, provider);
            self.leave(provider, person, day);
            if role == Some(self.providers[provider].doctors_role()) {
                self.succeed(provider, day, january_first(year));
            }
        }
    }

    fn is_settled(&self, person: usize, day: Date) -> bool {
        self.persons[person].at.iter().all(|&provider| {
            let mut here = self.providers[provider].staff.iter();
            here.all(|staff| staff.person != person || staff.to.is_some() || staff.from <= day)
        })
    }

    fn role_of(&self, person: usize, provider: usize) -> Option<Role> {
        let mut here = self.providers[provider].staff.iter();
        here.find(|staff| staff.person == person && staff.to.is_none()).map(|staff| staff.role)
    }

    /// Somebody takes over: the employed doctor of the house, or one from outside.
    fn succeed(&mut self, provider: usize, day: Date, new_year: Date) {
        let role = self.providers[provider].doctors_role();
        if role == Role::Owner {
            let employed = self.settled(provider, Role::Employed, new_year);
            if let Some(&doctor) = employed.last()
                && self.dice.chance(500)
            {
                self.leave(provider, doctor, day);
                self.join(provider, doctor, Role::Owner, day);
                return;
            }
        }
        let doctor = self.newcomer(provider, day);
        self.join(provider, doctor, role, day);
    }

    pub(crate) fn hire(&mut self, year: i16) {
        for region in 0..REGIONS.len() {
            for provider in self.practices(region) {
                let was_open = self.providers[provider].opened <= january_first(year);
                if was_open && self.dice.chance(14) {
                    let day = event_day(&mut self.dice, year);
                    let doctor = self.doctor(day, 33, 45, WOMEN_LATER);
                    self.join(provider, doctor, Role::Employed, day);
                }
                if was_open && self.dice.chance(8) {
                    let day = event_day(&mut self.dice, year);
                    let nurse = self.nurse(day);
                    self.join(provider, nurse, Role::Nurse, day);
                }
            }
        }
    }
}
