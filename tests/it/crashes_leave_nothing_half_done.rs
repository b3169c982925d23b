//! A run that is killed at any moment leaves no partial version, and the next run completes it.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::Project;

/// What a reader may rely on: every version in the log has all its files, each with the digest in the manifest.
fn every_version_is_whole(project: &Project) -> usize {
    let dataset = project.path("data/published/almen_praksis");
    let versions = project.files("data/published/almen_praksis/_versions");
    let versions: Vec<_> = versions.iter().filter(|file| file.extension().is_some_and(|it| it == "json")).collect();
    for version in &versions {
        let commit = json(&dataset.join("_versions").join(version));
        let folder = dataset.join(commit["folder"].as_str().unwrap());
        let manifest = json(&folder.join("manifest.json"));
        assert_eq!(manifest["key"], commit["key"]);
        for table in manifest["tables"].as_object().unwrap().values() {
            let bytes = fs::read(folder.join(table["file"].as_str().unwrap())).unwrap();
            let digest: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(table["sha256"], Value::String(digest));
        }
        json(&folder.join("datapackage.json"));
    }
    versions.len()
}

fn json(file: &Path) -> Value {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

#[test]
fn twenty_kills_leave_no_partial_version_and_the_next_run_completes() {
    let project = Project::with_years(2018, 2019);
    // How long an undisturbed run takes, to spread the kills over it.
    let start = Instant::now();
    project.succeeds(&["run", "--store", "undisturbed"]);
    let whole = start.elapsed();
    for kill in 0..20 {
        if kill % 5 == 0 {
            // Start over now and then, so that the early stages are killed too.
            let _ = fs::remove_dir_all(project.path("data"));
        }
        let mut child = project.process(&["run"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(whole.mul_f64(f64::from(kill % 5 * 4 + kill / 5) / 20.0).max(Duration::from_millis(5)));
        // A run that was done before is as good as one that was killed.
        let _ = child.kill();
        child.wait().unwrap();
        assert!(every_version_is_whole(&project) <= 1);
    }
    project.succeeds(&["run"]);
    assert_eq!(every_version_is_whole(&project), 1);
    // What was stitched together is what an undisturbed run makes.
    let key = |store: &str| {
        let versions = project.path(store).join("published/almen_praksis/_versions/00000000000000000001.json");
        json(&versions)["key"].clone()
    };
    assert_eq!(key("data"), key("undisturbed"));
}

#[test]
fn two_runs_of_the_same_at_once_publish_one_version() {
    let project = Project::with_years(2018, 2018);
    let start = |_| project.process(&["run"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let runs: Vec<_> = (0..4).map(start).collect();
    for run in runs {
        let output = run.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(every_version_is_whole(&project), 1);
}

#[test]
fn of_two_runs_that_would_publish_different_things_the_loser_finds_out() {
    let (one, other) = (Project::with_years(2018, 2018), Project::with_years(2018, 2018));
    other.edit("pipelines/goals/development.toml", |toml| {
        toml.replacen("Praksis med åbent for tilgang", "Åbne praksis", 1)
    });
    // Both begin from nothing published, unless one is over before the other has begun.
    let lost = (0..5).any(|round| {
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
