//! What the services promise, read back from the files.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;
use std::sync::OnceLock;

use jiff::civil::{Date, ISOWeekDate, Weekday, date};

use crate::Country;
use crate::Municipality;
use crate::calendar::{extract_day, january_first, plus_days};
use crate::country::places::Places;
use crate::extracts::sssy::services::Service;
use crate::extracts::sssy::{chronic, write};
use crate::files::Folder;
use crate::people::{Citizen, Group, People, Scale};

const SEED: u64 = 7;
const SMALL: Scale = Scale(2_000);
const LARGE: Scale = Scale(10_000);

fn list(name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pipelines/reference").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split(';').map(str::to_owned).collect()).collect()
}

fn country() -> &'static Country<'static> {
    static COUNTRY: OnceLock<Country<'static>> = OnceLock::new();
    COUNTRY.get_or_init(|| {
        let rows = list("kommune.csv").into_iter().filter(|row| row[3] == "2007-01-01" && !row[2].is_empty());
        let municipalities: Vec<Municipality> = rows
            .map(|row| Municipality { code: row[0].clone(), name: row[1].clone(), region: row[2].clone() })
            .collect();
        let places: &'static Places = Box::leak(Box::new(Places::new(&municipalities).unwrap()));
        Country::simulate(SEED, places)
    })
}

#[derive(Debug)]
struct Row {
    pnr: String,
    ydernr: String,
    code: String,
    services: i64,
    contacts: i64,
    fee: i64,
    week: String,
    group: String,
    day: Option<Date>,
}

impl Row {
    fn of(line: &str) -> Self {
        let cells: Vec<&str> = line.split(';').collect();
        let text = |place: usize| cells[place].to_owned();
        let number = |place: usize| cells[place].parse().unwrap();
        Self {
            pnr: text(0),
            ydernr: text(1),
            code: text(2),
            services: number(3),
            contacts: number(4),
            fee: number(5),
            week: text(6),
            group: text(8),
            day: cells.get(10).map(|day| day.parse().unwrap()),
        }
    }
}

fn text(scale: Scale, year: i16) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let files = Folder::new(folder.path(), None);
    write(&People::new(country(), SEED, scale), country(), SEED, year, &files).unwrap();
    let written = files.into_written().unwrap().0;
    let name = written[0].path.to_string_lossy().into_owned();
    let bytes = std::fs::read(folder.path().join(&name)).unwrap();
    let mut text = String::new();
    match name.rsplit_once('.').unwrap().1 {
        "gz" => drop(flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap()),
        "zst" => text = String::from_utf8(zstd::decode_all(&bytes[..]).unwrap()).unwrap(),
        _ => {
            let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
            archive.by_index(0).unwrap().read_to_string(&mut text).unwrap();
        }
    }
    assert_eq!(written[0].rows as usize, text.lines().count() - 1);
    (name, text)
}

fn rows(scale: Scale, year: i16) -> Vec<Row> {
    text(scale, year).1.lines().skip(1).map(Row::of).collect()
}

fn citizens(scale: Scale) -> Vec<Citizen> {
    let people = People::new(country(), SEED, scale);
    (0..people.count()).map(|number| people.citizen(number)).collect()
}

fn cpr(citizen: &Citizen) -> String {
    String::from_utf8(citizen.cpr.to_vec()).unwrap()
}

fn contacts(rows: &[Row], wanted: impl Fn(&Row) -> bool) -> i64 {
    let rows = rows.iter().filter(|row| row.code.starts_with("80") && row.group != "9");
    rows.filter(|row| wanted(row)).map(|row| row.contacts).sum()
}

fn week(row: &Row) -> [Date; 7] {
    let (year, week) = (2000 + row.week[..2].parse::<i16>().unwrap(), row.week[2..].parse().unwrap());
    let monday = ISOWeekDate::new(year, week, Weekday::Monday).unwrap().date();
    std::array::from_fn(|day| plus_days(monday, day as i64))
}

