//! Whichever operation of the store goes wrong, and however: no reader sees half a version, no version that was there is
//! changed, and the next run makes the same bytes as one that nothing happened to.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt;
use maaltal::definition::Project;
use maaltal::job::{Context, Demand, JobError, Stages, query, rollback, run};
use maaltal::observe::{Cancel, Observers};
use maaltal::problem::{Exit, Explain};
use maaltal::store::{Store, VersionNumber};
use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use object_store::path::Path;
use tokio::runtime::Runtime;

use crate::support::bytewise::Bytewise;
use crate::support::counted::counted;
use crate::support::failing::{Failing, Fault};
use crate::support::small::Small;

fn runtime() -> Runtime {
    // As the command line has it: planning needs room.
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_stack_size(16 << 20)
        .enable_all()
        .build()
        .unwrap()
}

fn context(small: &Small, objects: &Failing) -> Context {
    Context {
        project: Project::read(&small.0.path(""), "local").unwrap(),
        store: Store::over("memory:///", Arc::new(objects.clone()), Path::default()),
        observers: Observers::default(),
        cancel: Cancel::default(),
    }
}

/// The project's whole job, as a process of its own would do it.
fn job(runtime: &Runtime, small: &Small, objects: &Failing) -> Result<(), JobError> {
    let context = context(small, objects);
    runtime.block_on(run(&context, context.pipeline(None).unwrap(), Stages::ALL, Demand::WhatIsThere)).map(drop)
}

fn held(runtime: &Runtime, objects: &InMemory) -> Bytewise {
    runtime.block_on(Bytewise::of(objects, ""))
}

/// How a job ended.
fn exit(ended: &Result<(), JobError>) -> Option<Exit> {
    ended.as_ref().err().map(Explain::exit)
}

/// Runs a project whose store holds `before`, and that ends with `end`, once for every operation of its run and every
/// fault, and once more after each.
fn go_wrong_everywhere(small: &Small, before: &InMemory, end: Option<Exit>) {
    let runtime = runtime();
    let undisturbed = Arc::new(before.fork());
    let quiet = Failing::never(&undisturbed);
    let ended = job(&runtime, small, &quiet);
    assert_eq!(exit(&ended), end, "{ended:?}");
    let (wanted, kept) = (held(&runtime, &undisturbed), held(&runtime, before).published());
    let case = Case { small, before, wanted: &wanted, kept: &kept, end };
    let next = AtomicUsize::new(0);
    let beyond = || {
        let runtime = self::runtime();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (number, fault) = (at / Fault::ALL.len() + 1, Fault::ALL[at % Fault::ALL.len()]);
            if !case.goes_wrong(&runtime, number, fault) {
                return number;
            }
        }
    };
    let last = std::thread::scope(|scope| [scope.spawn(beyond), scope.spawn(beyond)].map(|it| it.join().unwrap()));
    // Threads that race may ask for one more or one less.
    let operations = quiet.operations();
    assert!(last.iter().all(|last| last.abs_diff(operations) < 8), "{last:?} of {operations}");
    println!("{} faults at {operations} operations of the store", operations * Fault::ALL.len());
}

struct Case<'a> {
    small: &'a Small,
    before: &'a InMemory,
    /// What an undisturbed run leaves.
    wanted: &'a Bytewise,
    /// What was published before.
    kept: &'a Bytewise,
    end: Option<Exit>,
}

impl Case<'_> {
    /// Whether the run has an operation of this number, which then went wrong as it should.
    fn goes_wrong(&self, runtime: &Runtime, number: usize, fault: Fault) -> bool {
        let Self { small, before, wanted, kept, end } = *self;
        let objects = Arc::new(before.fork());
        let failing = Failing::at(&objects, number, fault);
        let ended = job(runtime, small, &failing);
        let Some(hit) = failing.hit() else { return false };
        let what = format!("{fault:?} at operation {number}, {hit}");
        let after = held(runtime, &objects);
        assert!(after.whole_versions() <= wanted.whole_versions(), "{what}");
        // A store that keeps half of what it is given breaks its own promise; `latest.json` is then mended by the next run.
        assert!(fault == Fault::Half || after.latest_is_of_the_log(), "{what}");
        assert!(after.holds(kept), "{what}: {:?}", kept.difference(&after));
        let exit_code = exit(&ended);
        assert!(exit_code == end || exit_code == Some(Exit::Store), "{what}: {ended:?}");
        if exit_code.is_none() {
            assert_eq!(after.whole_versions(), wanted.whole_versions(), "{what}");
        }
        if fault.is_hidden() {
            assert!(exit_code == end && after == *wanted, "{what}: {ended:?} {:?}", after.difference(wanted));
        }
        let again = job(runtime, small, &Failing::never(&objects));
        assert_eq!(exit(&again), end, "{what}: {again:?}");
        let after = held(runtime, &objects);
        assert!(after == *wanted, "{what}: {:?}", after.difference(wanted));
        true
    }
}

