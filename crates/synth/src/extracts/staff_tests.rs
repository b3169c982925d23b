//! The published figures on staff come out of the survey's rows.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::Municipality;
use crate::country::Country;
use crate::country::places::Places;
use crate::country::underserved::{LIST_2018, is_underserved};
use crate::extracts::staff::{StaffRow, capacities, rows, write};
use crate::extracts::staff_calibration::PROFESSIONS;
use crate::files::Folder;

const SEED: u64 = 2018;

/// The municipalities as the project's list has them.
pub(super) fn places() -> Places {
    let list = include_str!("../../../../pipelines/reference/kommune.csv");
    let rows = list.lines().skip(1).map(|line| line.split(';').collect::<Vec<_>>());
    let current = rows.filter(|row| row[3] == "2007-01-01" && !row[2].is_empty());
    let municipalities: Vec<Municipality> = current
        .map(|row| Municipality { code: row[0].to_owned(), name: row[1].to_owned(), region: row[2].to_owned() })
        .collect();
    Places::new(&municipalities).unwrap()
}

fn country() -> &'static Country<'static> {
    static PLACES: OnceLock<Places> = OnceLock::new();
    static COUNTRY: OnceLock<Country<'static>> = OnceLock::new();
    COUNTRY.get_or_init(|| Country::simulate(SEED, PLACES.get_or_init(places)))
}

fn staff(year: i16) -> Vec<StaffRow> {
    rows(country(), SEED, year)
}

fn persons<'a>(rows: impl IntoIterator<Item = &'a StaffRow>) -> u64 {
    rows.into_iter().map(|row| row.persons).sum()
}

fn fte<'a>(rows: impl IntoIterator<Item = &'a StaffRow>) -> f64 {
    rows.into_iter().map(|row| row.fte).sum::<u64>() as f64 / 100.0
}

fn of<'a>(rows: &'a [StaffRow], codes: &[&str]) -> Vec<&'a StaffRow> {
    rows.iter().filter(|row| codes.contains(&PROFESSIONS[row.profession].code)).collect()
}

/// Without employed doctors, as PLO counts from 2022.
fn no_doctors(rows: &[StaffRow]) -> Vec<&StaffRow> {
    rows.iter().filter(|row| !PROFESSIONS[row.profession].is_doctor).collect()
}

/// With employed doctors but without those PLO did not ask for before.
fn as_before_the_break(rows: &[StaffRow]) -> Vec<&StaffRow> {
    let later = ["medicinstuderende", "oevrigt"];
    rows.iter().filter(|row| !later.contains(&PROFESSIONS[row.profession].code)).collect()
}

fn percent_more(now: f64, then: f64) -> f64 {
    (now / then - 1.0) * 100.0
}

#[track_caller]
fn close(value: f64, published: f64, tolerance: f64) {
    assert!((value - published).abs() <= tolerance, "{value}, published {published}");
}

#[test]
fn the_survey_of_2017_has_the_published_counts() {
    let rows = staff(2017);
    assert_eq!((persons(&rows), fte(&rows)), (5149, 3724.0));
    let nurses = of(&rows, &["sygeplejerske"]);
    assert_eq!((persons(nurses.clone()), fte(nurses)), (1974, 1565.0));
    let secretaries = of(&rows, &["laegesekretaer"]);
    assert_eq!((persons(secretaries.clone()), fte(secretaries)), (1149, 912.0));
}

#[test]
fn the_growth_until_2020_is_the_published_one_by_profession() {
    let (then, now) = (staff(2017), staff(2020));
    close(percent_more(fte(as_before_the_break(&now)), fte(as_before_the_break(&then))), 8.0, 0.1);
    let others: &[&str] = &["jordemoder", "fysioterapeut", "psykolog", "farmaceut", "oevrigt_sundhedsfagligt"];
    let published: [(&[&str], f64); 4] =
        [(&["sygeplejerske"], 10.0), (&["laegesekretaer"], 15.0), (&["sosu_assistent"], 15.0), (others, 13.0)];
    for (codes, growth) in published {
        close(percent_more(fte(of(&now, codes)), fte(of(&then, codes))), growth, 0.1);
    }
}

