//! PLO's survey of the practices' staff: a workbook a year, with a row for each profession that a
//! practice which answered employs on 1 January, spelled as the practice spells it.

use crate::SynthError;
use crate::apportion::{apportion, interpolate};
use crate::calendar::january_first;
use crate::country::calibration::{FIRST_YEAR, REGIONS};
use crate::country::underserved;
use crate::country::{Country, ONE};
use crate::extracts::staff_calibration::*;
use crate::files::{Cell, Coverage, Folder, Spec, repacked};

const COLUMNS: [&str; 6] = ["Besvarelse", "Ydernr.", "Kommune", "Faggruppe", "Antal personer", "Årsværk"];
const SHEET: &str = "Personale";
/// A million, which shares are parts of.
const WHOLE: u64 = 1_000_000;

/// A practice and what its staff is steered by.
#[derive(Debug)]
struct Practice<'c> {
    /// Its provider number and first day: what is the same every year.
    key: u64,
    number: u32,
    place: &'c str,
    capacities: u32,
    is_underserved: bool,
    weight: u64,
}

/// What a practice answered on one profession.
#[derive(Debug)]
pub(crate) struct StaffRow {
    /// The answer's number in the file.
    pub(crate) answer: usize,
    pub(crate) number: Option<String>,
    pub(crate) place: String,
    /// Index into [`PROFESSIONS`].
    pub(crate) profession: usize,
    pub(crate) spelling: &'static str,
    pub(crate) persons: u64,
    /// Hundredths of a full-time equivalent.
    pub(crate) fte: u64,
}

pub(crate) fn write(country: &Country<'_>, seed: u64, year: i16, folder: &Folder) -> Result<(), SynthError> {
    let (asked, answers) = answers(country, seed, year);
    let rows = rows(country, seed, year);
    let title = [
        format!("PLO's personaleundersøgelse {year}"),
        format!("Ansatte i almen praksis pr. 1. januar {year}. Et årsværk er 37 timer om ugen."),
        format!("{} af {asked} praksis har svaret.", answers.len()),
        String::new(),
    ];
    let path = repacked(&format!("personale/PLO_personale_{year}.xlsx"), year);
    let spec = Spec { path: &path, table: "plo_personale", columns: &COLUMNS, coverage: Coverage::Everybody };
    let mut file = folder.excel(spec, SHEET, &title.each_ref().map(String::as_str))?;
    file.will_merge(1);
    for answer in rows.chunk_by(|a, b| a.answer == b.answer) {
        for row in answer {
            let fte = decimal(row.fte);
            let in_danish = fte.replace('.', ",");
            let typed = mix(seed, &[6, row.answer as u64, row.profession as u64, year as u64]) % 1000 < TYPED_AS_TEXT;
            file.row(&[
                Cell::Number(&row.answer.to_string()),
                row.number.as_deref().map_or(Cell::Missing, Cell::Text),
                Cell::Text(&row.place),
                Cell::Text(row.spelling),
                Cell::Number(&row.persons.to_string()),
                if typed { Cell::Text(&in_danish) } else { Cell::Number(&fte) },
            ])?;
        }
        if let Some(number) = answer.first().and_then(|row| row.number.as_deref())
            && answer.len() > 1
        {
            file.merge(1, answer.len() as u32, number)?;
        }
    }
    let (persons, fte) = rows.iter().fold((0, 0), |sum, row| (sum.0 + row.persons, sum.1 + row.fte));
    file.row(&[
        Cell::Missing,
        Cell::Missing,
        Cell::Missing,
        Cell::Text("I alt"),
        Cell::Number(&persons.to_string()),
        Cell::Number(&decimal(fte)),
    ])?;
    file.finish()
}

