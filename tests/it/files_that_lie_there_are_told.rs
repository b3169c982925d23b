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

/// Names that a delivery comes under where somebody was in a hurry, and what is told of each.
const OTHERS: [(&str, &str); 9] = [
    ("noter/Huskeseddel.docx", "its name fits no source's `files`"),
    (
        "yder/2018/yder_20180601.csv",
        "looks like reg (`yder/yder_{date}.csv`), but it lies in another folder; it is newer than yder/yder_20180418.csv, \
         which is read; rename it to yder/yder_20180601.csv, or add its name to `files` in pipelines/sources/reg.toml",
    ),
    (
        "yder/Yder_20180601.csv",
        "looks like reg (`yder/yder_{date}.csv`), but upper and lower case differ; it is newer than \
         yder/yder_20180418.csv, which is read; rename it to yder/yder_20180601.csv, or add its name to `files` in \
         pipelines/sources/reg.toml",
    ),
    (
        "yder/yder_2018-06-02.csv",
        "looks like reg (`yder/yder_{date}.csv`), but the day is written `2018-06-02`; it is newer than \
         yder/yder_20180418.csv, which is read; rename it to yder/yder_20180602.csv, or add its name to `files` in \
         pipelines/sources/reg.toml",
    ),
    (
        "yder/yder_20180418 (1).csv",
        "looks like reg (`yder/yder_{date}.csv`), but `(1)` is the mark of a copy; yder/yder_20180418.csv is read; a file of \
         that name lies there too: keep the one that holds",
    ),
    (
        "yder/yder_20180603.csv.bz2",
        "looks like reg (`yder/yder_{date}.csv`), but it ends in `.bz2`; it is newer than yder/yder_20180418.csv, which is \
         read; rename it to yder/yder_20180603.csv, or add its name to `files` in pipelines/sources/reg.toml",
    ),
    (
        "yder/yder_20180604_v2.csv",
        "looks like reg (`yder/yder_{date}.csv`), but `v2` is the mark of a copy; it is newer than yder/yder_20180418.csv, \
         which is read; rename it to yder/yder_20180604.csv, or add its name to `files` in pipelines/sources/reg.toml",
    ),
    (
        "yder/yder_20180631.csv",
        "looks like reg (`yder/yder_{date}.csv`), but `20180631` is no day of the calendar; ask the provider for its day",
    ),
    (
        "yder/yder_20200601 - Kopi.csv",
        "looks like reg (`yder/yder_{date}.csv`), but `Kopi` is the mark of a copy; rename it to yder/yder_20200601.csv, or \
         add its name to `files` in pipelines/sources/reg.toml",
    ),
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
    for (file, _) in OTHERS {
        small.extract(file, "nr\n2\n");
    }
    let rows = small.0.rows(&["plan"]);
    let left = rows.iter().filter(|row| text(row, "action") == "leave");
    let left: Vec<_> = left.map(|row| (text(row, "what"), text(row, "why"))).collect();
    assert_eq!(left, OTHERS);
    for command in ["plan", "pull", "sources"] {
        let told = small.0.succeeds(&[command]).stderr;
        assert!(OTHERS.iter().all(|(file, why)| told.contains(&format!("{file}: {why}"))), "{command}: {told}");
    }
    let sources = small.0.rows(&["sources"]);
    let listed = text(&sources[0], "not read");
    assert!(OTHERS[1..].iter().all(|(file, _)| listed.contains(file)), "{listed}");
}

#[test]
fn a_year_that_is_not_derived_is_told() {
    let small = small();
    small.extract("yder/yder_20200418.csv", "nr\n1\n");
    let why = "reg of 2020, which is not among the pipeline's years";
    for command in ["plan", "pull", "sources"] {
        let told = small.0.succeeds(&[command]).stderr;
        assert!(told.contains(&format!("yder/yder_20200418.csv: {why}")), "{command}: {told}");
    }
    let plan = small.0.rows(&["plan"]);
    assert!(
        plan.iter().any(|row| text(row, "what") == "yder/yder_20200418.csv" && text(row, "why") == why),
        "{plan:?}"
    );
    assert_eq!(text(&small.0.rows(&["sources"])[0], "not read"), "yder/yder_20200418.csv");
}

#[test]
fn what_lies_there_is_told_where_an_extract_is_missing() {
    let small = small();
    let (named, renamed) = ("extracts/yder/yder_20190418.csv", "extracts/yder/Yder_20190418.csv");
    std::fs::rename(small.0.path(named), small.0.path(renamed)).unwrap();
    let told = small.0.maaltal(&["pull"]).stderr;
    assert!(told.contains("yder/Yder_20190418.csv: looks like reg"), "{told}");
    assert!(told.contains("nothing else of 2019 is there; rename it to yder/yder_20190418.csv"), "{told}");
}

#[test]
fn a_name_whose_words_are_alike_names_the_source_that_it_may_be_of() {
    let small = Small::new(&[("reg", &CONTRACT.replace("yder_{date}", "praksisstatus_{date}"))]);
    for year in ["2018", "2019"] {
        small.extract(&format!("yder/praksisstatus_{year}0418.csv"), "nr\n1\n");
    }
    small.extract("yder/praksis_stat_2018.csv", "nr\n1\n").extract("yder/laeger_2018.csv", "nr\n1\n");
    let told = small.0.succeeds(&["pull"]).stderr;
    let said = "praksis_stat_2018.csv: looks like reg (`yder/praksisstatus_{date}.csv`), but its words differ; if it is one \
                of them, rename it, or add its name to `files` in pipelines/sources/reg.toml";
    assert!(told.contains(said), "{told}");
    assert!(told.contains("laeger_2018.csv: its name fits no source's `files`"), "{told}");
}

#[test]
fn a_mark_before_the_name_of_an_extract_does_not_hide_it_as_those_of_tools_are() {
    let small = small();
    small
        .extract("yder/_SUCCESS", "")
        .extract("yder/.yder_20180605.csv.swp", "")
        .extract("yder/_yder_20180605.csv", "nr\n2\n");
    let told = small.0.succeeds(&["pull"]).stderr;
    assert!(told.contains("yder/_yder_20180605.csv: looks like reg (`yder/yder_{date}.csv`), but "), "{told}");
    assert!(!told.contains("SUCCESS") && !told.contains("swp"), "{told}");
}

#[test]
fn a_year_that_only_a_near_name_would_serve_is_told() {
    let small = small();
    let (named, renamed) = ("extracts/yder/yder_20190418.csv", "extracts/yder/yder_20190418.CSV.part");
    std::fs::rename(small.0.path(named), small.0.path(renamed)).unwrap();
    let told = small.0.maaltal(&["plan"]).stderr;
    assert!(told.contains("it ends in `.part`; nothing else of 2019 is there; rename it to"), "{told}");
}

#[test]
fn a_number_of_a_person_in_a_name_is_told_by_no_message() {
    let small = small();
    let number = crate::support::small::NOBODY;
    small.extract(&format!("yder/yder_20180601 kopi {number}.csv"), "nr\n1\n");
    small.extract(&format!("{number}/yder_20180601.csv"), "nr\n1\n");
    for command in ["plan", "pull", "sources"] {
        let told = small.0.succeeds(&[command]);
        assert!(!told.stderr.contains(number) && !told.stdout.contains(number), "{}{}", told.stderr, told.stdout);
    }
}
