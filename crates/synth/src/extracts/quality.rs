//! What the practices are measured by: who is listed, their chronic patients, their referrals and what
//! their patients say. One row says nothing of a single person.

use jiff::civil::Date;

use super::listed_counts::{self, Counts, SEXES, band_name, need};
use crate::SynthError;
use crate::apportion::{apportion, interpolate};
use crate::calendar::january_first;
use crate::country::calibration::REGIONS;
use crate::country::{Country, ONE, Provider};
use crate::files::{Cell, Charset, Coverage, Csv, Folder, Spec, repacked};
use crate::rng::Dice;

/// Where the streams of chance of these files begin.
const STREAM: u64 = 0x5155_0000_0000;

/// Persons with type 2 diabetes. 2017: 265,825 (Steno Diabetes Center Copenhagen, "Diabetes i tal",
/// 2018). The growth of some 3 % a year is invented, below the 80-90 % to 2030 that ELTPD forecasts.
const TYPE2: [(i64, i64); 3] = [(2014, 243_000), (2017, 265_825), (2025, 335_000)];
/// Persons with COPD: invented, below the 3,700 of 100,000 of 2007 and falling slowly since (Danske
/// Regioner, 2022).
const COPD: [(i64, i64); 2] = [(2014, 174_000), (2025, 166_000)];
/// Persons with both, counted in neither of the others: invented.
const BOTH: [(i64, i64); 2] = [(2014, 21_000), (2025, 28_000)];
/// Followed in general practice, per thousand patients. 2018-2021: the share of patients that the fee
/// for chronic care was paid for, 30, 50, 60 and 63 % (Sundhedsdatastyrelsen, 27 February 2020 and
/// 31 August 2022). Before there was no such fee; those years and 2022 on are invented.
const FOLLOWED: [(i64, i64); 7] =
    [(2014, 210), (2017, 230), (2018, 300), (2019, 500), (2020, 600), (2021, 630), (2025, 670)];
/// Followed at a hospital, per thousand patients: invented.
const AT_HOSPITAL: [(i64, i64); 3] = [(2014, 310), (2018, 280), (2025, 180)];
/// With a care plan, per thousand patients: invented; the plans came with the agreement of 2018.
const WITH_PLAN: [(i64, i64); 5] = [(2017, 0), (2018, 40), (2019, 150), (2020, 260), (2025, 480)];
/// How much the regions follow their patients, against the country: invented.
const REGION_FOLLOWS: [u32; 5] = [1040, 1030, 1050, 950, 970];
/// Counts below this are not told.
const SMALLEST_TOLD: u64 = 5;

/// Receivers of referrals, and how many they get a year from a thousand listed persons: invented.
const RECEIVERS: [(&str, u64); 4] = [("SYGEHUS", 260), ("SPECIALLAEGE", 310), ("PSYKIATRI", 19), ("ANDET", 140)];
/// How far apart the practices' referrals lie, per thousand of the years to 2018: invented. ELTPD wants
/// the difference cut markedly by 2020, without a number.
const REFERRAL_SPREAD: [(i64, i64); 4] = [(2018, 1000), (2020, 950), (2022, 920), (2025, 880)];

/// The survey that asked all over the country: 53,520 answers and an overall mean of 4.2 of 5
/// (Danmarks Statistik for Indenrigs- og Sundhedsministeriet, August 2023 to January 2024).
const NATIONAL_SURVEY: (i16, u64) = (2023, 53_520);
/// In the other years a third of the practices are asked: invented.
const SURVEY_ROUND: u32 = 3;
/// Questions and their mean in hundredths; all but the overall one of [`NATIONAL_SURVEY`] invented.
const QUESTIONS: [(&str, i64); 4] =
    [("SAMLET", 420), ("BEHANDLING", 416), ("KOMMUNIKATION", 431), ("TILGAENGELIGHED", 378)];

/// A practice that was active on 1 January: the year's register extract knows it, and no other practice
/// has its number that day.
#[derive(Debug)]
pub(crate) struct Active<'c> {
    /// Into the country's providers.
    pub(crate) index: usize,
    pub(crate) practice: &'c Provider,
    /// Six digits.
    pub(crate) number: String,
    /// Listed persons, estimated where the register does not know.
    pub(crate) listed: u64,
    /// The months of the year that it is there.
    pub(crate) months: i8,
}

/// The practices of the year by number.
pub(crate) fn active<'c>(country: &'c Country<'_>, year: i16) -> Vec<Active<'c>> {
    let day = january_first(year);
    let is_active = |practice: &Provider| {
        practice.is_practice() && practice.opened <= day && practice.closed.is_none_or(|closed| closed > day)
    };
    let practices = country.providers.iter().enumerate().filter(|(_, practice)| is_active(practice));
    let mut active: Vec<Active<'_>> = practices
        .map(|(index, practice)| Active {
            index,
            practice,
            number: format!("{:06}", practice.number),
            listed: listed(practice, day),
            months: practice.closed.filter(|closed| closed.year() == year).map_or(12, Date::month),
        })
        .collect();
    active.sort_by(|a, b| a.number.cmp(&b.number));
    active
}

