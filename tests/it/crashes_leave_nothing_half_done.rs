//! A run that is killed at any moment leaves no partial version, and the next run completes it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use crate::support::counted::counted;
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

/// A reader that looks at what is published all the while that something is done: it sees whole versions only, and
/// `latest.json` is whole and never tells of an earlier version than before. Tells how often it looked.
fn while_somebody_reads(project: &Project, dataset: &str, act: impl FnOnce()) -> usize {
    let is_over = AtomicBool::new(false);
    let reads = || {
        let (mut looks, mut before) = (0, 0);
        let latest = project.path("data/published").join(dataset).join("latest.json");
        while !is_over.load(Ordering::Relaxed) {
            every_version_is_whole(project, dataset);
            if let Ok(bytes) = fs::read(&latest) {
                let latest: Value = serde_json::from_slice(&bytes).unwrap();
                let folder = project.path("data/published").join(dataset).join(latest["folder"].as_str().unwrap());
                assert!(folder.join("manifest.json").is_file());
                let version = latest["version"].as_u64().unwrap();
                assert!(version >= before, "{version} after {before}");
                before = version;
            }
            looks += 1;
        }
        looks
    };
    std::thread::scope(|scope| {
        let reader = scope.spawn(reads);
        // The reader stops even where the test fails.
        let acted = std::panic::catch_unwind(std::panic::AssertUnwindSafe(act));
        is_over.store(true, Ordering::Relaxed);
        let looks = reader.join().unwrap();
        acted.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        looks
    })
}

#[test]
fn two_hundred_kills_leave_no_partial_version_and_the_next_run_completes() {
    const KILLS: u32 = 200;
    let Small(project) = counted(2018);
    // How long an undisturbed run takes, to spread the kills over it.
    let start = Instant::now();
    project.succeeds(&["run", "--store", "undisturbed"]);
    let whole = start.elapsed();
    let looks = while_somebody_reads(&project, "small", || {
        for kill in 0..KILLS {
            if kill % 5 == 0 {
                // Another correction now and then, so that the early stages are killed too.
                project.edit("extracts/reg_2019.csv", |text| format!("{text}{kill};1\n"));
            }
            let mut child = project.process(&["run"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            let part = f64::from(kill % 5 * (KILLS / 5) + kill / 5) / f64::from(KILLS);
            std::thread::sleep(whole.mul_f64(part).max(Duration::from_millis(1)));
            // A run that was done before is as good as one that was killed.
            let _ = child.kill();
            child.wait().unwrap();
        }
    });
    assert!(looks > 0);
    project.succeeds(&["run"]);
    let versions = every_version_is_whole(&project, "small");
    // What was stitched together is what an undisturbed run makes.
    project.succeeds(&["run", "--store", "undisturbed"]);
    let tables = |store: &str, version: usize| {
        let versions = project.path(store).join("published/small/_versions").join(format!("{version:020}.json"));
        let folder = project.path(store).join("published/small").join(json(&versions)["folder"].as_str().unwrap());
        json(&folder.join("manifest.json"))["tables"].clone()
    };
    assert_eq!(tables("data", versions), tables("undisturbed", 2));
}

#[test]
fn of_eight_runs_at_once_that_are_killed_or_not_one_publishes_and_readers_see_it_whole() {
    let Small(project) = counted(2018);
    let looks = while_somebody_reads(&project, "small", || {
        for round in 1..=8 {
            project.edit("extracts/reg_2019.csv", |text| format!("{text}{};1\n", 10 + round));
            let start = |_| project.process(&["run"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
            let mut runs: Vec<_> = (0..8).map(start).collect();
            // In every second round all but one are killed, one after the other.
            let killed = if round % 2 == 0 { runs.split_off(1) } else { Vec::new() };
            for mut run in killed {
                std::thread::sleep(Duration::from_millis(20));
                let _ = run.kill();
                run.wait().unwrap();
            }
            for run in runs {
                let output = run.wait_with_output().unwrap();
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            }
            assert_eq!(every_version_is_whole(&project, "small"), round);
        }
    });
    assert!(looks > 0);
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
    let Small(project) = counted(2014);
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
    let (Small(one), Small(other)) = (counted(2014), counted(2014));
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

#[test]
fn what_a_killed_process_left_among_the_temporary_files_is_removed_by_the_next() {
    let Small(project) = counted(2018);
    let tmp = project.path("tmp");
    fs::create_dir(&tmp).unwrap();
    let long_ago = SystemTime::now() - Duration::from_secs(3600);
    let [killed, lives, of_another] =
        ["maaltal-scratch-killed", "maaltal-scratch-living", "maaltal-scratches"].map(|name| {
            fs::create_dir(tmp.join(name)).unwrap();
            fs::write(tmp.join(name).join("delivered"), "0107861234").unwrap();
            let folder = File::open(tmp.join(name)).unwrap();
            folder.set_modified(long_ago).unwrap();
            folder
        });
    // A process that lives holds the lock on its folder; one that was killed holds none.
    lives.lock().unwrap();
    drop((killed, of_another));
    let mut run = project.process(&["run"]);
    assert!(run.env("TMPDIR", &tmp).output().unwrap().status.success());
    let mut left: Vec<_> = fs::read_dir(&tmp).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["maaltal-scratch-living", "maaltal-scratches"]);
}
