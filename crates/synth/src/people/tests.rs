//! What the people promise, and what is written about them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;
use std::sync::OnceLock;

use jiff::civil::date;

use super::*;
use crate::Municipality;
use crate::SynthError;
use crate::country::demography::region_people;
use crate::country::places::{Places, WEIGHTS, WITHOUT_PRACTICE};
use crate::cpr::passes_modulus_11;
use crate::extracts::bef;
use crate::extracts::cpr_register;
use crate::extracts::sikrede;
use crate::files::Folder;

/// Two in a hundred.
const SCALE: Scale = Scale(20_000);

fn municipalities() -> Vec<Municipality> {
    let region = |code: &str| match code.parse::<u32>().unwrap() {
        253 | 259 | 265 | 269 | 306..=390 => "1085",
        101..=400 => "1084",
        615 | 657..=766 | 779 | 791 => "1082",
        410..=630 => "1083",
        _ => "1081",
    };
    let whole = |&(code, ..): &(&str, _, _)| Municipality {
        code: code.to_owned(),
        name: format!("Kommune {code}"),
        region: region(code).to_owned(),
    };
    WEIGHTS.iter().map(whole).collect()
}

fn country() -> &'static Country<'static> {
    static PLACES: OnceLock<Places> = OnceLock::new();
    static COUNTRY: OnceLock<Country<'static>> = OnceLock::new();
    COUNTRY.get_or_init(|| Country::simulate(7, PLACES.get_or_init(|| Places::new(&municipalities()).unwrap())))
}

fn people() -> &'static People<'static> {
    static PEOPLE: OnceLock<People<'static>> = OnceLock::new();
    PEOPLE.get_or_init(|| People::new(country(), 7, SCALE))
}

fn citizens() -> &'static [Citizen] {
    static CITIZENS: OnceLock<Vec<Citizen>> = OnceLock::new();
    CITIZENS.get_or_init(|| people().iter().collect())
}

fn within(value: u64, of: u64, permille: u64) -> bool {
    value.abs_diff(of) * 1000 <= of * permille
}

#[test]
fn a_scale_is_a_decimal_number_up_to_one() {
    let scales = ["0.002", "1", "1.0", "0.000001"].map(Scale::parse);
    assert_eq!(scales, [Some(Scale(2000)), Some(Scale::WHOLE), Some(Scale::WHOLE), Some(Scale(1))]);
    for bad in ["", "0", "0.0", "1.1", ".5", "-1", "1e-3", "0.0000001", "0,5", "+1"] {
        assert_eq!(Scale::parse(bad), None, "{bad}");
    }
}

#[test]
fn a_whole_cohort_lives_where_the_statistic_counts_it() {
    let people = people();
    for (born, sex) in [(1935, 0), (1990, 1), (2016, 0)] {
        let lives: Vec<_> = people.ledger.cohort(born, sex).collect();
        for year in FIRST_YEAR.max(born + 1)..=2025 {
            let mut counts = vec![0; people.areas.len()];
            for life in &lives {
                let arrived = life.arrived.is_none_or(|arrived| arrived < year);
                let here = match life.exit {
                    Some(Exit::Dies(end) | Exit::Leaves(end)) => year <= end,
                    None => true,
                };
                let area = life.moves.iter().rfind(|entry| entry.0 < year).map_or(life.first_area, |entry| entry.1);
                counts[area] += u32::from(arrived && here);
            }
            let expected: Vec<u32> = people.areas.iter().map(|area| area.people(born, sex, year)).collect();
            assert_eq!(counts, expected, "{born} {sex} {year}");
        }
    }
}

#[test]
fn a_sample_has_the_people_of_the_regions_and_the_old() {
    for year in FIRST_YEAR..=2025 {
        let day = january_first(year);
        let mut regions = [0; 5];
        let (mut all, mut old) = (0, 0);
        for citizen in citizens() {
            let Some(home) = citizen.home_on(day) else { continue };
            all += 1;
            old += u64::from(citizen.age_on(day) >= 75);
            if let Some(region) = people().region(home) {
                regions[region] += 1;
            }
        }
        for (region, count) in regions.into_iter().enumerate() {
            let expected = SCALE.of(region_people(region, year));
            assert!(within(count, expected, 15), "{year} {region}: {count}, not {expected}");
        }
        let expected = crate::country::demography::elderly(all, year);
        assert!(within(old, expected, 20), "{year}: {old} of 75 and over, not {expected}");
    }
}