/// What the practices answered, by practice.
pub(crate) fn rows(country: &Country<'_>, seed: u64, year: i16) -> Vec<StaffRow> {
    let (_, answers) = answers(country, seed, year);
    let shares = Shares::new(country, seed, year);
    let mut staff = vec![[(0, 0); PROFESSIONS.len()]; answers.len()];
    for (index, profession) in PROFESSIONS.iter().enumerate() {
        let (persons, fte) = figures(profession, year);
        let share = shares.of(profession);
        let there = (persons * share / WHOLE, fte * share / WHOLE / STEP * STEP);
        for (is_underserved, (persons, fte)) in [(true, there), (false, (persons - there.0, fte - there.1))] {
            let inside: Vec<usize> =
                (0..answers.len()).filter(|&answer| answers[answer].is_underserved == is_underserved).collect();
            let dealt = deal(seed, index, &answers, &inside, persons);
            // Nobody works the same hours.
            let hours = |(&answer, persons): (&usize, &u64)| {
                persons * (850 + mix(seed, &[2, answers[answer].key, index as u64]) % 300)
            };
            let weights: Vec<u64> = inside.iter().zip(&dealt).map(hours).collect();
            for ((&answer, persons), fte) in inside.iter().zip(&dealt).zip(apportion(fte / STEP, &weights)) {
                staff[answer][index] = (*persons, fte * STEP);
            }
        }
    }
    let mut rows = Vec::new();
    for (answer, (practice, staff)) in answers.iter().zip(&staff).enumerate() {
        let is_known = mix(seed, &[3, practice.key, year as u64]) % 1000 >= WITHOUT_NUMBER;
        for (index, &(persons, fte)) in staff.iter().enumerate().filter(|(_, staff)| staff.0 > 0) {
            let spellings = PROFESSIONS[index].spellings;
            // Six in ten write the first spelling.
            let habit = mix(seed, &[4, practice.key, index as u64]) as usize % 1000;
            rows.push(StaffRow {
                answer: answer + 1,
                number: is_known.then(|| format!("{:06}", practice.number)),
                place: practice.place.to_owned(),
                profession: index,
                spelling: if habit < 600 { spellings[0] } else { spellings[habit % spellings.len()] },
                persons,
                fte,
            });
        }
    }
    rows
}

/// Persons and hundredths of full-time equivalents of the profession in the year.
fn figures(profession: &Profession, year: i16) -> (u64, u64) {
    let knots = |of: fn(&(i64, i64, i64)) -> i64| -> Vec<(i64, i64)> {
        profession.figures.iter().map(|figure| (figure.0, of(figure))).collect()
    };
    let (persons, fte) = (knots(|figure| figure.1), knots(|figure| figure.2 * 100));
    (interpolate(&persons, i64::from(year)), interpolate(&fte, i64::from(year)))
}

/// How many practices there were on 1 January, and those that answered, by number.
fn answers<'c>(country: &Country<'c>, seed: u64, year: i16) -> (usize, Vec<Practice<'c>>) {
    let mut practices = practices(country, seed, year);
    let asked = practices.len();
    let answering = interpolate(&ANSWERS, i64::from(year));
    practices.retain(|practice| mix(seed, &[1, practice.key]) % 1000 < answering);
    practices.sort_by_key(|practice| (practice.number, practice.key));
    (asked, practices)
}

fn practices<'c>(country: &Country<'c>, seed: u64, year: i16) -> Vec<Practice<'c>> {
    let day = january_first(year);
    let active = country.providers.iter().filter(|provider| {
        provider.is_practice() && provider.opened <= day && provider.closed.is_none_or(|closed| closed > day)
    });
    let practice = |provider: &crate::country::Provider| {
        let capacities = provider.periods.iter().rfind(|period| period.from <= day).map_or(0, |now| now.capacities);
        let key = u64::from(provider.number) << 32 | u64::from(provider.opened.year().unsigned_abs());
        let place = country.places.list[provider.place_on(day)].code.as_str();
        let usual = u64::from(capacities) * (700 + mix(seed, &[5, key]) % 600);
        let is_capital_solo = REGIONS[provider.region].code == "1084" && capacities <= ONE;
        let staffing = match is_capital_solo {
            true => CAPITAL_SOLO_STAFF[usize::from(mix(seed, &[7, key]) % 1000 >= CAPITAL_SOLO_ALONE)],
            false => 1000,
        };
        Practice {
            key,
            number: provider.number,
            place,
            capacities,
            is_underserved: underserved::is_underserved(place, year),
            weight: usual * staffing / 1000,
        }
    };
    active.map(practice).collect()
}