#[test]
fn the_growth_from_2018_to_2022_is_the_published_one() {
    let (then, before, now) = (staff(2018), staff(2021), staff(2022));
    let [total_then, total_before, total_now] = [&then, &before, &now].map(|rows| fte(no_doctors(rows)));
    assert_eq!((total_then, total_now), (4368.0, 5198.0));
    close(percent_more(total_now, total_then), 19.0, 0.05);
    close(total_now - total_before, 358.0, 0.5);
    assert!(total_before - fte(no_doctors(&staff(2020))) < 358.0, "the last year was the record");
    let published = [("sygeplejerske", 19.0), ("sosu_assistent", 38.0), ("jordemoder", 89.0)];
    for (code, growth) in published {
        close(percent_more(fte(of(&now, &[code])), fte(of(&then, &[code]))), growth, 0.15);
    }
    assert!(fte(of(&now, &["sygeplejerske"])) > 2000.0);
    assert!((2023..=2025).all(|year| fte(no_doctors(&staff(year))) > 5198.0));
    assert!(of(&now, &["ansat_laege"]).is_empty());
}

#[test]
fn there_is_more_staff_for_each_doctor_where_doctors_are_missing() {
    let (then, now) = (staff(2018), staff(2022));
    let [there, elsewhere] = capacities(country(), SEED, 2022).map(|capacities| capacities as f64 / 100.0);
    let areas = |rows: &[StaffRow], year: i16, health_only: bool| {
        let counted = no_doctors(rows).into_iter().filter(|row| !health_only || PROFESSIONS[row.profession].is_health);
        let (there, elsewhere): (Vec<_>, Vec<_>) = counted.partition(|row| is_underserved(&row.place, year));
        [fte(there), fte(elsewhere)]
    };
    let health = areas(&now, 2022, true);
    close(health[0] / there * 10.0, 11.7, 0.05);
    close(health[1] / elsewhere * 10.0, 10.2, 0.1);
    let (all_then, all_now) = (areas(&then, 2018, false), areas(&now, 2022, false));
    close(percent_more(all_now[0], all_then[0]), 13.0, 0.1);
    close(percent_more(all_now[1], all_then[1]), 22.0, 0.1);
    // On the fixed list, which the areas were not steered by.
    let fixed = areas(&now, 2020, false);
    close(percent_more(fixed[0], all_then[0]), 13.0, 3.0);
}

#[test]
fn in_2015_there_was_nine_tenths_of_a_person_for_each_doctor() {
    let rows = staff(2015);
    let capacities: u64 = capacities(country(), SEED, 2015).iter().sum();
    close(persons(no_doctors(&rows)) as f64 / (capacities as f64 / 100.0), 0.9, 0.01);
}

#[test]
fn an_answer_has_a_profession_once_and_spellings_are_in_the_list() {
    let aliases = include_str!("../../../../pipelines/reference/faggruppe_alias.csv");
    let known: BTreeSet<(&str, &str)> = aliases
        .lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split(';');
            (cells.next().unwrap(), cells.next().unwrap())
        })
        .collect();
    for year in 2014..=2025 {
        let mut seen = BTreeSet::new();
        for row in staff(year) {
            assert!(row.persons >= 1 && row.fte >= 1 && row.fte <= row.persons * 100);
            assert!(seen.insert((row.answer, row.profession)));
            assert!(known.contains(&(row.spelling, PROFESSIONS[row.profession].code)), "{}", row.spelling);
        }
    }
}

#[test]
fn the_fixed_list_is_that_of_its_agreement() {
    assert!(LIST_2018.iter().all(|code| (2018..=2020).all(|year| is_underserved(code, year))));
    let known: BTreeSet<String> = places().list.into_iter().map(|place| place.code).collect();
    assert!(LIST_2018.iter().all(|code| known.contains(*code)));
}

#[test]
fn the_workbooks_are_small_and_the_same_every_time() {
    let size = |year: i16| {
        let folder = tempfile::tempdir().unwrap();
        let target = Folder::new(folder.path(), None);
        write(country(), SEED, year, &target).unwrap();
        let written = target.into_written().unwrap().0.remove(0);
        let file = folder.path().join(&written.path);
        (written.sha256, std::fs::metadata(file).unwrap().len())
    };
    assert_eq!(size(2022), size(2022));
    let sizes: Vec<u64> = (2014..=2025).map(|year| size(year).1).collect();
    assert!(sizes.iter().sum::<u64>() < 1_050_000, "{sizes:?}");
}
