//! The posts of postgraduate medical training as they were posted and filled over the years:
//! foundation years, introduction posts and main courses, with where each is carried out.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};

use crate::apportion::{apportion, interpolate};
use crate::calendar::plus_days;
use crate::country::Country;
use crate::country::calibration::LAST_YEAR;
use crate::country::places::Profile;
use crate::country::underserved;
use crate::cpr;
use crate::extracts::training_calibration::*;
use crate::extracts::training_places::{Element, elements, hospital};
use crate::extracts::training_plan;
use crate::rng::Dice;

/// What kind of training a post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Foundation,
    Introduction,
    Main,
}

impl Kind {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Foundation => "KBU",
            Self::Introduction => "I",
            Self::Main => "H",
        }
    }
}

/// A post that was posted once.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) id: String,
    /// The year it is to start in.
    pub(crate) year: i16,
    pub(crate) kind: Kind,
    /// Index into [`FOLLOWED`]; none for the foundation year.
    pub(crate) specialty: Option<usize>,
    pub(crate) spelling: Option<&'static str>,
    /// Index into [`TRAINING_REGIONS`].
    pub(crate) training_region: usize,
    /// First or second of the year.
    pub(crate) round: u8,
    pub(crate) posted: Date,
    pub(crate) start: Date,
    /// When it was filled, and by whom.
    pub(crate) filled: Option<(Date, String)>,
    pub(crate) is_combined: bool,
    pub(crate) is_team: bool,
    pub(crate) is_cancelled: bool,
    /// The vacant post of the year before that it repeats.
    pub(crate) repeats: Option<String>,
    /// Where it begins: region (index) and municipality (index).
    pub(crate) region: usize,
    pub(crate) place: usize,
    pub(crate) elements: Vec<Element>,
}

/// A doctor in training: CPR number and the year the last post began.
type Trainee = (String, i16);

/// All posts of all years.
#[derive(Debug)]
pub(crate) struct Training<'c> {
    pub(crate) posts: Vec<Post>,
    country: &'c Country<'c>,
    dice: Dice,
    cprs: BTreeSet<String>,
    /// Who had a foundation year and no other post yet.
    founded: Vec<Trainee>,
    /// Who had an introduction post in the specialty and no main course yet.
    introduced: Vec<Vec<Trainee>>,
}

impl<'c> Training<'c> {
    /// Lives through all years, whichever is asked for: who fills a post depends on the years before.
    pub(crate) fn simulate(country: &'c Country<'c>, seed: u64) -> Self {
        let mut training = Self {
            posts: Vec::new(),
            country,
            dice: Dice::new(seed, 0x7A1),
            cprs: BTreeSet::new(),
            founded: Vec::new(),
            introduced: vec![Vec::new(); FOLLOWED.len()],
        };
        for year in FIRST_POSTS..=LAST_YEAR {
            for specialty in 0..FOLLOWED.len() {
                training.main_courses(specialty, year);
            }
            for (specialty, followed) in FOLLOWED.iter().enumerate() {
                let posted = training_plan::national(followed.code, Kind::Introduction, year).div_ceil(2);
                let filled = posted * followed.introduction_filled / 1000;
                training.post(Kind::Introduction, Some(specialty), year, posted, filled);
            }
            let filled = FOUNDATION_POSTS * FOUNDATION_FILLED / 1000;
            training.post(Kind::Foundation, None, year, FOUNDATION_POSTS, filled);
        }
        training
    }

