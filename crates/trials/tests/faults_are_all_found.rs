//! What is broken on purpose is found, row for row, and nothing besides.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::support::{Project, repository, text};

/// A fault, or a rejected row: file, table, row, column and rule.
type Told = (String, String, i64, String, String);

/// Rules of tables that `contracts_are_kept` breaks by hand: a file of some fifty rows can hold one fault or none, and of
/// two rules that a row breaks the first is told.
const BROKEN_BY_HAND: [(&str, &str); 5] = [
    ("akkreditering_65plus", "taken_back_after_exempted"),
    ("alternativ_drift", "ends_after_start"),
    ("kronikere", "plans_within_patients"),
    ("kursus_personale", "completed_within_participants"),
    ("regnskab", "used_before_accounted"),
];

/// What has to be broken, and found, in every format that is written, by the ends of its files.
const BY_FORMAT: [(&str, &[&str]); 5] = [
    (
        "csv",
        &["required", "type", "pattern", "values", "range", "code_list", "reference", "duplicate_key", "column_count"],
    ),
    ("txt", &["required", "type", "pattern", "values", "reference", "duplicate_key", "column_count", "record_type"]),
    ("xml", &["required", "type", "pattern", "values", "duplicate_key", "period", "overlapping_validity"]),
    ("xlsx", &["required", "type", "pattern", "values", "range", "code_list", "duplicate_key"]),
    (
        "jsonl",
        &["required", "type", "pattern", "values", "range", "code_list", "reference", "duplicate_key", "malformed"],
    ),
];

/// The ways in which a file as a whole can be broken.
const WAYS: [&str; 9] = [
    "control_total",
    "empty",
    "incomplete",
    "missing_column",
    "missing_sheet",
    "other_date",
    "totals",
    "truncated",
    "wrong_encoding",
];

fn counted(rows: impl IntoIterator<Item = Told>) -> BTreeMap<Told, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row).or_default() += 1;
    }
    counts
}

/// The rejected rows of a pull, of the sources that have any.
fn rejected(project: &Project, sources: impl IntoIterator<Item = String>) -> BTreeMap<Told, usize> {
    counted(sources.into_iter().flat_map(|source| {
        let rows = project.rows(&["rejects", "show", &source, "--limit", "1000000"]);
        rows.into_iter().map(|row| {
            let part = |column| text(&row, column).to_owned();
            (part("file"), part("table_name"), row["row"].as_i64().unwrap(), part("column_name"), part("rule"))
        })
    }))
}

/// The list of what was broken: rows, and files as a whole.
fn sown(project: &Project, arguments: &[&str]) -> (BTreeMap<Told, usize>, Vec<Value>) {
    project.synth(&[&["--years", "2019-2020", "--scale", "0.002"], arguments].concat());
    let list = fs::read(project.path("testdata/_faults.json")).unwrap();
    let list: Vec<Value> = serde_json::from_slice(&list).unwrap();
    let (rows, files): (Vec<_>, Vec<_>) = list.into_iter().partition(|fault| fault["row"].is_i64());
    let rows = counted(rows.iter().map(|fault| {
        let part = |column| text(fault, column).to_owned();
        (part("file"), part("table"), fault["row"].as_i64().unwrap(), part("column"), part("rule"))
    }));
    (rows, files)
}

/// The rules across columns that the contracts of extracts have, by table.
fn rules_across_columns() -> Vec<(String, String)> {
    let mut rules = Vec::new();
    for entry in fs::read_dir(repository().join("pipelines/sources")).unwrap() {
        let contract: toml::Table = fs::read_to_string(entry.unwrap().path()).unwrap().parse().unwrap();
        for table in contract["table"].as_array().unwrap() {
            for rule in table.get("rule").and_then(toml::Value::as_array).into_iter().flatten() {
                let name = |of: &toml::Value| of["name"].as_str().unwrap().to_owned();
                rules.push((name(table), name(rule)));
            }
        }
    }
    rules
}