/// Services per thousand residents of the middle of the year.
fn per_thousand(citizens: &[Citizen], year: i16, services: i64) -> i64 {
    let residents = citizens.iter().filter(|citizen| citizen.lives_on(date(year, 7, 1))).count();
    services * 1000 / residents as i64
}

#[test]
fn contacts_and_emails_are_as_many_as_published() {
    let citizens = citizens(LARGE);
    let mut shares = Vec::new();
    for year in [2014, 2016, 2017] {
        let rows = rows(LARGE, year);
        let (all, emails) = (contacts(&rows, |_| true), contacts(&rows, |row| row.code == "800105"));
        shares.push(emails * 1000 / all);
        // "A little under seven" in 2016; 6.6 million of 5.75 million people in 2017.
        let (all, emails) = (per_thousand(&citizens, year, all), per_thousand(&citizens, year, emails));
        match year {
            2016 => assert!((6_600..7_000).contains(&all), "{all}"),
            2017 => assert!((1_115..1_185).contains(&emails), "{emails}"),
            _ => {}
        }
    }
    assert!(shares.is_sorted(), "{shares:?}");
    let pandemic = rows(SMALL, 2020);
    let emails = contacts(&pandemic, |row| row.code == "800105");
    assert!(emails * 1000 / contacts(&pandemic, |_| true) > shares[2]);
}

#[test]
fn the_old_come_more_often() {
    let citizens: BTreeMap<String, Citizen> =
        citizens(LARGE).into_iter().map(|citizen| (cpr(&citizen), citizen)).collect();
    let rows = rows(LARGE, 2017);
    let day = date(2017, 7, 1);
    let rate = |ages: std::ops::Range<i16>, women: &[bool]| {
        let fits = |citizen: &Citizen| {
            citizen.lives_on(day) && ages.contains(&citizen.age_on(day)) && women.contains(&citizen.female)
        };
        let people = citizens.values().filter(|citizen| fits(citizen)).count() as i64;
        contacts(&rows, |row| fits(&citizens[&row.pnr])) * 1000 / people
    };
    let both = [false, true];
    let rates = [8..18, 18..50, 50..67, 67..80, 80..90].map(|ages| rate(ages, &both));
    assert!(rates.is_sorted(), "{rates:?}");
    assert!(rate(20..40, &[true]) > rate(20..40, &[false]) * 3 / 2);
}

#[test]
fn the_flat_fee_covers_the_published_shares_and_takes_the_place_of_their_contacts() {
    let citizens: Vec<Citizen> = citizens(LARGE);
    for (year, share) in [(2017, 0), (2018, 300), (2019, 500), (2020, 600), (2021, 630)] {
        let rows = rows(LARGE, year);
        let fees = |until: &str| -> BTreeSet<&str> {
            let fees = rows.iter().filter(|row| row.code.starts_with("8099") && row.week.as_str() < until);
            fees.map(|row| row.pnr.as_str()).collect()
        };
        let covered = fees("9999");
        let ill: Vec<String> = citizens
            .iter()
            .filter(|citizen| chronic::onset(&citizen.diseases).is_some_and(|onset| onset < january_first(year)))
            .filter(|citizen| citizen.lives_on(january_first(year)) && citizen.lives_on(date(year, 12, 31)))
            .filter(|citizen| citizen.group == Group::One)
            .map(cpr)
            .collect();
        let on_it = ill.iter().filter(|cpr| covered.contains(cpr.as_str())).count();
        let permille = on_it * 1000 / ill.len();
        assert!(permille.abs_diff(share) <= 25, "{year}: {permille}");
        if year == 2021 {
            let from_january = fees("2106");
            assert!(from_january.len() * 2 > ill.len());
            let paid = contacts(&rows, |row| {
                from_january.contains(row.pnr.as_str())
                    && row.day >= Some(date(2021, 2, 1))
                    && ["800101", "800105", "800201", "800120"].contains(&row.code.as_str())
            });
            assert_eq!(paid, 0);
        }
    }
}