    fn main_courses(&mut self, specialty: usize, year: i16) {
        let followed = &FOLLOWED[specialty];
        let planned = training_plan::national(followed.code, Kind::Main, year).div_ceil(2);
        let (posted, filled) = if specialty == 0 {
            let index = (year - FIRST_POSTS) as usize;
            (POSTED[index], FILLED[index])
        } else {
            let posted = planned + u64::from(self.dice.below(4)) - 1;
            (posted, posted * interpolate(followed.main_filled, i64::from(year)) / 1000)
        };
        let first = self.posts.len();
        self.post(Kind::Main, Some(specialty), year, posted, filled);

        // What is posted beyond the plan is what stayed vacant the year before.
        let mut repeats = posted.saturating_sub(planned + training_plan::extra(followed.code, Kind::Main, year));
        let mut vacant: Vec<(usize, String)> = self.posts[..first]
            .iter()
            .filter(|post| post.kind == Kind::Main && post.specialty == Some(specialty) && post.year == year - 1)
            .filter(|post| post.filled.is_none() && !post.is_cancelled)
            .map(|post| (post.training_region, post.id.clone()))
            .collect();
        for post in self.posts[first..].iter_mut().filter(|post| !post.is_cancelled) {
            let before = vacant.iter().position(|(region, _)| *region == post.training_region);
            if let Some(before) = before.filter(|_| repeats > 0) {
                post.repeats = Some(vacant.remove(before).1);
                repeats -= 1;
            }
        }
    }

    /// A year's posts of a kind and specialty: where they are, which stay vacant, who gets the others.
    fn post(&mut self, kind: Kind, specialty: Option<usize>, year: i16, posted: u64, filled: u64) {
        let first = self.posts.len();
        let weights = TRAINING_REGIONS.each_ref().map(|region| region.weight);
        for (training_region, count) in apportion(posted, &weights).into_iter().enumerate() {
            let regions = TRAINING_REGIONS[training_region].regions;
            let keys: Vec<u64> = regions.iter().map(|key| if specialty == Some(0) { key.1 } else { key.2 }).collect();
            let mut homes: Vec<usize> =
                regions.iter().zip(apportion(count, &keys)).flat_map(|(key, n)| vec![key.0; n as usize]).collect();
            self.dice.shuffle(&mut homes);
            for (turn, region) in homes.into_iter().enumerate() {
                let round = 1 + (turn % 2) as u8;
                let post = self.new_post(kind, specialty, year, training_region, region, round);
                self.posts.push(post);
            }
        }
        self.fill(first, filled);
        // Some more were posted and withdrawn: they count nowhere.
        for _ in 0..(posted / 90) {
            let training_region = self.dice.weighted(&[330, 460, 210]);
            let (region, ..) = TRAINING_REGIONS[training_region].regions[0];
            let mut post = self.new_post(kind, specialty, year, training_region, region, 1);
            post.is_cancelled = true;
            post.elements.clear();
            self.posts.push(post);
        }
        for (number, post) in self.posts[first..].iter_mut().enumerate() {
            let series = specialty.map_or(0, |specialty| specialty * 1000);
            post.id = format!("{}{year}-{:04}", kind.code(), series + number + 1);
        }
    }

    fn new_post(
        &mut self,
        kind: Kind,
        specialty: Option<usize>,
        year: i16,
        training_region: usize,
        region: usize,
        round: u8,
    ) -> Post {
        let (spring, autumn) = if kind == Kind::Foundation { (2, 8) } else { (3, 9) };
        let start = date(year, if round == 1 { spring } else { autumn }, 1);
        let is_in_practice = specialty == Some(0);
        let place = if is_in_practice {
            self.country.places.draw(&mut self.dice, region)
        } else {
            let is_university = self.dice.chance(350);
            hospital(self.country, &mut self.dice, region, is_university)
        };
        // The training regions have habits of their own.
        let spelling = specialty.map(|specialty| {
            let spellings = FOLLOWED[specialty].spellings;
            if self.dice.chance(850) { spellings[training_region % spellings.len()] } else { spellings[0] }
        });
        let is_combined = kind != Kind::Foundation && year >= 2019 && self.dice.chance(25);
        let elements = elements(self.country, &mut self.dice, kind, specialty, (region, place), start);
        Post {
            id: String::new(),
            year,
            kind,
            specialty,
            spelling,
            training_region,
            round,
            posted: plus_days(start, -i64::from(self.dice.between(150, 195))),
            start,
            filled: None,
            is_combined,
            is_team: kind == Kind::Main && is_in_practice && self.dice.chance(20),
            is_cancelled: false,
            repeats: None,
            region,
            place,
            elements,
        }
    }

