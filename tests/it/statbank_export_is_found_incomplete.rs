//! A real StatBank export, where one is at hand: it lacks age 38 and all above 100, and the pull finds out.

use std::fs;
use std::path::PathBuf;

use crate::support::{Project, repository};

/// The export is Statistics Denmark's and too large to be kept here.
fn export() -> Option<PathBuf> {
    Some(repository().join("../shared/data/folk1a_2008_2020.csv")).filter(|file| file.exists())
}

#[test]
fn the_ages_that_an_export_lacks_are_named() {
    let project = Project::staged(2018, 2018);
    let name = "testdata/statbank/FOLK1A.csv";
    match export() {
        Some(file) => drop(fs::copy(file, project.path(name)).unwrap()),
        // The same gaps in a few rows of the same shape.
        None => {
            let mut rows = "OMRÅDE;KØN;ALDER;TID;INDHOLD\n".to_owned();
            for (sex, age) in [1, 2].into_iter().flat_map(|sex| (0..=100).map(move |age| (sex, age))) {
                if age != 38 {
                    rows.push_str(&format!("147;{sex};{age};2018K1;{}\n", 500 - age));
                }
            }
            fs::write(project.path(name), rows).unwrap();
        }
    }
    project.edit("pipelines/sources/befolkning.toml", |toml| {
        let of_all_years = toml.replace("FOLK1A_{year}K1.csv", "FOLK1A.csv").replace("every = \"year\"\n", "");
        of_all_years.replace("values = [\"{year}K1\"]", "pattern = \"[0-9]{4}K1\"")
    });
    let told = project.maaltal(&["pull"]);
    assert_eq!(told.code, 5, "{}", told.stderr);
    assert!(told.stderr.contains("incomplete: ALDER 38, 101-125; OMRÅDE 101, 151, 153"), "{}", told.stderr);
}
