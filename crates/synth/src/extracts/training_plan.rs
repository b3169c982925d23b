//! Sundhedsstyrelsen's plan of how many posts each specialty has in each training region, and the counts of
//! what became of it.

use std::collections::BTreeMap;

use crate::SynthError;
use crate::apportion::apportion;
use crate::country::calibration::LAST_YEAR;
use crate::extracts::training::{Kind, Training};
use crate::extracts::training_calibration::*;
use crate::files::{Cell, Charset, Coverage, Csv, CsvFile, Folder, Spec};

const PLAN: [&str; 7] = ["Plan", "År", "Speciale", "Videreuddannelsesregion", "Type", "Antal", "Ekstraordinær"];
const COUNTS: [&str; 8] =
    ["År", "Runde", "Videreuddannelsesregion", "Speciale", "Type", "Dimensioneret", "Opslået", "Besat"];
const KINDS: [Kind; 2] = [Kind::Introduction, Kind::Main];

/// What posts are counted by: year, round, training region, specialty, kind.
type Group = (i16, u8, usize, usize, Kind);

/// Posts of the specialty in the plan for the year, in halves: introduction posts as many as main courses
/// (assumed). Before the first plan as in it.
pub(crate) fn national(code: &str, kind: Kind, year: i16) -> u64 {
    let general_practice = 2 * DIMENSIONED[(year.clamp(FIRST_POSTS, LAST_PLANNED) - FIRST_POSTS) as usize];
    if kind == Kind::Foundation {
        return 0;
    }
    if code == FOLLOWED[0].code {
        return general_practice;
    }
    let all = ALL_SPECIALTIES[(year.clamp(PLANS[0].0, LAST_PLANNED) - PLANS[0].0) as usize];
    let planned = 2 * DIMENSIONED[(year.clamp(PLANS[0].0, LAST_PLANNED) - FIRST_POSTS) as usize];
    let weights = SPECIALTIES.map(|specialty| specialty.2);
    let shares = apportion(all - planned, &weights);
    SPECIALTIES.iter().zip(shares).find(|(specialty, _)| specialty.0 == code).map_or(0, |(_, share)| share)
}

/// What is posted on top of the plan.
pub(crate) fn extra(code: &str, kind: Kind, year: i16) -> u64 {
    if code == FOLLOWED[0].code && kind == Kind::Main && matches!(year, 2019 | 2020) { EXTRA } else { 0 }
}

/// Halves by training region.
fn by_region(halves: u64) -> Vec<u64> {
    apportion(halves, &TRAINING_REGIONS.each_ref().map(|region| region.weight))
}

/// Writes the plans, a file each.
pub(crate) fn write_plans(folder: &Folder) -> Result<(), SynthError> {
    for (first, last) in PLANS {
        let path = format!("uddannelse/dimensioneringsplan_{first}.csv.gz");
        let spec = Spec { path: &path, table: "dimensioneringsplan", columns: &PLAN, coverage: Coverage::Everybody };
        let csv = Csv { charset: Charset::Windows1252, delimiter: ';', header: true, trailer: None };
        let mut file = folder.csv(spec, csv)?;
        let plan = format!("{first}-{last}");
        for year in first..=last {
            for kind in KINDS {
                plan_of(&mut file, &plan, year, kind)?;
            }
        }
        file.finish()?;
    }
    Ok(())
}

fn plan_of(file: &mut CsvFile<'_>, plan: &str, year: i16, kind: Kind) -> Result<(), SynthError> {
    let mut all = 0;
    for (code, name, _) in SPECIALTIES {
        let halves = national(code, kind, year);
        all += halves;
        plan_rows(file, plan, year, name, kind, halves, "N")?;
        let extra = 2 * extra(code, kind, year);
        if extra > 0 {
            plan_rows(file, plan, year, name, kind, extra, "J")?;
        }
    }
    let (year, all) = (year.to_string(), halves_in_danish(all));
    file.row(&[plan, &year, "I alt", "I alt", kind.code(), &all, "N"].map(Cell::Text))
}

fn plan_rows(
    file: &mut CsvFile<'_>,
    plan: &str,
    year: i16,
    name: &str,
    kind: Kind,
    halves: u64,
    extra: &str,
) -> Result<(), SynthError> {
    let year = year.to_string();
    for (region, part) in TRAINING_REGIONS.iter().zip(by_region(halves)) {
        let part = halves_in_danish(part);
        file.row(&[plan, &year, name, region.code, kind.code(), &part, extra].map(Cell::Text))?;
    }
    let all = halves_in_danish(halves);
    file.row(&[plan, &year, name, "I alt", kind.code(), &all, extra].map(Cell::Text))
}

/// Writes what was planned, posted and filled, all years in one file.
pub(crate) fn write_counts(training: &Training<'_>, folder: &Folder) -> Result<(), SynthError> {
    let mut counts: BTreeMap<Group, (u64, u64)> = BTreeMap::new();
    for post in training.posts.iter().filter(|post| !post.is_cancelled) {
        let Some(specialty) = post.specialty else { continue };
        let count = counts.entry((post.year, post.round, post.training_region, specialty, post.kind)).or_default();
        count.0 += 1;
        count.1 += u64::from(post.filled.is_some());
    }
    let path = "uddannelse/hovedforloeb_opgoerelse.csv.gz";
    let spec = Spec { path, table: "hovedforloeb_opgoerelse", columns: &COUNTS, coverage: Coverage::Everybody };
    let csv = Csv { charset: Charset::Windows1252, delimiter: ';', header: true, trailer: Some("SLUT") };
    let mut file = folder.csv(spec, csv)?;
    for year in FIRST_POSTS..=LAST_YEAR {
        for kind in KINDS {
            for (index, followed) in FOLLOWED.iter().enumerate() {
                let halves = national(followed.code, kind, year) + 2 * extra(followed.code, kind, year);
                let name = SPECIALTIES.iter().find(|specialty| specialty.0 == followed.code).map_or("", |it| it.1);
                for (region, halves) in by_region(halves).into_iter().enumerate() {
                    for (round, halves) in (1..).zip(apportion(halves, &[1, 1])) {
                        let key = (year, round, region, index, kind);
                        let (posted, filled) = counts.get(&key).copied().unwrap_or_default();
                        let numbers = [year as u64, u64::from(round), posted, filled].map(|number| number.to_string());
                        let [year, round, posted, filled] = numbers.each_ref().map(String::as_str);
                        let planned = halves_in_danish(halves);
                        let region = TRAINING_REGIONS[region].code;
                        let row = [year, round, region, name, kind.code(), &planned, posted, filled];
                        file.row(&row.map(Cell::Text))?;
                    }
                }
            }
        }
    }
    file.finish()
}

/// `12,5`
fn halves_in_danish(halves: u64) -> String {
    format!("{},{}", halves / 2, if halves % 2 == 1 { 5 } else { 0 })
}