#[test]
fn the_first_version_is_there_as_a_whole_or_not_at_all() {
    go_wrong_everywhere(&counted(2018), &InMemory::new(), None);
}

#[test]
fn a_correction_leaves_the_version_before_it_as_it_was() {
    let (small, before) = corrected();
    go_wrong_everywhere(&small, &before, None);
}

/// A project whose store holds the version before a correction.
fn corrected() -> (Small, InMemory) {
    let small = counted(2018);
    let objects = Arc::new(InMemory::new());
    job(&runtime(), &small, &Failing::never(&objects)).unwrap();
    small.extract("reg_2019.csv", "nr;antal\n1;20\n2;30\n");
    (small, objects.fork())
}

#[test]
fn what_the_audits_stop_is_seen_by_nobody() {
    let (small, before) = corrected();
    small.extract("reg_2018.csv", "nr;antal\n1;0\n");
    go_wrong_everywhere(&small, &before, Some(Exit::Audit));
}

#[test]
fn another_job_may_do_all_its_work_between_any_two_operations() {
    let (small, before) = corrected();
    let (runtime, before) = (runtime(), Arc::new(before));
    job(&runtime, &small, &Failing::never(&before)).unwrap();
    small.extract("reg_2019.csv", "nr;antal\n1;21\n2;30\n");
    let (mut first, mut second) = (0, 0);
    for number in 1.. {
        let objects = Arc::new(before.fork());
        let others = Arc::new(context(&small, &Failing::never(&objects)));
        let take_back = move || {
            let others = Arc::clone(&others);
            async move {
                let pipeline = others.pipeline(None).unwrap();
                rollback(&others, pipeline, VersionNumber::FIRST, None).await.unwrap();
            }
            .boxed()
        };
        let overtaken = Failing::overtaken(&objects, number, take_back);
        let ended = job(&runtime, &small, &overtaken);
        let Some(hit) = overtaken.hit() else { break };
        let what = format!("operation {number}, {hit}");
        match exit(&ended) {
            None => first += 1,
            Some(Exit::Race) => second += 1,
            Some(_) => panic!("{what}: {ended:?}"),
        }
        let after = held(&runtime, &objects);
        assert!((3..=4).contains(&after.whole_versions()), "{what}");
        assert!(after.latest_is_the_newest(), "{what}");
    }
    assert!(first > 10 && second > 10, "{first} {second}");
}

#[test]
fn a_query_has_the_right_answer_or_none() {
    let (small, before) = corrected();
    let (runtime, objects) = (runtime(), Arc::new(before));
    let ask = |store: &Failing| {
        let context = context(&small, store);
        let statement = "SELECT c.year, c.capacities, l.capacities AS largest FROM counted c, derived.largest l, staged.reg r \
                         ORDER BY 1, 2, 3";
        let answer = query(&context, context.pipeline(None).unwrap(), None, statement);
        runtime.block_on(answer).map(|rows| format!("{rows:?}"))
    };
    let right = ask(&Failing::never(&objects)).unwrap();
    let mut told = 0;
    for fault in Fault::ALL {
        for number in 1.. {
            let failing = Failing::at(&objects, number, fault);
            let answer = ask(&failing);
            let Some(hit) = failing.hit() else { break };
            match answer {
                Ok(rows) => assert_eq!(rows, right, "{fault:?} at {number}, {hit}"),
                Err(error) => {
                    assert_eq!(error.exit(), Exit::Store, "{fault:?} at {number}, {hit}: {error:?}");
                    told += 1;
                }
            }
        }
    }
    assert!(told > 20, "{told}");
}

#[test]
fn a_large_file_is_there_as_a_whole_or_as_it_was() {
    let (runtime, path) = (runtime(), Path::from("published/large"));
    let content: Vec<u8> = (0..20_000_003u32).map(|place| (place % 251) as u8).collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &content).unwrap();
    let put = |store: &Failing| {
        let store = Store::over("memory:///", Arc::new(store.clone()), Path::default());
        runtime.block_on(store.put_file(&path, file.path()))
    };
    let mut cases = 0;
    for fault in Fault::ALL {
        for number in 1.. {
            let objects = Arc::new(InMemory::new());
            runtime.block_on(objects.put(&path, "before".into())).unwrap();
            let failing = Failing::at(&objects, number, fault);
            let ended = put(&failing);
            let Some(hit) = failing.hit() else { break };
            let after = held(&runtime, &objects);
            let there = after.at(path.as_ref());
            assert!(there == "before" || *there == content, "{fault:?} at {hit}");
            assert!(ended.is_err() || *there == content, "{fault:?} at {hit}");
            put(&Failing::never(&objects)).unwrap();
            assert!(*held(&runtime, &objects).at(path.as_ref()) == content, "{fault:?} at {hit}");
            cases += 1;
        }
    }
    assert!(cases > 4 * Fault::ALL.len(), "{cases}");
}
