//! A run that is killed at any moment leaves no partial version, and the next run completes it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::formats_are_read::{column, text_column};
use crate::support::small::Small;
use crate::support::{Project, sha256};

/// What a reader may rely on: every version in the log has all its files, each with the digest in the manifest. Tells how
/// many there are.
fn every_version_is_whole(project: &Project, dataset: &str) -> usize {
    let versions = project.files(&format!("data/published/{dataset}/_versions"));
    let dataset = project.path("data/published").join(dataset);
    let versions: Vec<_> = versions.iter().filter(|file| file.extension().is_some_and(|it| it == "json")).collect();
    for version in &versions {
        let commit = json(&dataset.join("_versions").join(version));
        let folder = dataset.join(commit["folder"].as_str().unwrap());
        let manifest = json(&folder.join("manifest.json"));
        assert_eq!(manifest["key"], commit["key"]);
        for table in manifest["tables"].as_object().unwrap().values() {
            let bytes = fs::read(folder.join(table["file"].as_str().unwrap())).unwrap();
            assert_eq!(table["sha256"], sha256(&bytes));
        }
        json(&folder.join("datapackage.json"));
    }
    versions.len()
}

fn json(file: &Path) -> Value {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

const DATASET: &str = r#"
[[table]]
name = "counted"
title = { da = "Antal", en = "Numbers" }
key = ["year"]
columns = [
    { name = "year", type = "int32", da = "År", en = "Year" },
    { name = "capacities", type = "int64", da = "Kapaciteter", en = "Capacities" },
]
[[table]]
name = "largest"
title = { da = "Størst", en = "Largest" }
key = ["capacities"]
columns = [{ name = "capacities", type = "int64", da = "Kapaciteter", en = "Capacities" }]
"#;

/// A register of six years, counted a year at a time, and published as two tables behind an audit.
fn counted() -> Small {
    let register = format!(
        "files = [\"reg_{{year}}.csv\"]\nevery = \"year\"\nsensitivity = \"practice\"\n[format]\nkind = \"csv\"\n\
         encoding = \"utf-8\"\ndelimiter = \";\"\n[[table]]\nname = \"reg\"\n{}{}",
        text_column("nr"),
        column("antal", "type = \"integer\""),
    );
    let small = Small::new(&[("reg", &register)]);
    small.0.edit("pipelines/small.toml", |toml| toml.replace("from = 2018", "from = 2014"));
    small.0.edit("pipelines/datasets/small.toml", |toml| toml.replace("table = []\n", DATASET));
    for year in 2014..=2019 {
        small.extract(&format!("reg_{year}.csv"), format!("nr;antal\n1;{year}\n2;3\n"));
    }
    for (model, sql) in [
        ("counted", "-- One row is a year.\nSELECT $year AS year, SUM(antal) AS capacities FROM reg"),
        ("largest", "-- One row is the largest year.\nSELECT MAX(capacities) AS capacities FROM counted"),
        (
            "audits/all_have_some",
            "-- One row is a year without.\n-- severity: error\n-- remedy: None.\nSELECT year FROM counted WHERE capacities = 0",
        ),
    ] {
        small.write(&format!("sql/small/{model}.sql"), sql);
    }
    small
}

#[test]
fn a_hundred_kills_leave_no_partial_version_and_the_next_run_completes() {
    let Small(project) = counted();
    // How long an undisturbed run takes, to spread the kills over it.
    let start = Instant::now();
    project.succeeds(&["run", "--store", "undisturbed"]);
    let whole = start.elapsed();
    for kill in 0..100 {
        if kill % 5 == 0 {
            // Start over now and then, so that the early stages are killed too.
            let _ = fs::remove_dir_all(project.path("data"));
        }
        let mut child = project.process(&["run"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(whole.mul_f64(f64::from(kill % 5 * 20 + kill / 5) / 100.0).max(Duration::from_millis(1)));
        // A run that was done before is as good as one that was killed.
        let _ = child.kill();
        child.wait().unwrap();
        assert!(every_version_is_whole(&project, "small") <= 1);
    }
    project.succeeds(&["run"]);
    assert_eq!(every_version_is_whole(&project, "small"), 1);
    // What was stitched together is what an undisturbed run makes.
    let key = |store: &str| {
        let versions = project.path(store).join("published/small/_versions/00000000000000000001.json");
        json(&versions)["key"].clone()
    };
    assert_eq!(key("data"), key("undisturbed"));
}

#[test]
fn a_job_that_is_stopped_says_so_leaves_no_file_and_the_next_run_goes_on() {
    let project = Project::with_years(2018, 2018);
    fs::create_dir(project.path("tmp")).unwrap();
    // The first while extracts are read, the second while models are run.
    for (signal, code, zone) in [("INT", 130, "data/staged"), ("TERM", 143, "data/derived")] {
        let mut job = project.process(&["run"]);
        job.env("TMPDIR", project.path("tmp")).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut job = job.spawn().unwrap();
        // Something is complete: a record is written last.
        let is_record = |file: &PathBuf| file.ends_with("_artefact.json");
        while !project.files(zone).iter().any(is_record) && job.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let kill = Command::new("kill").args([&format!("-{signal}"), &job.id().to_string()]).status();
        assert!(kill.unwrap().success());
        let told = job.wait_with_output().unwrap();
        let message = String::from_utf8_lossy(&told.stderr);
        assert_eq!(told.status.code(), Some(code), "{message}");
        assert!(!message.contains("error:") && !message.contains("panicked"), "{message}");
        assert_eq!(fs::read_dir(project.path("tmp")).unwrap().count(), 0);
        let half_written = |file: &PathBuf| file.file_name().unwrap().to_str().unwrap().starts_with('.');
        assert_eq!(project.files("data").into_iter().find(half_written), None);
        assert_eq!(every_version_is_whole(&project, "almen_praksis"), 0);
    }
    let skipped = |stage: &str| {
        let plan = project.rows(&["plan"]);
        plan.iter().any(|row| row["stage"] == stage && row["action"] == "skip")
    };
    assert!(skipped("pull") && skipped("derive"), "what was done is not done again");
    project.succeeds(&["run"]);
    assert_eq!(every_version_is_whole(&project, "almen_praksis"), 1);
}

#[test]
fn two_runs_of_the_same_at_once_publish_one_version() {
    let Small(project) = counted();
    let start = |_| project.process(&["run"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let runs: Vec<_> = (0..4).map(start).collect();
    for run in runs {
        let output = run.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(every_version_is_whole(&project, "small"), 1);
}

#[test]
fn of_two_runs_that_would_publish_different_things_the_loser_finds_out() {
    let (Small(one), Small(other)) = (counted(), counted());
    other.edit("sql/small/largest.sql", |sql| sql.replace("MAX", "1 + MAX"));
    // Both begin from nothing published, unless one is over before the other has begun.
    let lost = (0..20).any(|round| {
        let store = one.path(&format!("raced{round}")).to_str().unwrap().to_owned();
        let start = |project: &Project| {
            let mut command = project.process(&["run", "--store", &store]);
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let runs = [start(&one), start(&other)].map(|run| run.wait_with_output().unwrap());
        let codes: Vec<i32> = runs.iter().map(|run| run.status.code().unwrap()).collect();
        let versions = one.rows(&["versions", "--store", &store]).len();
        assert_eq!(versions, codes.iter().filter(|code| **code == 0).count(), "{codes:?}");
        let loser = runs.iter().find(|run| run.status.code() == Some(8));
        if let Some(loser) = loser {
            let message = String::from_utf8_lossy(&loser.stderr);
            assert!(
                message.contains("another run published version 1 first") && message.contains("hint: "),
                "{message}"
            );
        }
        loser.is_some()
    });
    assert!(lost, "no run ever lost");
}