/// The listed persons on the day; where the register does not know, what is usual in the region.
fn listed(practice: &Provider, day: Date) -> u64 {
    let Some(period) = practice.periods.iter().rfind(|period| period.from <= day) else { return 0 };
    u64::from(period.listed.unwrap_or(REGIONS[practice.region].patients_per_capacity * period.capacities / ONE))
}

/// What is the practice's own, year after year.
pub(crate) fn lasting(seed: u64, tag: u64, practice: &Active<'_>) -> Dice {
    Dice::new(seed, STREAM + (tag << 24) + practice.index as u64)
}

/// What is the practice's own this year.
fn this_year(seed: u64, tag: u64, practice: &Active<'_>, year: i16) -> Dice {
    Dice::new(seed, STREAM + (tag << 24) + (year as u64) * 100_000 + practice.index as u64)
}

/// A deviation in -1000..=1000 with a standard deviation of 289, close to normal.
fn deviation(dice: &mut Dice) -> i64 {
    (0..4).map(|_| i64::from(dice.below(501))).sum::<i64>() - 1000
}

pub(crate) fn spec<'a>(path: &'a str, table: &'a str, columns: &'a [&'a str]) -> Spec<'a> {
    Spec { path, table, columns, coverage: Coverage::Everybody }
}

pub(crate) fn write(country: &Country<'_>, seed: u64, year: i16, folder: &Folder) -> Result<(), SynthError> {
    let practices = active(country, year);
    let listed = listed_counts::counts(country, seed, year, &practices);
    listed_counts::write(seed, year, folder, &practices, &listed)?;
    chronic(country, seed, year, folder, &practices)?;
    let referred = referrals(seed, year, folder, &practices, &listed)?;
    national_referrals(year, folder, &listed_counts::referred(&listed, referred))?;
    satisfaction(seed, year, folder, &practices)
}

/// The chronic patients of the practices: each national number shared out, so that it comes out.
fn chronic(
    country: &Country<'_>,
    seed: u64,
    year: i16,
    folder: &Folder,
    practices: &[Active<'_>],
) -> Result<(), SynthError> {
    const COLUMNS: [&str; 7] = [
        "ydernr",
        "år",
        "sygdom",
        "antal_patienter",
        "antal_fulgt_almen_praksis",
        "antal_fulgt_hospital",
        "antal_med_forløbsplan",
    ];
    let path = repacked(&format!("kronikere/kronikere_{year}.csv.gz"), year);
    let csv = Csv { charset: Charset::Windows1252, delimiter: ';', header: true, trailer: None };
    let mut file = folder.csv(spec(&path, "kronikere", &COLUMNS), csv)?;

    let at = |knots: &[(i64, i64)]| interpolate(knots, i64::from(year));
    let both = at(&BOTH);
    let mut columns = Vec::new();
    for (tag, persons) in (0..).zip([at(&COPD) - both, at(&TYPE2) - both, both]) {
        let sick = |practice: &Active<'_>| {
            let profile = country.places.list[practice.practice.place_on(january_first(year))].profile;
            let own = lasting(seed, tag, practice).between(850, 1150);
            practice.listed * (1000 + profile.elderly()) * u64::from(own)
        };
        let patients = apportion(persons, &practices.iter().map(sick).collect::<Vec<u64>>());
        // Up to 1.4 times the country's share, so that nobody follows more patients than there are.
        let eager: Vec<u64> = practices
            .iter()
            .map(|practice| {
                let own = lasting(seed, 3, practice).between(650, 1350);
                u64::from(own * REGION_FOLLOWS[practice.practice.region] / 1000)
            })
            .collect();
        let share = |permille: u64, eagerness: &dyn Fn(u64) -> u64, most: &[u64]| -> Vec<u64> {
            let weights = patients.iter().zip(&eager).map(|(patients, eager)| patients * eagerness(*eager));
            let parts = apportion(persons * permille / 1000, &weights.collect::<Vec<u64>>());
            parts.into_iter().zip(most).map(|(part, most)| part.min(*most)).collect()
        };
        let followed = share(at(&FOLLOWED), &|eager| eager, &patients);
        let hospital = share(at(&AT_HOSPITAL), &|eager| 2100 - eager, &patients);
        let planned = share(at(&WITH_PLAN), &|eager| eager, &followed);
        columns.push([patients, followed, hospital, planned]);
    }
    let year = year.to_string();
    for (row, practice) in practices.iter().enumerate() {
        for (disease, counts) in ["KOL", "T2D", "BEGGE"].into_iter().zip(&columns) {
            let told = counts.each_ref().map(|column| told(column[row]));
            let [patients, followed, hospital, planned] = told.each_ref().map(|text| Cell::Text(text));
            file.row(&[
                Cell::Text(&practice.number),
                Cell::Text(&year),
                Cell::Text(disease),
                patients,
                followed,
                hospital,
                planned,
            ])?;
        }
    }
    file.finish()
}

/// Few persons could be recognised.
pub(crate) fn told(count: u64) -> String {
    if (1..SMALLEST_TOLD).contains(&count) { format!("<{SMALLEST_TOLD}") } else { count.to_string() }
}

/// Writes the practices' referrals, and says how many they are.
fn referrals(
    seed: u64,
    year: i16,
    folder: &Folder,
    practices: &[Active<'_>],
    listed: &[Counts],
) -> Result<u64, SynthError> {
    let path = repacked(&format!("henvisninger/henvisninger_{year}.csv.gz"), year);
    let csv = Csv { charset: Charset::Utf8, delimiter: ';', header: true, trailer: Some("SLUT") };
    let mut file =
        folder.csv(spec(&path, "henvisninger", &["ydernr", "aar", "modtagertype", "antal_henvisninger"]), csv)?;
    let spread = interpolate(&REFERRAL_SPREAD, i64::from(year)) as i64;
    let written_year = year.to_string();
    let mut total = 0;
    for (practice, listed) in practices.iter().zip(listed) {
        let need = need(listed);
        let own = deviation(&mut lasting(seed, 4, practice)) * 85 / 100 * spread / 1000;
        let mut dice = this_year(seed, 5, practice, year);
        let luck = deviation(&mut dice) / 10;
        for (tag, (receiver, rate)) in (6..).zip(RECEIVERS) {
            let taste = deviation(&mut lasting(seed, tag, practice)) * 3 / 10;
            let permille = (1000 + own + luck).max(100) * (1000 + taste) / 1000;
            let people = practice.listed * need / 1000;
            let count = people * rate * permille as u64 * practice.months as u64 / (12 * 1_000_000);
            total += count;
            let count = count.to_string();
            file.row(&[
                Cell::Text(&practice.number),
                Cell::Text(&written_year),
                Cell::Text(receiver),
                Cell::Text(&count),
            ])?;
        }
    }
    file.finish()?;
    Ok(total)
}

/// Writes the country's referrals by age and sex.
fn national_referrals(year: i16, folder: &Folder, referred: &Counts) -> Result<(), SynthError> {
    let path = format!("henvisninger/henvisninger_landstal_{year}.csv");
    let csv = Csv { charset: Charset::Utf8, delimiter: ';', header: true, trailer: Some("SLUT") };
    let columns = ["aar", "aldersgruppe", "koen", "antal_henvisninger"];
    let mut file = folder.csv(spec(&path, "henvisninger_landstal", &columns), csv)?;
    let year = year.to_string();
    for (sex, bands) in SEXES.iter().zip(referred) {
        for (band, count) in bands.iter().enumerate() {
            file.row(&[
                Cell::Text(&year),
                Cell::Text(&band_name(band)),
                Cell::Text(sex),
                Cell::Text(&count.to_string()),
            ])?;
        }
    }
    file.finish()
}

fn satisfaction(seed: u64, year: i16, folder: &Folder, practices: &[Active<'_>]) -> Result<(), SynthError> {
    let path = repacked(&format!("tilfredshed/patienttilfredshed_{year}.csv.gz"), year);
    let csv = Csv { charset: Charset::Utf8Bom, delimiter: ';', header: true, trailer: None };
    let columns = ["ydernr", "aar", "spoergsmaal", "antal_svar", "gennemsnit"];
    let mut file = folder.csv(spec(&path, "patienttilfredshed", &columns), csv)?;
    let weights: Vec<u64> = practices.iter().map(|practice| practice.listed).collect();
    let answers = apportion(NATIONAL_SURVEY.1, &weights);
    let round = |practice: &Active<'_>| lasting(seed, 10, practice).below(SURVEY_ROUND);
    let is_asked = |practice: &Active<'_>| {
        year == NATIONAL_SURVEY.0 || round(practice) == u32::from(year.unsigned_abs()) % SURVEY_ROUND
    };
    let written_year = year.to_string();
    for (practice, answers) in practices.iter().zip(answers).filter(|(practice, _)| is_asked(practice)) {
        let liked = deviation(&mut lasting(seed, 11, practice));
        let mut dice = this_year(seed, 12, practice, year);
        for (question, mean) in QUESTIONS {
            // Not everybody answers every question.
            let skipped = if question == QUESTIONS[0].0 { 0 } else { answers * u64::from(dice.below(80)) / 1000 };
            let score = (mean + liked * 7 / 100 + deviation(&mut dice) / 60).clamp(100, 500);
            let answers = answers - skipped;
            if answers < SMALLEST_TOLD {
                continue;
            }
            let (count, score) = (answers.to_string(), format!("{},{:02}", score / 100, score % 100));
            file.row(&[
                Cell::Text(&practice.number),
                Cell::Text(&written_year),
                Cell::Text(question),
                Cell::Text(&count),
                Cell::Text(&score),
            ])?;
        }
    }
    file.finish()
}