    /// Fills so many of the posts from `first` on: those in places that nobody wants stay vacant first.
    fn fill(&mut self, first: usize, filled: u64) {
        let mut open: Vec<usize> = (first..self.posts.len()).collect();
        let mut reluctance: Vec<u32> = open.iter().map(|&post| self.reluctance(&self.posts[post])).collect();
        while open.len() as u64 > filled {
            let vacant = self.dice.weighted(&reluctance);
            open.remove(vacant);
            reluctance.remove(vacant);
        }
        for post in open {
            let trainee = self.trainee(self.posts[post].kind, self.posts[post].specialty, self.posts[post].year);
            let day = plus_days(self.posts[post].posted, i64::from(self.dice.between(45, 80)));
            self.posts[post].filled = Some((day, trainee));
        }
    }

    /// How easily a post stays vacant.
    fn reluctance(&self, post: &Post) -> u32 {
        let place = &self.country.places.list[post.place];
        let profile = match place.profile {
            Profile::City => 2,
            Profile::Suburb => 5,
            Profile::Town => 8,
            Profile::Rural => 14,
            Profile::Remote => 24,
        };
        let is_missing_doctors = underserved::is_underserved(&place.code, post.year);
        let is_far = matches!(post.region, 0 | 4) || WEST.contains(&place.code.as_str());
        profile * if is_missing_doctors { 2 } else { 1 } * if is_far { 2 } else { 1 }
    }

    /// Who gets a post: somebody who had the one before it, or a doctor from elsewhere.
    fn trainee(&mut self, kind: Kind, specialty: Option<usize>, year: i16) -> String {
        let specialty = specialty.unwrap_or_default();
        match kind {
            Kind::Foundation => {
                let cpr = self.newcomer(year, 25, 31);
                self.founded.push((cpr.clone(), year));
                cpr
            }
            Kind::Introduction => {
                // A few take a second post in the specialty, or in another of internal medicine.
                let again = self.dice.below(1000);
                let other = (again < 90 && FOLLOWED[specialty].is_internal).then(|| 3 + (specialty - 2) % 3);
                let second = match other {
                    None if again < 30 => self.take_introduced(specialty, year, 1),
                    None => None,
                    Some(other) => self.take_introduced(other, year, 1),
                };
                let first = self.founded.iter().position(|trainee| trainee.1 < year);
                let cpr = match (second, first) {
                    (Some(cpr), _) => cpr,
                    (None, Some(first)) if self.dice.chance(850) => {
                        // Not in the order of their years, but near it.
                        let last = self.founded.iter().rposition(|trainee| trainee.1 < year).unwrap_or(first);
                        let some = self.dice.below(((last - first + 1) as u32).min(150)) as usize;
                        self.founded.remove(first + some).0
                    }
                    _ => self.newcomer(year, 27, 35),
                };
                self.introduced[specialty].push((cpr.clone(), year));
                cpr
            }
            Kind::Main => match self.take_introduced(specialty, year, 5) {
                Some(cpr) => cpr,
                None => self.newcomer(year, 29, 40),
            },
        }
    }

    /// One of those whose introduction post is over, and at most so many years old.
    fn take_introduced(&mut self, specialty: usize, year: i16, years: i16) -> Option<String> {
        let ready: Vec<usize> = (0..self.introduced[specialty].len())
            .filter(|&index| (year - years..year).contains(&self.introduced[specialty][index].1))
            .collect();
        if ready.is_empty() {
            return None;
        }
        let index = self.dice.pick(&ready);
        Some(self.introduced[specialty].remove(index).0)
    }

    /// A doctor whom no other file knows.
    fn newcomer(&mut self, year: i16, youngest: u32, oldest: u32) -> String {
        let born = year - self.dice.between(youngest, oldest) as i16;
        let is_woman = self.dice.chance(620);
        loop {
            let birthday = cpr::birthday(&mut self.dice, born);
            let number = cpr::number(&mut self.dice, birthday, is_woman);
            if !self.country.cprs.contains(&number) && self.cprs.insert(number.clone()) {
                return number;
            }
        }
    }
}
