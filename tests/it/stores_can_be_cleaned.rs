//! The store can be cleaned of what no version was made of and no run would use, and of nothing else; and whoever is killed
//! while cleaning leaves nothing that looks complete and is not.

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use maaltal::definition::Project;
use maaltal::job::{Ages, Context, Deed, Demand, JobError, Stage, Stages, gc, run};
use maaltal::observe::{Cancel, Observers};
use maaltal::store::{Store, Zone};
use object_store::memory::InMemory;
use object_store::path::Path;
use serde_json::Value;

use crate::support::failing::{Failing, Fault};
use crate::support::small::Small;
use crate::support::text;

const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Version 1, and beside it an extract and a table that nothing needs: they were tried out, and put back.
fn tried_out() -> Small {
    let small = Small::published();
    small.extract("lukket.csv", "nr\n2\n");
    small.0.succeeds(&["pull"]);
    small.0.succeeds(&["derive"]);
    small.extract("lukket.csv", "nr\n2\n3\n");
    small
}

fn files(small: &Small) -> Vec<PathBuf> {
    let files = small.0.files("data").into_iter();
    files.filter(|file| !file.starts_with("remembered")).collect()
}

/// Has all that lies in the store be written some days ago.
fn age(small: &Small, days: u64) {
    let then = SystemTime::now() - Duration::from_secs(days * 24 * 3600);
    for file in small.0.files("data") {
        File::options().write(true).open(small.0.path("data").join(file)).unwrap().set_modified(then).unwrap();
    }
}

fn told(small: &Small, more: &[&str]) -> Vec<Value> {
    small.0.rows(&[&["gc"], more].concat())
}

#[test]
fn what_has_a_name_beyond_ascii_stays_like_everything_else() {
    let small = Small::practices("closed");
    small.write("sql/small/læge.sql", "-- One row is a practice.\nSELECT nr FROM reg");
    small.0.edit("sql/small/open.sql", |sql| sql.replace("FROM reg", "FROM \"læge\" AS reg"));
    small.0.succeeds(&["run"]);
    age(&small, 30);
    let before = files(&small);
    assert_eq!(told(&small, &["--delete"]), Vec::<Value>::new());
    assert_eq!(files(&small), before);
}

#[test]
fn what_nothing_needs_goes_once_it_is_old_and_when_it_is_told_to() {
    let small = tried_out();
    let before = files(&small);
    assert_eq!(told(&small, &["--delete"]), Vec::<Value>::new(), "what is new may be needed by a run that goes on");
    age(&small, 3);
    assert_eq!(told(&small, &[]), Vec::<Value>::new());
    let going = told(&small, &["--keep-days", "2"]);
    let names: Vec<&str> = going.iter().map(|it| text(it, "artefact").rsplit_once('/').unwrap().0).collect();
    assert_eq!(names, ["staged/closed", "derived/open"]);
    assert!(text(&going[0], "comes back").contains("lukket.csv, which has other bytes now"), "{going:?}");
    assert!(text(&going[1], "comes back").contains("from staged/closed/"), "{going:?}");
    assert!(going.iter().all(|it| text(it, "result") == "may go" && it["bytes"].as_u64().unwrap() > 0));
    assert_eq!(files(&small), before, "nothing is removed unless it is asked for");
    assert_eq!(small.0.maaltal(&["gc", "--delete", "--dry-run"]).code, 2);
    assert_eq!(small.0.maaltal(&["gc", "--keep-days", "0"]).code, 2);

    let removed = told(&small, &["--keep-days", "2", "--delete"]);
    assert!(removed.len() == 2 && removed.iter().all(|it| text(it, "result") == "removed"), "{removed:?}");
    let gone = before.iter().filter(|file| !files(&small).contains(file)).count() as u64;
    assert_eq!(gone, removed.iter().map(|it| it["files"].as_u64().unwrap()).sum::<u64>());
    small.0.succeeds(&["verify", "--rebuild"]);
    assert!(small.0.succeeds(&["run"]).stdout.contains("up to date: version 1"));
    // What is gone is made again.
    small.extract("lukket.csv", "nr\n2\n");
    small.0.succeeds(&["run"]);
    assert_eq!(small.0.sql("SELECT * FROM open").len(), 2);
    small.0.succeeds(&["verify", "1", "--rebuild"]);
}

#[test]
fn what_a_version_was_made_of_stays_whatever_the_definitions_say_today() {
    let small = Small::published();
    small.extract("lukket.csv", "nr\n2\n");
    small.0.succeeds(&["run"]);
    small.0.edit("sql/small/open.sql", |sql| sql.replace("WHERE closed.nr IS NULL", "WHERE closed.nr IS NOT NULL"));
    age(&small, 30);
    let before = files(&small);
    assert_eq!(told(&small, &["--delete"]), Vec::<Value>::new());
    assert_eq!(files(&small), before);
}