#[test]
fn a_smaller_scales_people_are_among_a_larger_ones() {
    let small = People::new(country(), 7, Scale(500));
    assert!(small.count() * 39 < people().count() && people().count() < small.count() * 41);
    for citizen in small.iter() {
        assert_eq!(format!("{citizen:?}"), format!("{:?}", citizens()[citizen.number as usize]));
    }
    let other = People::new(country(), 8, Scale(500));
    assert!(other.iter().zip(small.iter()).any(|(a, b)| a.cpr != b.cpr));
}

#[test]
fn numbers_are_nobodys_and_nobody_shares_one() {
    let mut seen = country().cprs.clone();
    for citizen in citizens() {
        let cpr = citizen.cpr();
        assert!(!passes_modulus_11(cpr) && !cpr.starts_with("0101"), "{cpr}");
        let born = citizen.born;
        assert!(cpr.starts_with(&format!("{:02}{:02}{:02}", born.day(), born.month(), born.year() % 100)), "{cpr}");
        assert_eq!(citizen.cpr[9] % 2 == 0, citizen.female, "{cpr}");
        assert!(seen.insert(cpr.to_owned()), "{cpr}");
    }
}

#[test]
fn lives_run_forwards() {
    for citizen in citizens() {
        assert!(!citizen.homes.is_empty() && citizen.homes[0].from >= citizen.born);
        assert!(citizen.arrived.is_none_or(|arrived| arrived == citizen.homes[0].from));
        assert!(citizen.homes.windows(2).all(|pair| pair[0].from < pair[1].from && pair[0].place != pair[1].place));
        for end in [citizen.died, citizen.left].into_iter().flatten() {
            assert!(citizen.homes.last().unwrap().from <= end && !citizen.lives_on(end), "{citizen:?}");
        }
        let on_a_list = [citizen.diseases.copd, citizen.diseases.type2];
        assert!(on_a_list.into_iter().flatten().all(|onset| onset > citizen.born));
    }
}

#[test]
fn everybody_is_listed_with_an_active_practice() {
    let (mut listed, mut one, mut near, mut days) = (0, 0, 0, 0);
    for citizen in citizens() {
        assert!(citizen.group == Group::One || citizen.listings.is_empty());
        assert!(citizen.listings.windows(2).all(|pair| pair[0].to.is_some_and(|to| to <= pair[1].from)));
        for listing in &citizen.listings {
            let practice = &country().providers[listing.provider];
            assert!(practice.is_practice() && practice.opened <= listing.from, "{citizen:?}");
            let ends = listing.to.is_none_or(|to| listing.from < to);
            assert!(ends && practice.closed.is_none_or(|closed| listing.to.is_some_and(|to| to <= closed)));
        }
        let day = date(2020, 6, 15);
        let Some(home) = citizen.home_on(day) else { continue };
        days += 1;
        one += u64::from(citizen.group == Group::One);
        if let Some(listing) = citizen.listing_on(day) {
            listed += 1;
            let place = HomePlace::Municipality(country().providers[listing.provider].place_on(day));
            near += u64::from(place == home);
        }
    }
    assert!(within(days - one, days * 5 / 1000, 200), "{one} of {days} in group 1");
    let without = (one - listed) * 10_000 / one;
    assert!((5..60).contains(&without), "{without} of 10,000 without a doctor");
    assert!(near * 100 > listed * 90, "{near} of {listed} near home");
}

#[test]
fn islands_without_a_practice_go_across_the_water() {
    let code_of = |listing: &Listing| {
        let practice = &country().providers[listing.provider];
        country().places.list[practice.place_on(listing.from)].code.as_str()
    };
    for (island, across) in [(WITHOUT_PRACTICE, "813"), (CHRISTIANSOE, "400")] {
        let mut listed = 0;
        for citizen in citizens() {
            for listing in citizen.listings.iter().filter(|listing| listing.from >= january_first(FIRST_YEAR)) {
                let home = citizen.home_on(listing.from).unwrap();
                if people().code(home) == island {
                    assert_eq!(code_of(listing), across, "{island} {listing:?}");
                    listed += 1;
                }
            }
        }
        assert!(listed > 0, "{island}");
    }
}

#[test]
fn the_chronically_ill_are_as_many_as_counted() {
    let day = date(2014, 1, 1);
    let adults: Vec<_> =
        citizens().iter().filter(|citizen| citizen.lives_on(day) && citizen.age_on(day) >= 16).collect();
    let ill = |onset: fn(&Diseases) -> Option<Date>| {
        let count = adults.iter().filter(|citizen| onset(&citizen.diseases).is_some_and(|onset| onset <= day)).count();
        count * 1000 / adults.len()
    };
    let (type2, copd) = (ill(|diseases| diseases.type2), ill(|diseases| diseases.copd));
    assert!((48..58).contains(&type2) && (43..52).contains(&copd), "{type2} {copd}");
}