#[test]
fn every_person_lives_and_is_listed_with_the_provider_in_the_week() {
    let citizens: BTreeMap<String, Citizen> =
        citizens(SMALL).into_iter().map(|citizen| (cpr(&citizen), citizen)).collect();
    for year in 2014..=2025 {
        for row in rows(SMALL, year).iter().filter(|row| row.group != "9") {
            let citizen = &citizens[&row.pnr];
            let is_here = |day: &Date| {
                let listed = citizen.listing_on(*day).map(|listing| &country().providers[listing.provider]);
                let listed = listed.is_some_and(|provider| format!("{:06}", provider.number) == row.ydernr);
                let elsewhere = !row.code.starts_with("80") || citizen.group == Group::Two;
                citizen.lives_on(*day) && (listed || elsewhere)
            };
            assert!(week(row).iter().any(is_here), "{row:?}");
            assert!(row.day.is_none_or(|day| citizen.lives_on(day)), "{row:?}");
        }
    }
}

#[test]
fn every_provider_is_in_the_registers_extract_of_the_year_and_every_service_in_the_list() {
    let codes = list("ydelseskode.csv");
    for year in [2014, 2018, 2022, 2025] {
        let providers: BTreeSet<String> = country()
            .providers
            .iter()
            .filter(|provider| provider.opened <= extract_day(year))
            .map(|provider| format!("{:06}", provider.number))
            .collect();
        let first_day = format!("{year}-01-01");
        let valid: BTreeMap<&str, bool> = codes
            .iter()
            .filter(|row| row[5] <= first_day && (row[6].is_empty() || row[6] > first_day))
            .map(|row| (row[0].as_str(), row[4] == "J"))
            .collect();
        for row in rows(SMALL, year) {
            assert!(providers.contains(&row.ydernr), "{row:?}");
            let is_contact = valid.get(row.code.as_str());
            assert!(is_contact.is_some(), "{row:?}");
            let contacts = if is_contact == Some(&true) { row.services } else { 0 };
            assert_eq!(row.contacts, contacts, "{row:?}");
            let service = Service::ALL.into_iter().find(|service| service.code() == row.code).unwrap();
            assert_eq!(row.fee, row.services * i64::from(service.fee(year)));
        }
    }
}

#[test]
fn corrections_late_weeks_and_the_dead_are_there_and_rare() {
    let (mut all, mut taken_back, mut late, mut dead, mut several) = (0, 0, 0, 0, 0);
    for year in 2015..=2018 {
        for row in rows(SMALL, year) {
            all += 1;
            taken_back += u32::from(row.services < 0);
            late += u32::from(row.week[..2] != format!("{}", year - 2000));
            dead += u32::from(row.group == "9");
            several += u32::from(row.services > 1);
        }
    }
    for (rare, permille) in [(taken_back, 8), (late, 4), (dead, 1), (several, 130)] {
        assert!((1..all * permille / 1000).contains(&rare), "{rare} of {all}");
    }
}

#[test]
fn names_of_columns_and_packing_differ_between_years() {
    let header = |year| {
        let (name, text) = text(Scale(100), year);
        (name.rsplit_once('.').unwrap().1.to_owned(), text.lines().next().unwrap().to_owned())
    };
    let old = "pnr;ydernr;speciale;ydlant;kontakt;bruhon;honuge;afrper;sikgrup;barnmak";
    assert_eq!(header(2014), ("zst".to_owned(), old.to_uppercase()));
    assert_eq!(header(2016), ("zip".to_owned(), old.to_owned()));
    assert_eq!(header(2019), ("zst".to_owned(), old.to_owned()));
    assert_eq!(header(2024), ("zst".to_owned(), format!("{old};behandlingsdato")));
}

#[test]
fn the_same_seed_gives_the_same_rows_and_a_larger_sample_holds_the_smaller_one() {
    let (small, again, larger) = (text(Scale(500), 2020).1, text(Scale(500), 2020).1, text(Scale(800), 2020).1);
    assert_eq!(small, again);
    let larger: BTreeSet<&str> = larger.lines().collect();
    assert!(small.lines().all(|line| larger.contains(line)));
}