#[test]
fn persons_of_earlier_versions_go_when_they_are_old_and_what_a_run_uses_stays() {
    let small = Small::practices("closed");
    small.0.edit("pipelines/sources/closed.toml", |toml| {
        toml.replace("sensitivity = \"open\"", "sensitivity = \"person\"")
    });
    small.write("sql/small/ill.sql", "-- One row is a closed one.\nSELECT nr FROM closed");
    small.0.edit("sql/small/open.sql", |sql| sql.replace("\"closed\" AS closed", "ill AS closed"));
    small.0.succeeds(&["run"]);
    small.extract("lukket.csv", "nr\n2\n");
    small.0.succeeds(&["run"]);
    age(&small, 40);
    let before = files(&small);
    let none = Vec::<Value>::new();
    assert_eq!(told(&small, &[]), none);
    assert_eq!(told(&small, &["--retention-days", "60"]), none);
    assert_eq!(told(&small, &["--retention-days", "30", "--keep-days", "60"]), none);
    let going = told(&small, &["--retention-days", "30"]);
    // `open` is published, and about no single person.
    let names: Vec<&str> = going.iter().map(|it| text(it, "artefact").rsplit_once('/').unwrap().0).collect();
    assert_eq!(names, ["staged/closed", "derived/ill"]);
    assert!(going.iter().all(|it| text(it, "result") == "may go; then small 1 can't be proved"), "{going:?}");
    assert_eq!(files(&small), before);
    // Taken back, what the first version was made of is the latest's.
    small.0.succeeds(&["rollback", "1"]);
    assert_eq!(told(&small, &["--retention-days", "30"]), none);
    small.0.succeeds(&["release"]);
    small.0.succeeds(&["rollback", "2"]);
    age(&small, 40);
    assert_eq!(told(&small, &["--retention-days", "30", "--delete"]).len(), 2);
    let proof = small.0.maaltal(&["verify", "1"]);
    assert!(proof.code == 7 && proof.stdout.contains("staged/closed/"), "{}{}", proof.stdout, proof.stderr);
    small.0.succeeds(&["verify", "2", "--rebuild"]);
    // Nobody knows what a model held that is no more.
    small.extract("lukket.csv", "nr\n3\n");
    fs::remove_file(small.0.path("sql/small/ill.sql")).unwrap();
    small.0.edit("sql/small/open.sql", |sql| sql.replace("ill AS closed", "\"closed\" AS closed"));
    small.0.succeeds(&["release"]);
    small.0.succeeds(&["run"]);
    age(&small, 40);
    let going = told(&small, &["--retention-days", "30"]);
    assert!(going.iter().any(|it| text(it, "artefact").starts_with("derived/ill/")), "{going:?}");
}

#[test]
fn what_killed_writers_left_goes_and_what_failed_runs_left_too() {
    let small = Small::published();
    small.write(
        "sql/small/audits/none_is_open.sql",
        "-- One row is open.\n-- severity: error\n-- remedy: None.\nSELECT nr FROM open",
    );
    assert_eq!(small.0.maaltal(&["run"]).code, 6);
    fs::remove_file(small.0.path("sql/small/audits/none_is_open.sql")).unwrap();
    let before = files(&small).into_iter().filter(|file| !file.starts_with("candidates")).collect::<Vec<_>>();
    let artefact = before.iter().find(|file| file.starts_with("derived/open")).unwrap().parent().unwrap().to_owned();
    for left in [
        // Tables without a record, a file that was to become one, and a folder that was being removed.
        format!("derived/open/{KEY}/open.parquet"),
        format!("staged/reg/{KEY}/.staged-x1y2z3#0"),
        format!("{}/.staged-x1y2z3#0", artefact.display()),
        format!("derived/open/.removed-{KEY}/open.parquet"),
        format!("derived/open/.removed-{KEY}/_artefact.json"),
    ] {
        small.write(&format!("data/{left}"), "half");
    }
    // What lies elsewhere is nobody's to remove.
    small.write("data/derived/open/notes.txt", "mine");
    age(&small, 8);
    small.0.succeeds(&["verify"]);
    let removed = told(&small, &["--delete"]);
    assert_eq!(removed.len(), 5, "{removed:?}");
    assert!(text(&removed[0], "comes back").starts_with("nothing completed it"), "{removed:?}");
    let mut after = files(&small);
    after.retain(|file| !file.ends_with("notes.txt"));
    assert_eq!(after, before);
    assert!(small.0.path("data/derived/open/notes.txt").exists());
    assert_eq!(told(&small, &["--delete"]), Vec::<Value>::new());
    assert!(small.0.succeeds(&["run"]).stdout.contains("up to date: version 1"));
}

