//! What the extracts promise, read back from their bytes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::sync::OnceLock;

use super::cpr::passes_modulus_11;
use maaltal_definition::hex;
use sha2::{Digest as _, Sha256};

use super::country::{calibration, places};
use super::extracts::{population, yder_status, yderregister};
use super::*;
use crate::country::places::WEIGHTS;

/// The table of solo practices in "En læge tæt på dig": regions 1081 to 1085, then the country.
const SOLO_PERCENT: [(i16, [&str; 6]); 5] = [
    (2014, ["49.7", "46.3", "42.0", "66.8", "55.1", "54.5"]),
    (2015, ["49.4", "43.3", "41.7", "66.4", "56.2", "53.9"]),
    (2016, ["46.2", "41.8", "40.4", "64.0", "54.5", "51.9"]),
    (2017, ["47.4", "40.9", "37.8", "61.6", "53.5", "50.2"]),
    (2018, ["44.1", "40.3", "36.8", "60.6", "50.2", "48.7"]),
];

fn municipalities() -> Vec<Municipality> {
    let region = |code: &str| match code.parse::<u32>().unwrap() {
        253 | 259 | 265 | 269 | 306..=390 => "1085",
        101..=400 => "1084",
        615 | 657..=766 | 779 | 791 => "1082",
        410..=630 => "1083",
        _ => "1081",
    };
    let whole = |&(code, ..): &(&str, u64, places::Profile)| Municipality {
        code: code.to_owned(),
        name: format!("Kommune {code}"),
        region: region(code).to_owned(),
    };
    WEIGHTS.iter().map(whole).collect()
}

/// The extracts of the practices and of the population, by path.
fn extracts(seed: u64, first_year: i16, last_year: i16) -> BTreeMap<String, Vec<u8>> {
    let out = tempfile::tempdir().unwrap();
    let places = Places::new(&municipalities()).unwrap();
    let country = Country::simulate(seed, &places);
    let folder = Folder::new(out.path(), None);
    for year in first_year..=last_year {
        yderregister::write(&country, year, seed, &folder).unwrap();
        yder_status::write(&country, year, seed, &folder).unwrap();
        population::write(&places, year, &folder).unwrap();
    }
    let (written, _) = folder.into_written().unwrap();
    let read = |path: &Path| std::fs::read(out.path().join(path)).unwrap();
    written.iter().map(|file| (file.path.to_string_lossy().into_owned(), read(&file.path))).collect()
}

/// The years of the table once for all tests, as text, by path without what it is packed with.
fn text(path: &str) -> &'static str {
    static TEXTS: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    let texts = TEXTS.get_or_init(|| {
        let decode = |(path, bytes): (String, Vec<u8>)| {
            let (mut name, packing) = path.rsplit_once('.').unwrap();
            let mut plain = Vec::new();
            match packing {
                "gz" => drop(flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut plain).unwrap()),
                "zst" => plain = zstd::decode_all(&bytes[..]).unwrap(),
                _ => (name, plain) = (&path, bytes),
            }
            // UTF-8, or else in one byte a letter.
            let text = String::from_utf8(plain)
                .unwrap_or_else(|error| encoding_rs::WINDOWS_1252.decode(error.as_bytes()).0.into_owned());
            (name.to_owned(), text)
        };
        extracts(7, 2014, 2018).into_iter().map(decode).collect()
    });
    &texts[path]
}

fn status_lines(year: i16) -> Vec<Vec<&'static str>> {
    let lines = text(&format!("yder_status/yder_status_{year}0418.csv")).split_terminator("\r\n");
    lines.map(|line| line.split(';').collect()).collect()
}

/// The good rows that hold on 1 January. Of the bad ones, some lack a column or a proper number, some
/// have a number in 99, one repeats another row; the overlapping ones begin later.
fn status_on_new_year(year: i16) -> Vec<Vec<&'static str>> {
    let day = format!("{year}0101");
    let sortable = |date: &str| format!("{}{}{}", &date[6..], &date[3..5], &date[..2]);
    let mut keys = BTreeSet::new();
    let lines = status_lines(year).into_iter().skip(1);
    lines
        .filter(|row| row.len() == 10 && row[0].len() == 6 && !row[0].starts_with("99"))
        .filter(|row| sortable(row[2]) <= day && (row[3].is_empty() || sortable(row[3]) > day))
        .filter(|row| keys.insert((row[0], row[1])))
        .collect()
}

fn elements(year: i16) -> Vec<&'static str> {
    text(&format!("yderregister/S1040025_{year}0418.xml")).lines().map(str::trim_start).collect()
}