#[test]
fn every_fault_on_the_list_is_found_and_none_besides() {
    let project = Project::of_years(2019, 2020);
    let (listed, files) = sown(&project, &["--faults", "0.02"]);
    assert!(files.is_empty(), "{files:?}");
    let pulled = project.rows(&["pull"]);
    let rejecting = pulled.iter().filter(|source| source["rejected"] != 0);
    let rejected = rejected(&project, rejecting.map(|source| text(source, "source").to_owned()));
    for rule in [
        "required",
        "type",
        "pattern",
        "values",
        "range",
        "code_list",
        "reference",
        "column_count",
        "record_type",
        "malformed",
        "duplicate_key",
        "period",
        "overlapping_validity",
    ] {
        assert!(listed.keys().any(|fault| fault.4 == rule), "no fault breaks the rule {rule}");
    }
    for (end, rules) in BY_FORMAT {
        for rule in rules {
            let is = |file: &str| file.contains(&format!(".{end}"));
            assert!(listed.keys().any(|fault| is(&fault.0) && fault.4 == *rule), "no fault breaks {rule} in a .{end}");
        }
    }
    for (table, rule) in rules_across_columns() {
        if !BROKEN_BY_HAND.contains(&(table.as_str(), rule.as_str())) {
            assert!(
                listed.keys().any(|fault| fault.1 == table && fault.4 == rule),
                "no fault breaks {rule} of {table}"
            );
        }
    }
    let missed: Vec<_> = listed.iter().filter(|(fault, count)| rejected.get(*fault) != Some(*count)).collect();
    let besides: Vec<_> = rejected.iter().filter(|(row, _)| !listed.contains_key(*row)).collect();
    assert!(missed.is_empty() && besides.is_empty(), "missed {missed:?}, besides {besides:?}");
}

#[test]
fn whatever_the_seed_a_file_is_broken_in_every_way() {
    let project = Project::of_years(2019, 2019);
    for seed in 1..=16 {
        let seed = seed.to_string();
        project.synth(&["--years", "2019-2019", "--scale", "0.000001", "--seed", &seed, "--broken-files"]);
        let list = fs::read(project.path("testdata/_faults.json")).unwrap();
        let list: Vec<Value> = serde_json::from_slice(&list).unwrap();
        let mut ways: Vec<&str> = list.iter().map(|fault| text(fault, "rule")).collect();
        ways.sort_unstable();
        assert_eq!(ways, WAYS, "seed {seed}");
    }
    // A list of what is not broken any more would mislead.
    project.synth(&["--years", "2019-2019", "--scale", "0.000001"]);
    assert!(!project.path("testdata/_faults.json").exists());
}

#[test]
fn every_broken_file_is_refused_for_what_is_wrong_with_it_and_no_other() {
    let project = Project::of_years(2019, 2020);
    let (rows, files) = sown(&project, &["--broken-files"]);
    assert!(rows.is_empty(), "{rows:?}");
    let told = project.maaltal(&["pull"]);
    assert_eq!(told.code, 5, "{}", told.stderr);
    // One error an extract, each with its file in the line below.
    let errors: Vec<&str> = told.stderr.split("error: ").skip(1).collect();
    assert_eq!((errors.len(), files.len()), (9, 9), "{files:?} {}", told.stderr);
    for file in &files {
        let name = format!("file {}", text(file, "file"));
        let Some(error) = errors.iter().find(|error| error.contains(&name)) else {
            panic!("{file} is not refused: {}", told.stderr)
        };
        let column = format!("the column `{}` is missing", text(file, "column"));
        let said = match text(file, "rule") {
            "truncated" => "the extract is cut off",
            "control_total" => "the control total does not match",
            "other_date" => "where its file's name says",
            "missing_column" => &column,
            "missing_sheet" => "the sheet `",
            "wrong_encoding" => "the extract is not utf-8",
            "totals" => "total rows are not the sum of their parts",
            "incomplete" => "the extract is incomplete",
            "empty" => "the extract has no rows",
            other => panic!("{other} is no way that a file is broken"),
        };
        assert!(error.contains(said), "{file}: {error}");
    }
}
