//! One person's services of one year.

use jiff::civil::Date;

use crate::calendar::{extract_day, plus_days};
use crate::country::{Country, Provider};
use crate::extracts::sssy::chronic::{self, CONTROLLED, Enrolment};
use crate::extracts::sssy::rates::{Counts, Rates, Way, tendency};
use crate::extracts::sssy::services::{AGREEMENT_OF_2022, Service};
use crate::extracts::sssy::weeks::Weeks;
use crate::people::{Citizen, Group, HomePlace};
use crate::rng::Dice;

/// The streams of draws: one a person, one a person and year.
const STREAMS: u64 = 0x5355 << 48;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The week it is billed in: that of the day, the next one, or for a row that takes back the one after.
    pub(crate) week: usize,
    pub(crate) day: usize,
    pub(crate) service: Service,
    /// Negative when it takes services back.
    pub(crate) count: i32,
    /// Index into the country's providers.
    pub(crate) provider: usize,
    pub(crate) group: &'static str,
    pub(crate) for_child: bool,
}

/// Of how many rows in a hundred thousand something is out of the ordinary: all invented.
const TWICE: u32 = 10_000;
const THREE_TIMES: u32 = 1_500;
const BILLED_LATER: u32 = 9_000;
const TAKEN_BACK: u32 = 400;
const FOR_A_CHILD: u32 = 900;
const UNKNOWN_GROUP: u32 = 15;
const ALL: u32 = 100_000;

/// Of a thousand people and years: all invented.
const SETTLED_LATE: u32 = 12;
const TAKEN_BACK_WITHOUT_A_ROW: u32 = 1;
const BILLED_AFTER_DEATH: u32 = 80;
/// At an internist, an eye specialist, a physiotherapist (who see a patient several times).
const ELSEWHERE: [(&str, Service, u32, u32); 3] =
    [("08", Service::Internist, 15, 1), ("19", Service::EyeSpecialist, 50, 1), ("51", Service::Physiotherapy, 12, 4)];

/// Of a thousand people of the age, how many get talk therapy in a year: men, women. Invented: ELTPD has
/// about 8 % of those with a mental disorder.
fn talks(age: i16) -> [u32; 2] {
    match age {
        ..16 => [0, 0],
        16..70 => [7, 15],
        _ => [2, 4],
    }
}
const MOST_TALKS: u32 = 7;

/// What is done besides a consultation, per thousand of them: invented.
const BESIDES: [(Service, u32); 8] = [
    (Service::BloodSample, 330),
    (Service::Crp, 140),
    (Service::Urine, 110),
    (Service::Biopsy, 14),
    (Service::Wound, 7),
    (Service::ForeignBody, 6),
    (Service::Bandage, 5),
    (Service::Joint, 4),
];
/// For women of the age of screening, and for the chronically ill.
const SMEAR: u32 = 45;
const LUNG_FUNCTION: u32 = 60;

/// What is the same for all persons of a year.
#[derive(Debug)]
pub(crate) struct Year<'a> {
    pub(crate) year: i16,
    pub(crate) weeks: Weeks,
    seed: u64,
    country: &'a Country<'a>,
    rates: Rates,
    counts: Counts,
    /// General practices by municipality, for those who are on nobody's list.
    practices: Vec<Vec<usize>>,
    /// Providers of other specialties, as in [`ELSEWHERE`].
    elsewhere: [Vec<usize>; 3],
}

impl<'a> Year<'a> {
    pub(crate) fn new(country: &'a Country<'a>, seed: u64, year: i16) -> Self {
        let providers = || country.providers.iter().enumerate();
        let mut practices = vec![Vec::new(); country.places.list.len()];
        for (index, provider) in providers().filter(|(_, provider)| provider.is_practice()) {
            practices[provider.place].push(index);
        }
        let of = |specialty: &str| -> Vec<usize> {
            providers().filter(|(_, provider)| provider.specialty.code == specialty).map(|(index, _)| index).collect()
        };
        let elsewhere = ELSEWHERE.map(|(specialty, ..)| of(specialty));
        let (weeks, rates, counts) = (Weeks::of(year), Rates::of(year), Counts::new());
        Self { year, weeks, seed, country, rates, counts, practices, elsewhere }
    }

    /// Whether the provider is active on the day, and in the register's extract of the year: the
    /// patients of a practice that opens later in the year show from the next year on.
    fn is_known(&self, provider: &Provider, day: Date) -> bool {
        provider.opened <= day.min(extract_day(self.year)) && provider.closed.is_none_or(|closed| day < closed)
    }