fn attribute<'a>(element: &'a str, name: &str) -> &'a str {
    let start = element.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
    let rest = &element[start..];
    rest[..rest.find('"').unwrap()].trim_end()
}

fn region_of(code: &str) -> String {
    municipalities().into_iter().find(|municipality| municipality.code == code).unwrap().region
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let (one, two, other) = (extracts(1, 2016, 2016), extracts(1, 2016, 2016), extracts(2, 2016, 2016));
    let bytes = |files: &BTreeMap<String, Vec<u8>>| -> Vec<Vec<u8>> { files.values().cloned().collect() };
    assert_eq!(bytes(&one), bytes(&two));
    assert_ne!(bytes(&one), bytes(&other));
}

#[test]
fn a_years_extract_does_not_depend_on_the_other_years_asked_for() {
    let (alone, among) = (extracts(1, 2016, 2016), extracts(1, 2015, 2016));
    for (path, bytes) in alone {
        assert_eq!(bytes, among[&path], "{path}");
    }
}

#[test]
fn the_thirty_published_cells_come_out() {
    for (year, cells) in SOLO_PERCENT {
        let rows = status_on_new_year(year);
        for (index, cell) in cells.iter().enumerate() {
            let inside: Vec<&Vec<&str>> =
                rows.iter().filter(|row| index == 5 || region_of(row[4]) == calibration::REGIONS[index].code).collect();
            let solo = inside.iter().filter(|row| row[5] == "SOLO").count();
            assert_eq!(solo, inside.iter().filter(|row| row[7] == "1,00").count());
            let permille = (solo * 10_000 / inside.len() + 5) / 10;
            assert_eq!(format!("{}.{}", permille / 10, permille % 10), *cell, "{year} column {index}");
        }
    }
}

#[test]
fn thirty_percent_are_open_in_2018() {
    let rows = status_on_new_year(2018);
    assert_eq!(rows.len(), 1841);
    assert_eq!(rows.iter().filter(|row| row[8] == "A").count(), 553);
    assert!(rows.iter().all(|row| matches!(row[8], "A" | "L" | "D")));
    assert!(rows.iter().all(|row| row[4] != places::WITHOUT_PRACTICE));
}

#[test]
fn the_trailers_count_the_rows() {
    for year in 2014..=2018 {
        let lines = status_lines(year);
        assert_eq!(lines.last().unwrap(), &["SLUT", &(lines.len() - 2).to_string()]);

        let elements = elements(year);
        let rows = elements.iter().filter(|line| line.starts_with("<Yder ") || line.starts_with("<Person ")).count();
        let end = elements.iter().find(|line| line.starts_with("<Slut")).unwrap();
        assert_eq!(*end, format!("<Slut AntPost=\"{rows:08}\"/>"));
    }
}

#[test]
fn the_population_adds_up() {
    let mut cells: BTreeMap<(&str, &str, &str), i64> = BTreeMap::new();
    for line in text("statbank/FOLK1A_2017K1.csv").split_terminator("\r\n").skip(1) {
        let row: Vec<&str> = line.split(';').collect();
        cells.insert((row[0], row[1], row[2]), row[4].parse().unwrap());
    }
    assert_eq!(cells.len(), 105 * 3 * 127);
    let mut sums: BTreeMap<(&str, &str, &str), i64> = BTreeMap::new();
    for (&(area, sex, age), &count) in &cells {
        let is_small = area != "000" && !area.starts_with("08");
        if sex == "TOT" || age == "IALT" || !is_small {
            continue;
        }
        let region = calibration::REGIONS.iter().find(|region| area != "411" && region_of(area) == region.code);
        for area in [Some(area), region.map(|region| region.statbank_code), Some("000")].into_iter().flatten() {
            for (sex, age) in [(sex, age), ("TOT", age), (sex, "IALT"), ("TOT", "IALT")] {
                *sums.entry((area, sex, age)).or_default() += count;
            }
        }
    }
    assert_eq!(cells, sums);
    assert_eq!(cells[&("082", "TOT", "IALT")], 1_304_253);
}

#[test]
fn eight_percent_are_75_or_older_in_2018() {
    let mut sum = [0u64; 2];
    for line in text("statbank/FOLK1A_2018K1.csv").lines().filter(|line| line.starts_with("000;TOT;")) {
        let row: Vec<&str> = line.trim_end().split(';').collect();
        let count: u64 = row[4].parse().unwrap();
        match row[2].parse::<u32>() {
            Ok(age) if age >= 75 => sum[0] += count,
            Ok(_) => {}
            Err(_) => sum[1] = count,
        }
    }
    assert_eq!((sum[0] * 1000 + sum[1] / 2) / sum[1], 80);
}