#[test]
fn nothing_goes_while_nobody_knows_what_a_version_needs() {
    let small = tried_out();
    small.extract("lukket.csv", "nr\n1\n");
    small.0.succeeds(&["run"]);
    age(&small, 8);
    let before = files(&small);
    let lying = |file: &PathBuf| {
        file.ends_with("manifest.json")
            || file.ends_with("00000000000000000001.json")
            || file.ends_with("00000000000000000002.json")
    };
    let records: Vec<PathBuf> = before.iter().filter(|file| lying(file)).cloned().collect();
    assert_eq!(records.len(), 4);
    for record in records {
        let path = small.0.path("data").join(&record);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let told = small.0.maaltal(&["gc", "--delete"]);
        assert_eq!(told.code, 7, "{}: {}", record.display(), told.stderr);
        assert!(told.stderr.contains("nothing is removed"), "{}", told.stderr);
        fs::remove_file(&path).unwrap();
        assert_eq!(small.0.maaltal(&["gc", "--delete"]).code, 7, "{}", record.display());
        fs::write(&path, bytes).unwrap();
        assert_eq!(files(&small), before);
    }
    assert_eq!(told(&small, &["--delete"]).len(), 2);
    // Nor while the definitions can't be read.
    fs::write(small.0.path("sql/small/open.sql"), "SELECT nothing FROM reg").unwrap();
    assert_eq!(small.0.maaltal(&["gc"]).code, 3);
}

fn context(small: &Small, objects: &Failing) -> Context {
    Context {
        project: Project::read(&small.0.path(""), "local").unwrap(),
        store: Store::over("memory:///", Arc::new(objects.clone()), Path::default()),
        observers: Observers::default(),
        cancel: Cancel::default(),
    }
}

async fn job(small: &Small, objects: &Failing, stages: Stages) -> Result<(), JobError> {
    let context = context(small, objects);
    run(&context, context.pipeline(None)?, stages, Demand::WhatIsThere).await.map(drop)
}

/// Cleans of what was written until a moment ago.
async fn clean(small: &Small, objects: &Failing) -> Result<usize, JobError> {
    let later = Timestamp::now() + SignedDuration::from_hours(1);
    let ages = Ages { unneeded: later, persons: None };
    gc(&context(small, objects), ages, Deed::Remove).await.map(|swept| swept.going.len())
}

/// Every artefact whose record is there has all its tables, byte for byte. How many there are.
async fn complete_and_whole(objects: &Arc<InMemory>) -> usize {
    let store = Store::over("memory:///", Arc::new(Failing::never(objects)), Path::default());
    let mut complete = 0;
    for zone in Zone::ALL {
        for lying in store.lying(zone).await.unwrap().into_iter().filter(|it| it.has_record()) {
            let artefact = lying.artefact.unwrap();
            for table in store.artefact(&artefact).await.unwrap().unwrap().tables.keys() {
                store.table(&artefact, table).await.unwrap();
            }
            complete += 1;
        }
    }
    complete
}

#[test]
fn whoever_is_killed_while_cleaning_leaves_nothing_that_looks_complete() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_stack_size(16 << 20).enable_all().build();
    runtime.unwrap().block_on(async {
        let small = Small::practices("closed");
        let objects = Arc::new(InMemory::new());
        let quiet = Failing::never(&objects);
        job(&small, &quiet, Stages::ALL).await.unwrap();
        small.extract("lukket.csv", "nr\n2\n");
        job(&small, &quiet, Stages::only(Stage::Pull)).await.unwrap();
        job(&small, &quiet, Stages::only(Stage::Derive)).await.unwrap();
        small.extract("lukket.csv", "nr\n2\n3\n");
        let all = complete_and_whole(&objects).await;

        let undisturbed = Arc::new(objects.fork());
        let counting = Failing::never(&undisturbed);
        assert_eq!(clean(&small, &counting).await.unwrap(), 2);
        assert_eq!(complete_and_whole(&undisturbed).await, all - 2);
        for number in 1..=counting.operations() {
            for fault in [Fault::LastBefore, Fault::LastBehind] {
                let disturbed = Arc::new(objects.fork());
                let ended = clean(&small, &Failing::at(&disturbed, number, fault)).await;
                let left = complete_and_whole(&disturbed).await;
                assert!((all - 2..=all).contains(&left), "{fault:?} at {number}: {ended:?}");
                // Whoever cleans again ends where nobody was killed.
                clean(&small, &Failing::never(&disturbed)).await.unwrap();
                assert_eq!(complete_and_whole(&disturbed).await, all - 2, "{fault:?} at {number}: {ended:?}");
            }
        }
    });
}
