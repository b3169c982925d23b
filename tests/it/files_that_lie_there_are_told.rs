//! A file among the extracts that is not read is told: a delivery under another name must not go unseen.

use crate::support::small::Small;
use crate::support::text;

const CONTRACT: &str = r#"
files = ["yder/yder_{date}.csv"]
every = "year"
sensitivity = "practice"
[format]
kind = "csv"
encoding = "utf-8"
delimiter = ";"
[[table]]
name = "reg"
[[table.column]]
raw = "nr"
name = "nr"
type = "text"
"#;

/// Names that a delivery comes under where somebody was in a hurry.
const OTHERS: [&str; 7] = [
    "yder/2018/yder_20180601.csv",
    "yder/Yder_20180601.csv",
    "yder/yder_2018-06-01.csv",
    "yder/yder_20180601 (1).csv",
    "yder/yder_20180601.csv.bz2",
    "yder/yder_20180601_v2.csv",
    "yder/yder_20180631.csv",
];

fn small() -> Small {
    let small = Small::new(&[("reg", CONTRACT)]);
    for year in ["2018", "2019"] {
        small.extract(&format!("yder/yder_{year}0418.csv"), "nr\n1\n");
    }
    small.extract("_notes.txt", "Nothing to read.");
    small
}

#[test]
fn names_that_fit_no_source_are_warned_of_and_listed_by_the_plan() {
    let small = small();
    assert_eq!(small.0.succeeds(&["pull"]).stderr, "");
    for file in OTHERS {
        small.extract(file, "nr\n2\n");
    }
    let rows = small.0.rows(&["plan"]);
    let left = rows.iter().filter(|row| text(row, "action") == "leave");
    let left: Vec<_> = left.map(|row| (text(row, "what"), text(row, "why"))).collect();
    assert_eq!(left, OTHERS.map(|file| (file, "its name fits no source's `files`")));
    for command in ["plan", "pull", "sources"] {
        let told = small.0.succeeds(&[command]).stderr;
        assert!(OTHERS.iter().all(|file| told.contains(file)), "{command}: {told}");
    }
}

#[test]
fn a_year_that_is_not_derived_is_told() {
    let small = small();
    small.extract("yder/yder_20200418.csv", "nr\n1\n");
    let told = small.0.succeeds(&["pull"]).stderr;
    assert!(told.contains("yder/yder_20200418.csv: reg of 2020, which is not among the pipeline's years"), "{told}");
}

#[test]
fn what_lies_there_is_told_where_an_extract_is_missing() {
    let small = small();
    let (named, renamed) = ("extracts/yder/yder_20190418.csv", "extracts/yder/Yder_20190418.csv");
    std::fs::rename(small.0.path(named), small.0.path(renamed)).unwrap();
    let told = small.0.maaltal(&["pull"]);
    assert_eq!(told.code, 4);
    assert!(told.stderr.contains("yder/Yder_20190418.csv"), "{}", told.stderr);
}