#[test]
fn no_cpr_number_can_be_a_persons() {
    let mut checked = 0;
    for element in elements(2018).into_iter().filter(|line| line.starts_with("<Person ")) {
        let cpr = attribute(element, "CprNr");
        if cpr.len() == 10 && cpr.bytes().all(|byte| byte.is_ascii_digit()) {
            assert!(!passes_modulus_11(cpr), "{cpr}");
            assert!(!cpr.starts_with("0101"), "{cpr}");
            checked += 1;
        }
    }
    assert!(checked > 4000);
}

#[test]
fn numbers_are_handed_on_after_a_rest() {
    let mut uses: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for element in elements(2017).into_iter().filter(|line| line.starts_with("<Yder ")) {
        let period = (attribute(element, "TilgDatoYder"), attribute(element, "AfgDatoYder"));
        uses.entry(attribute(element, "YdernrYder")).or_default().push(period);
    }
    let mut reused = 0;
    for periods in uses.values() {
        for pair in periods.windows(2) {
            assert!(!pair[0].1.is_empty() && pair[0].1 < pair[1].0, "{pair:?}");
            reused += 1;
        }
    }
    assert!(reused > 50, "{reused}");
}

#[test]
fn who_closes_on_new_years_day_is_not_active_that_day() {
    let closing: Vec<&str> = elements(2018)
        .into_iter()
        .filter(|line| line.starts_with("<Yder ") && attribute(line, "AfgDatoYder") == "20180101")
        .map(|line| attribute(line, "YdernrYder"))
        .collect();
    assert!(!closing.is_empty());
    let active: BTreeSet<&str> = status_on_new_year(2018).iter().map(|row| row[0]).collect();
    assert!(closing.iter().all(|number| !active.contains(number)));
    assert!(status_lines(2018).iter().any(|row| closing.contains(&row[0]) && row[3] == "01-01-2018"));
}

#[test]
fn nothing_after_the_extract_is_known() {
    for element in elements(2016) {
        for name in ["TilgDatoYder", "AfgDatoYder", "TilgDatoPerson", "AfgDatoPerson"] {
            let is_bad = element.contains("20181345");
            if element.contains(&format!(" {name}=")) && !is_bad {
                assert!(attribute(element, name) <= "20160418", "{element}");
            }
        }
    }
}

/// Writes a small country.
fn write_small(options: &Options, list: &[Municipality], out: &Path) -> Result<Summary, SynthError> {
    write(options, list, &BTreeMap::new(), &CodeLists::new(), out)
}

#[test]
fn what_cannot_be_written_is_refused() {
    let out = tempfile::tempdir().unwrap();
    let refused = |options: Options, list: &[Municipality]| write_small(&options, list, out.path()).unwrap_err();
    let scale = Scale::parse("0.0001").unwrap();
    let years = Options { seed: 1, first_year: 2013, last_year: 2014, scale, faults: None };
    assert!(matches!(refused(years, &municipalities()), SynthError::Years { first: 2013, last: 2014 }));
    let good = Options { first_year: 2014, ..years };
    assert!(matches!(refused(good, &municipalities()[..20]), SynthError::Region { region: "1081" }));
    let mut unknown = municipalities();
    unknown[0].code = "999".to_owned();
    assert!(matches!(refused(good, &unknown), SynthError::Municipality { .. }));
}

#[test]
fn the_folder_says_that_it_is_synthetic_and_which_files_are_of_a_sample() {
    let out = tempfile::tempdir().unwrap();
    let scale = Scale::parse("0.0001").unwrap();
    let options = Options { seed: 3, first_year: 2025, last_year: 2025, scale, faults: None };
    let summary = write_small(&options, &municipalities(), out.path()).unwrap();
    let mark: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.path().join("_synthetic.json")).unwrap()).unwrap();
    assert_eq!(mark["synthetic"], true);
    assert_eq!(mark["years"], "2025-2025");
    assert_eq!(mark["sample"], 100);
    assert!(mark["sampled"].as_array().unwrap().iter().any(|path| path.as_str().unwrap().starts_with("sssy/")));
    assert!(!mark["sampled"].as_array().unwrap().iter().any(|path| path.as_str().unwrap().starts_with("yder")));
    assert_eq!(summary.files.len(), 1 + mark["files"].as_object().unwrap().len());
    for (path, digest) in mark["files"].as_object().unwrap() {
        let bytes = std::fs::read(out.path().join(path)).unwrap();
        assert_eq!(digest, &hex(&Sha256::digest(&bytes)), "{path}");
    }
}