    /// The person's rows in the order of time.
    pub(crate) fn services(&self, citizen: &Citizen, entries: &mut Vec<Entry>) {
        let mut traits = Dice::new(self.seed, STREAMS | citizen.number);
        let (tendency, enrolment) = (tendency(&mut traits), Enrolment::draw(&mut traits));
        let dice = Dice::new(self.seed, STREAMS | (self.year as u64) << 36 | citizen.number);
        let covered_from = enrolment.covered_from(citizen);
        let onset = chronic::onset(&citizen.diseases);
        let mut person = Person { year: self, citizen, dice, entries, covered_from, onset };
        person.contacts(tendency);
        person.talk_therapy();
        person.chronic_care();
        person.elsewhere();
        person.out_of_order();
        entries.sort_by_key(|entry| (entry.week, entry.day, entry.provider, entry.service));
    }
}

/// A person while the year's rows are made.
struct Person<'a> {
    year: &'a Year<'a>,
    citizen: &'a Citizen,
    dice: Dice,
    entries: &'a mut Vec<Entry>,
    covered_from: Option<Date>,
    onset: Option<Date>,
}

impl Person<'_> {
    fn date(&self, day: usize) -> Date {
        self.year.weeks.days[day].date
    }

    /// The general practice that the person comes to on the day: that of the list. In insurance group
    /// 2 people go where they like.
    fn practice(&self, day: Date) -> Option<usize> {
        if !self.citizen.lives_on(day) {
            return None;
        }
        let known = |provider: &usize| self.year.is_known(&self.year.country.providers[*provider], day);
        match self.citizen.group {
            Group::One => self.citizen.listing_on(day).map(|listing| listing.provider).filter(known),
            Group::Two => {
                let Some(HomePlace::Municipality(place)) = self.citizen.home_on(day) else { return None };
                let nearby = self.year.practices[place].iter().copied();
                nearby.filter(known).nth(self.citizen.number as usize % 3)
            }
        }
    }

    fn contacts(&mut self, tendency: u32) {
        let Some(middle) = self.year.weeks.days.get(self.year.weeks.days.len() / 2) else { return };
        let (age, is_ill) = (self.citizen.age_on(middle.date), self.onset.is_some_and(|onset| onset <= middle.date));
        let expected = self.year.rates.expected(self.citizen.female, age, tendency, is_ill);
        let mut left = self.year.counts.draw(&mut self.dice, expected.sum) as i32;
        while left > 0 {
            let day = self.year.weeks.day(&mut self.dice);
            let way = expected.way(&mut self.dice);
            let Some(provider) = self.practice(self.date(day)) else {
                left -= 1;
                continue;
            };
            let service = self.service(way);
            // Whoever comes twice in a week for the same thing may have one row for it.
            let count = match self.dice.below(ALL) {
                ..THREE_TIMES => 3,
                THREE_TIMES..TWICE => 2,
                _ => 1,
            };
            let count = count.min(left);
            left -= count;
            self.put(day, service, count, provider);
            if matches!(way, Way::Consultation | Way::Control) {
                self.besides(day, provider);
            }
        }
    }

    fn service(&mut self, way: Way) -> Service {
        let is_new = self.year.year >= AGREEMENT_OF_2022;
        let variant = self.dice.below(100);
        match way {
            Way::Consultation => Service::Consultation,
            Way::Email if is_new && variant < 5 => Service::OtherEmail,
            Way::Email => Service::Email,
            Way::Telephone if is_new && variant < 8 => Service::AgreedTelephone,
            Way::Telephone => Service::Telephone,
            Way::Video => Service::Video,
            Way::Visit if variant < 6 => Service::SecondInHome,
            Way::Visit if variant < 18 => Service::OutreachVisit,
            Way::Visit => Service::HomeVisit,
            Way::Control => Service::YearlyControl,
            Way::Other if is_new && variant < 10 => Service::FamilyTalk,
            Way::Other if self.citizen.female && self.is_aged(15..45) && variant < 30 => Service::AbortionTalk,
            Way::Other => Service::SocialMedicine,
        }
    }

    fn is_aged(&self, ages: std::ops::Range<i16>) -> bool {
        ages.contains(&(self.year.year - self.citizen.born.year()))
    }

    /// What is done besides a consultation, whoever pays for that.
    fn besides(&mut self, day: usize, provider: usize) {
        let mut draw = self.dice.below(1000);
        for (service, chance) in BESIDES {
            if draw < chance {
                self.put(day, service, 1, provider);
                break;
            }
            draw -= chance;
        }
        if self.citizen.female && self.is_aged(23..65) && self.dice.chance(SMEAR) {
            self.put(day, Service::Smear, 1, provider);
        }
        if self.onset.is_some_and(|onset| onset <= self.date(day)) && self.dice.chance(LUNG_FUNCTION) {
            self.put(day, Service::LungFunction, 1, provider);
        }
    }

    fn talk_therapy(&mut self) {
        let age = self.year.year - self.citizen.born.year();
        if !self.dice.chance(talks(age)[usize::from(self.citizen.female)]) {
            return;
        }
        for _ in 0..self.dice.between(1, MOST_TALKS) {
            let day = self.year.weeks.day(&mut self.dice);
            if let Some(provider) = self.practice(self.date(day)) {
                self.put(day, Service::TalkTherapy, 1, provider);
            }
        }
    }

    /// The flat fee of each quarter, or a yearly control for most of those who are not on it.
    fn chronic_care(&mut self) {
        let Some(onset) = self.onset else { return };
        for quarter in 1..=4 {
            let start = chronic::quarter_start(self.year.year, quarter);
            let billed = plus_days(start, i64::from(self.dice.below(28)));
            let is_covered = self.covered_from.is_some_and(|from| from <= start);
            let Some(day) = self.year.weeks.first_from(billed).filter(|_| is_covered) else { continue };
            if let Some(provider) = self.practice(self.date(day)) {
                let fee = chronic::flat_fee(&self.citizen.diseases, self.date(day));
                self.put(day, fee, 1, provider);
            }
        }
        let day = self.year.weeks.day(&mut self.dice);
        if onset <= self.date(day)
            && self.dice.chance(CONTROLLED)
            && let Some(provider) = self.practice(self.date(day))
        {
            self.put(day, Service::YearlyControl, 1, provider);
        }
    }

    /// At providers of other specialties: they are there for a reader to leave out.
    fn elsewhere(&mut self) {
        for (place, (_, service, chance, most)) in ELSEWHERE.into_iter().enumerate() {
            let providers = &self.year.elsewhere[place];
            if !self.dice.chance(chance) || providers.is_empty() {
                continue;
            }
            let provider = self.dice.pick(providers);
            for _ in 0..self.dice.between(1, most) {
                let day = self.year.weeks.day(&mut self.dice);
                let date = self.date(day);
                if self.citizen.lives_on(date) && self.year.is_known(&self.year.country.providers[provider], date) {
                    self.put(day, service, 1, provider);
                }
            }
        }
    }

    /// What the register's own history leaves behind.
    fn out_of_order(&mut self) {
        if self.dice.chance(SETTLED_LATE) {
            let day = self.year.weeks.late_day(&mut self.dice);
            if let Some(provider) = self.practice(self.date(day)) {
                self.put(day, Service::Consultation, 1, provider);
            }
        }
        if self.dice.chance(TAKEN_BACK_WITHOUT_A_ROW) {
            let day = self.year.weeks.day(&mut self.dice);
            if let Some(provider) = self.practice(self.date(day)) {
                self.put(day, Service::Telephone, -1, provider);
            }
        }
        if let Some(died) = self.citizen.died.filter(|died| died.year() == self.year.year)
            && self.dice.chance(BILLED_AFTER_DEATH)
            && let Some(day) = self.year.weeks.first_from(died)
            && let Some(provider) = self.practice(plus_days(died, -1))
        {
            let week = Weeks::week_of(day);
            let service = Service::BloodSample;
            self.entries.push(Entry { week, day, service, count: 1, provider, group: "9", for_child: false });
        }
    }

    /// A row, unless the flat fee covers it; now and then with one that takes it back.
    fn put(&mut self, day: usize, service: Service, count: i32, provider: usize) {
        let date = self.date(day);
        if service.is_in_flat_fee() && self.covered_from.is_some_and(|from| from <= date) {
            return;
        }
        let group = match (self.dice.below(ALL), self.citizen.group) {
            (..UNKNOWN_GROUP, _) => "X",
            (_, Group::One) => "1",
            (_, Group::Two) => "2",
        };
        let is_childs = service == Service::Consultation && self.is_aged(24..42) && self.dice.below(ALL) < FOR_A_CHILD;
        let later = self.dice.below(ALL) < BILLED_LATER;
        let week = Weeks::week_of(day);
        let week = if later { self.week_after(week, provider) } else { week };
        let entry = Entry { week, day, service, count, provider, group, for_child: is_childs };
        self.entries.push(entry);
        if count > 0 && self.dice.below(ALL) < TAKEN_BACK {
            let week = self.week_after(week, provider);
            self.entries.push(Entry { week, count: -count, ..entry });
        }
    }

    /// The next week, if the person can still be found at the provider then.
    fn week_after(&self, week: usize, provider: usize) -> usize {
        match self.year.weeks.weeks.get(week + 1).map(|next| next.monday) {
            Some(monday) if self.practice(monday) == Some(provider) => week + 1,
            _ => week,
        }
    }
}
