//! A correction to one year's extract redoes that year and nothing else, and `plan` says so beforehand.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::small::Small;
use crate::support::{Project, text};

fn to_run(project: &Project) -> Vec<(String, String, String)> {
    let rows = project.rows(&["plan"]);
    rows.iter()
        .filter(|row| text(row, "action") == "run")
        .map(|row| {
            let of = |column| text(row, column).to_owned();
            (of("what"), of("years"), of("why"))
        })
        .collect()
}

/// The files of the store, but for the digests of extracts: what was just copied is digested again until it is some seconds
/// old, and then remembered.
fn files(project: &Project) -> BTreeSet<std::path::PathBuf> {
    project.files("data").into_iter().filter(|file| !file.starts_with("remembered")).collect()
}

#[test]
fn unchanged_inputs_are_up_to_date_and_nothing_is_written() {
    let project = Project::published(2018, 2018);
    let before = files(&project);
    let rows = project.rows(&["run"]);
    assert_eq!(text(&rows[0], "result"), "up to date: version 1");
    assert_eq!(files(&project), before);
    assert_eq!(to_run(&project), []);
}

#[test]
fn a_corrected_extract_touches_its_year_and_makes_version_two() {
    let project = Project::published(2022, 2024);
    let derived = |project: &Project, model: &str| project.files(&format!("data/derived/{model}")).len();
    let before = derived(&project, "active_practice");
    // One practice in 2023 turns out to have been closed.
    project.edit_zstd("testdata/yder_status/yder_status_20230418.csv.zst", |text| text.replacen(";A;", ";L;", 1));

    let planned = to_run(&project);
    let pulled = ("yder_status".to_owned(), "2023".to_owned(), "changed extract".to_owned());
    assert_eq!(planned[0], pulled);
    let models: Vec<_> = planned.iter().filter(|(what, ..)| what == "active_practice").collect();
    assert_eq!(models, [&("active_practice".to_owned(), "2023".to_owned(), "changed yder_status".to_owned())]);
    // Each year's counts read the indicators that compare years.
    let touched = planned.iter().filter(|(what, ..)| what != "indicator_count");
    assert!(touched.into_iter().all(|(_, years, _)| years.is_empty() || years == "2023"), "{planned:?}");
    assert!(!planned.iter().any(|(what, ..)| what == "befolkning_75plus_pct"), "{planned:?}");

    project.succeeds(&["run"]);
    assert_eq!(derived(&project, "active_practice"), before + 2, "one artefact more: a table and its record");
    assert_eq!(project.rows(&["versions"]).len(), 2);
    let open = |version: &str| {
        let query = "SELECT year, numerator FROM indicator_value
                     WHERE indicator_id = 'u1_aabne_praksis_pct' AND geo_code = 'DK' AND breakdown_dim = 'all'
                     ORDER BY year";
        let rows = project.rows(&["sql", query, "--version", version]);
        rows.iter().map(|row| row["numerator"].as_f64().unwrap()).collect::<Vec<_>>()
    };
    let (first, second) = (open("1"), open("2"));
    assert_eq!((first[0], first[1] - 1.0, first[2]), (second[0], second[1], second[2]));
}

#[test]
fn a_comment_in_sql_runs_nothing_and_a_changed_query_runs_what_reads_it() {
    let project = Project::published(2022, 2024);
    let model = "sql/almen_praksis/indicators/u4_solopraksis_pct.sql";
    project.edit(model, |text| format!("{text}\n-- Said once more.\n"));
    assert_eq!(to_run(&project), []);
    project.edit(model, |text| text.replace("COUNT(is_solo) AS missing", "COUNT(is_solo) + 0 AS missing"));
    let planned = to_run(&project);
    let (what, years, why) = &planned[0];
    assert_eq!((what.as_str(), years.as_str(), why.as_str()), ("u4_solopraksis_pct", "2022-2024", "changed SQL"));
    assert!(planned.iter().any(|(what, ..)| what == "indicator_value"));
    assert!(!planned.iter().any(|(what, ..)| what == "active_practice"));
}

#[test]
fn a_changed_contract_stages_its_source_anew_but_its_prose_does_not() {
    let project = Project::published(2018, 2018);
    let contract = "pipelines/sources/yder_status.toml";
    project.edit(contract, |text| text.replace("Number of listed patients", "Listed patients"));
    assert_eq!(to_run(&project), []);
    project.edit(contract, |text| text.replace("max = \"40\"", "max = \"41\""));
    let (what, _, why) = &to_run(&project)[0];
    assert_eq!((what.as_str(), why.as_str()), ("yder_status", "changed contract"));
}

#[test]
fn stages_run_alone_and_ask_for_the_one_before() {
    let Small(project) = Small::practices("closed");
    let told = project.maaltal(&["derive"]);
    assert_eq!(told.code, 4);
    assert!(told.stderr.contains("maaltal pull"), "{}", told.stderr);
    project.succeeds(&["pull"]);
    let told = project.maaltal(&["publish"]);
    assert_eq!(told.code, 4);
    assert!(told.stderr.contains("maaltal derive"), "{}", told.stderr);
    project.succeeds(&["derive"]);
    project.succeeds(&["publish"]);
    assert_eq!(project.rows(&["versions"]).len(), 1);
}

#[test]
fn a_newer_delivery_of_a_year_replaces_the_older() {
    let project = Project::published(2018, 2018);
    let (older, newer) = ("yder_status/yder_status_20180418.csv", "yder_status/yder_status_20180901.csv");
    fs::copy(project.path("testdata").join(older), project.path("testdata").join(newer)).unwrap();
    project.edit(&format!("testdata/{newer}"), |csv| csv.replacen(";2,00;", ";3,00;", 1));
    project.succeeds(&["run"]);
    let rows = project.sql(
        "SELECT DISTINCT file, CAST(extract_date AS VARCHAR) AS day FROM source_quality WHERE source = 'yder_status'",
    );
    assert_eq!(rows, [serde_json::json!({"file": "yder_status/yder_status_20180901.csv", "day": "2018-09-01"})]);
}

#[test]
fn latest_json_is_mended_when_it_was_lost() {
    let Small(project) = Small::published();
    let latest = project.path("data/published/small/latest.json");
    let before = fs::read(&latest).unwrap();
    fs::remove_file(&latest).unwrap();
    project.succeeds(&["run"]);
    assert_eq!(fs::read(&latest).unwrap(), before);
    let hint: Value = serde_json::from_slice(&before).unwrap();
    assert_eq!(hint["version"], 1);
}
