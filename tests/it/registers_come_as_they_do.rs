//! What the real registers are known to deliver is read as they mean it, and the day and year that a delivery is of is
//! held against its name.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{Project, text};

const POPULATION: &str = "testdata/bef/bef201712.csv.zst";
const CIVIL_REGISTER: &str = "testdata/cpr/L4311_20180418.txt.zst";
const PROVIDERS: &str = "testdata/yderregister/S1040025_20180418.xml.gz";

/// The account of a source.
fn account(project: &Project, source: &str) -> serde_json::Value {
    let pulled = project.rows(&["pull"]);
    pulled.into_iter().find(|row| row["source"] == source).unwrap()
}

#[test]
fn persons_without_a_cpr_number_are_counted_and_a_role_that_nobody_knows_is_none() {
    let project = Project::staged(2018, 2018);
    let before = account(&project, "yderregister");
    project.edit_gzip(PROVIDERS, |xml| {
        let mut persons = xml.split("CprNr=\"");
        let mut edited = persons.next().unwrap().to_owned();
        for (place, person) in persons.enumerate() {
            let number = if place < 300 { "          " } else { &person[..10] };
            edited.push_str(&format!("CprNr=\"{number}{}", &person[10..]));
        }
        edited.replacen("PersonrolleKode=\"42\"", "PersonrolleKode=\"!!\"", 20)
    });
    let after = account(&project, "yderregister");
    assert!(text(&after, "by rule").starts_with("without_cpr 30"), "{after}");
    assert_eq!(after["read"], before["read"]);
    assert!(after["rejected"].as_u64() <= before["rejected"].as_u64(), "{before} {after}");
}

#[test]
fn researchers_numbers_and_a_sex_that_is_not_known_are_taken_in() {
    let project = Project::staged(2018, 2018);
    let number = "000123456789";
    project.edit_zstd(POPULATION, |csv| {
        let (header, rows) = csv.split_once("\r\n").unwrap();
        let sex = header.split(';').position(|name| name.eq_ignore_ascii_case("koen")).unwrap();
        let mut cells: Vec<&str> = rows.split_once("\r\n").unwrap().0.split(';').collect();
        (cells[0], cells[sex]) = (number, "9");
        format!("{header}\r\n{}\r\n{rows}", cells.join(";"))
    });
    let bef = account(&project, "bef");
    assert_eq!((&bef["rejected"], &bef["accepted"]), (&0.into(), &bef["read"]));
    for file in project.files("data") {
        let bytes = fs::read(project.path("data").join(&file)).unwrap();
        assert!(!bytes.windows(number.len()).any(|window| window == number.as_bytes()), "{}", file.display());
    }
}

#[test]
fn a_delivery_of_another_day_or_year_than_its_name_says_is_refused() {
    let project = Project::staged(2018, 2018);
    project.edit_zstd(CIVIL_REGISTER, |text| text.replacen("20180418", "20170418", 1));
    project.edit_zstd(POPULATION, |csv| csv.replace("2017-12-31", "2016-12-31"));
    let told = project.maaltal(&["pull"]);
    assert_eq!(told.code, 5, "{}", told.stderr);
    assert!(
        told.stderr.contains("cpr: the extract says 20170418 where its file's name says 2018-04-18"),
        "{}",
        told.stderr
    );
    assert!(told.stderr.contains("rows of `bef` were rejected"), "{}", told.stderr);
    assert!(
        told.stderr.contains("column `REFERENCETID`") || told.stderr.contains("column `referencetid`"),
        "{}",
        told.stderr
    );
}

#[test]
fn services_of_other_specialties_are_counted_and_need_no_code() {
    let project = Project::staged(2018, 2018);
    let before = account(&project, "sssy");
    project.edit_gzip("testdata/sssy/sssy2018.csv.gz", |csv| csv.replacen(";510110;", ";519999;", 100));
    let after = account(&project, "sssy");
    for measure in ["read", "accepted", "rejected", "control", "by rule"] {
        assert_eq!(before[measure], after[measure], "{measure}");
    }
    assert!(text(&after, "by rule").contains("other_specialty "), "{after}");
}

fn unpacked(file: &Path) -> Vec<u8> {
    let bytes = fs::read(file).unwrap();
    let mut plain = Vec::new();
    match file.extension().unwrap().to_str().unwrap() {
        "gz" => drop(GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).unwrap()),
        "zst" => plain = zstd::decode_all(bytes.as_slice()).unwrap(),
        _ => plain = bytes,
    }
    plain
}

fn packed(bytes: &[u8], kind: &str) -> Vec<u8> {
    match kind {
        ".gz" => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        ".zst" => zstd::encode_all(bytes, 1).unwrap(),
        ".zip" => {
            let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
            archive.start_file("extract", SimpleFileOptions::default()).unwrap();
            archive.write_all(bytes).unwrap();
            archive.finish().unwrap().into_inner()
        }
        _ => bytes.to_vec(),
    }
}

#[test]
fn every_format_is_read_out_of_every_compression() {
    let project = Project::staged(2018, 2018);
    let files = [
        "yderregister/S1040025_20180418.xml",
        "sikrede/S1061023_20180418.txt",
        "klynge/klynge_20180418.csv",
        "personale/PLO_personale_2018.xlsx",
        "drift/alternativ_drift_20180418.jsonl",
    ];
    let accepted = || {
        let rows = project.rows(&["pull"]);
        rows.into_iter().map(|row| (row["source"].clone(), row["accepted"].clone())).collect::<Vec<_>>()
    };
    let before = accepted();
    let folder = project.path("testdata");
    let ends = ["", ".gz", ".zst", ".zip"];
    let named = |file: &str| ends.map(|end| folder.join(format!("{file}{end}"))).into_iter().find(|path| path.exists());
    let plain = files.map(|file| (file, unpacked(&named(file).unwrap())));
    for end in ends {
        for (file, bytes) in &plain {
            fs::remove_file(named(file).unwrap()).unwrap();
            fs::write(folder.join(format!("{file}{end}")), packed(bytes, end)).unwrap();
        }
        assert_eq!(accepted(), before, "{end}");
    }
}