/// The underserved areas' shares of the staff, in millionths.
#[derive(Debug)]
struct Shares {
    health: u64,
    other: u64,
    all: u64,
}

impl Shares {
    fn new(country: &Country<'_>, seed: u64, year: i16) -> Self {
        if year < 2018 {
            let [there, elsewhere] = capacities(country, seed, year);
            let staff = there * UNDERSERVED_BEFORE;
            let all = staff * WHOLE / (staff + elsewhere * 10);
            return Self { health: all, other: all, all };
        }
        let knots = [(2018, UNDERSERVED_2018), (2022, UNDERSERVED_2022)];
        let all = interpolate(&knots, i64::from(year));
        // The health professionals of 2022 as published, and in the other years as much more than the rest.
        let [there, _] = capacities(country, seed, 2022);
        let health_2022 = there * HEALTH_STAFF_UNDERSERVED / 100 * WHOLE / total(2022, true);
        let health = health_2022 * all / UNDERSERVED_2022.unsigned_abs();
        let (healthy, rest) = (total(year, true), total(year, false));
        let other = ((healthy + rest) * all).saturating_sub(healthy * health) / rest;
        Self { health, other, all }
    }

    fn of(&self, profession: &Profession) -> u64 {
        match (profession.is_doctor, profession.is_health) {
            (true, _) => self.all,
            (false, true) => self.health,
            (false, false) => self.other,
        }
    }
}

/// Hundredths of full-time equivalents of all staff that is no doctor, with or without health education.
fn total(year: i16, is_health: bool) -> u64 {
    let staff = PROFESSIONS.iter().filter(|profession| !profession.is_doctor && profession.is_health == is_health);
    staff.map(|profession| figures(profession, year).1).sum()
}

/// Capacities in the underserved areas and elsewhere on 1 January, in hundredths.
pub(crate) fn capacities(country: &Country<'_>, seed: u64, year: i16) -> [u64; 2] {
    let mut sums = [0, 0];
    for practice in practices(country, seed, year.max(FIRST_YEAR)) {
        sums[usize::from(!practice.is_underserved)] += u64::from(practice.capacities);
    }
    sums
}

/// Deals persons to the practices, in an order that is the profession's own: each gets its part of them,
/// rounded up or down, and those who are few end up here and there.
fn deal(seed: u64, profession: usize, answers: &[Practice<'_>], inside: &[usize], persons: u64) -> Vec<u64> {
    let chance = |answer: usize| mix(seed, &[8, answers[answer].key, profession as u64]);
    let mut order: Vec<usize> = (0..inside.len()).collect();
    order.sort_by_key(|&place| (chance(inside[place]), place));
    let employing = if PROFESSIONS[profession].code == "sygeplejerske" { EMPLOYS_NURSES } else { EMPLOYS_OTHERS };
    let weight = |place: usize| {
        let chance = chance(inside[place]);
        let employs = chance / 1000 % 1000 < employing;
        u128::from(if employs { answers[inside[place]].weight * (500 + chance % 1000) } else { 0 })
    };
    let sum: u128 = order.iter().map(|&place| weight(place)).sum();
    let mut dealt = vec![0; inside.len()];
    let (mut passed, mut given) = (0, 0);
    for place in order {
        passed += weight(place);
        let due = (passed * u128::from(persons)).checked_div(sum).unwrap_or_default() as u64;
        dealt[place] = due - given;
        given = due;
    }
    dealt
}

/// Hundredths with a decimal point, without trailing zeros.
fn decimal(hundredths: u64) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number that depends on the seed and the parts alone (the finalizer of SplitMix64).
fn mix(seed: u64, parts: &[u64]) -> u64 {
    parts.iter().fold(seed ^ 0x5741_4646, |state, part| {
        let mut z = (state ^ part.wrapping_mul(0xFF51_AFD7_ED55_8CCD)).wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    })
}
