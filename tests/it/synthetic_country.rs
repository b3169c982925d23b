//! The synthetic country is the same for the same seed, and another for another.

use std::fs;

use serde_json::json;

use crate::support::Project;

#[test]
fn the_seed_decides_every_byte() {
    let project = Project::with_years(2018, 2018);
    let write = |out: &str, seed: &str| {
        let faults = ["--faults", "0.01", "--broken-files"];
        project
            .succeeds(&[&["synth", "--out", out, "--seed", seed, "--years", "2018-2018"], faults.as_slice()].concat());
        let files = project.files(out);
        assert!(files.len() > 30, "{files:?}");
        files.iter().map(|file| fs::read(project.path(out).join(file)).unwrap()).collect::<Vec<_>>()
    };
    let first = write("one", "7");
    assert!(first == write("two", "7"));
    assert!(first != write("three", "8"));
}

#[test]
fn another_seed_gives_the_published_figures_too() {
    let project = Project::with_years(2018, 2018);
    project.succeeds(&["synth", "--out", "other", "--seed", "4711", "--years", "2018-2018"]);
    project.succeeds(&["run", "--extracts", "other"]);
    let verdicts = project
        .sql("SELECT verdict, COUNT(*) AS n FROM reconciliation WHERE year = 2018 GROUP BY verdict ORDER BY verdict");
    // The three are "over 65" where the plan has 65 and over, too.
    let expected = [
        json!({"verdict": "agrees", "n": 36}),
        json!({"verdict": "differs", "n": 3}),
        json!({"verdict": "not_derivable", "n": 14}),
    ];
    assert_eq!(verdicts, expected);
}

#[test]
fn years_and_shares_that_are_none_are_refused() {
    let project = Project::with_years(2018, 2018);
    for years in ["2018", "2019-2018", "to-fro"] {
        assert_eq!(project.maaltal(&["synth", "--out", "x", "--years", years]).code, 2, "{years}");
    }
    for faults in ["0", "0.0000005", "0.03", "many"] {
        assert_eq!(project.maaltal(&["synth", "--out", "x", "--faults", faults]).code, 2, "{faults}");
    }
}