type Write = fn(&People<'_>, i16, &Folder) -> Result<(), SynthError>;

/// The lines of what is written of a year, decoded.
fn lines(write: Write, path: &str, year: i16) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let few = People::new(country(), 7, Scale(1000));
    write(&few, year, &Folder::new(folder.path(), None)).unwrap();
    let mut bytes = Vec::new();
    let file = std::fs::File::open(folder.path().join(Path::new(path))).unwrap();
    zstd::Decoder::new(file).unwrap().read_to_end(&mut bytes).unwrap();
    let text = if path.starts_with("bef") { String::from_utf8(bytes).unwrap() } else { latin(&bytes) };
    text.split_terminator("\r\n").map(str::to_owned).collect()
}

fn latin(bytes: &[u8]) -> String {
    encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned()
}

fn field(line: &str, from: usize, to: usize) -> String {
    line.chars().skip(from - 1).take(to + 1 - from).collect()
}

#[test]
fn bef_has_the_residents_of_new_years_eve() {
    let few = People::new(country(), 7, Scale(1000));
    for (year, header) in [(2014, "PNR;KOEN;"), (2019, "pnr;koen;")] {
        let lines = lines(bef::write, &format!("bef/bef{}12.csv.zst", year - 1), year);
        assert!(lines[0].starts_with(header));
        let eve = date(year - 1, 12, 31);
        let here: Vec<Citizen> = few.iter().filter(|citizen| citizen.lives_on(eve)).collect();
        assert_eq!(lines.len() - 1, here.len());
        assert!(lines[1..].iter().zip(&here).all(|(line, citizen)| line.starts_with(citizen.cpr())));
        assert!(lines[1..].iter().all(|line| line.split(';').count() == 11));
    }
}

#[test]
fn sikrede_keeps_the_registers_layout() {
    let lines = lines(sikrede::write, "sikrede/S1061023_20190418.txt.zst", 2019);
    assert!(lines[0].starts_with("0020190418") && lines[0].ends_with("F053  S1061023"));
    let rows = &lines[1..lines.len() - 1];
    assert_eq!(lines.last().unwrap(), &format!("99{:08}", rows.len()));
    assert!(rows.iter().all(|line| line.chars().count() == 634 && line.starts_with("10")));

    let numbers: BTreeMap<String, Vec<(Date, Option<Date>)>> =
        country().providers.iter().fold(BTreeMap::new(), |mut numbers, provider| {
            let number = format!("{:06}", provider.number);
            numbers.entry(number).or_default().push((provider.opened, provider.closed));
            numbers
        });
    let mut seen = BTreeSet::new();
    for row in rows {
        let periods = [(63, 69), (13, 19), (102, 108)].map(|(number, from)| {
            let (number, from) = (field(row, number, number + 5), field(row, from, from + 7));
            (number, from)
        });
        for (at, (number, from)) in periods.iter().enumerate().filter(|(_, period)| period.0 != "000000") {
            let from: Date = from.parse().unwrap();
            assert!(numbers[number].iter().any(|(opened, closed)| *opened <= from && closed.is_none_or(|c| from < c)));
            seen.insert(at);
        }
        let days: Vec<&String> = periods.iter().map(|period| &period.1).filter(|day| *day != "00000000").collect();
        assert!(days.windows(2).all(|pair| pair[0] < pair[1]), "{days:?}");
        // The special health card's date of birth, which few have.
        assert_eq!(field(row, 430, 439).trim(), "");
        let sex = field(row, 141, 141);
        assert!(sex == "K" || sex == "M");
    }
    assert_eq!(seen.len(), 3);
}

#[test]
fn the_civil_register_keeps_those_who_died_or_left_in_the_year() {
    let lines = lines(cpr_register::write, "cpr/L4311_20190418.txt.zst", 2019);
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for line in &lines {
        let kind = field(line, 1, 3);
        let kind = if kind == "001" { format!("001 {}", field(line, 24, 25)) } else { kind };
        *kinds.entry(kind).or_default() += 1;
    }
    assert_eq!(lines.last().unwrap(), &format!("9999999999999{:08}", lines.len() - 2));
    assert_eq!(kinds["001 01"], kinds["003"]);
    assert!(["001 80", "001 90", "004", "008"].iter().all(|kind| kinds[*kind] > 3), "{kinds:?}");
    for line in &lines {
        match field(line, 1, 3).as_str() {
            "001" => assert_eq!(line.chars().count(), 106),
            "003" => assert!(field(line, 208, 208) == "0" && line.chars().count() == 249),
            _ => {}
        }
    }
}
