//! Observers hear what a job does: its events alone tell what came of it, and the log is written of them.

use std::sync::{Arc, Mutex};
use std::thread;

use maaltal::definition::Project;
use maaltal::job::{self, Context, Demand, Done, JobError, Outcome, Stages};
use maaltal::observe::{Cancel, Event, Observer, Observers, Stage, Warning};
use maaltal::publish::Published;
use maaltal::store::Usage;
use serde_json::{Value, json};
use tokio::runtime::Builder;

use crate::support::small::Small;

/// Deep queries recurse deeply in the planner.
const STACK_BYTES: usize = 16 * 1024 * 1024;

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Event>>>);

impl Observer for Recorder {
    fn observe(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

/// Practices 1, 2 and 3 and a row without a number, in a register with a column that its contract does not know, beside a
/// file that nothing reads.
fn practices() -> Small {
    let small = Small::practices("closed");
    small.0.edit("pipelines/sources/reg.toml", |text| text.replace("columns = \"freeze\"", "columns = \"quarantine\""));
    small.extract("reg.csv", "nr;by\n1;Ribe\n2;Skive\n3;Sorø\n;Tønder\n").extract("huskeseddel.txt", "x");
    small
}

/// How a job through all stages ended, and the events of it.
fn job(small: &Small) -> (Result<Vec<Done>, JobError>, Vec<Event>) {
    let project = Project::read(&small.0.path("."), "local").unwrap();
    let recorder = Recorder::default();
    let observers = Observers::new(vec![Box::new(recorder.clone())]);
    let work = move || {
        let context = Context::open(project, Usage::Write, observers, Cancel::default()).unwrap();
        let runtime = Builder::new_multi_thread().enable_all().thread_stack_size(STACK_BYTES).build().unwrap();
        runtime.block_on(job::run(&context, context.pipeline(None).unwrap(), Stages::ALL, Demand::WhatIsThere))
    };
    let done = thread::Builder::new().stack_size(STACK_BYTES).spawn(work).unwrap().join().unwrap();
    let events = recorder.0.lock().unwrap().clone();
    (done, events)
}

/// Each stage with what it had to make and the events between its beginning and its end. Stages come one after the other.
fn stages(events: &[Event]) -> Vec<(Stage, usize, Vec<&Event>)> {
    let mut stages = Vec::new();
    let mut current: Option<(Stage, usize, Vec<&Event>)> = None;
    for event in events {
        match (event, &mut current) {
            (Event::Begun { stage, steps }, None) => current = Some((*stage, *steps, Vec::new())),
            (Event::Begun { .. }, Some(within)) => panic!("{event:?} within {within:?}"),
            (Event::Ended { stage }, _) => {
                let ended = current.take().unwrap();
                assert_eq!(ended.0, *stage);
                stages.push(ended);
            }
            (_, Some((.., within))) => within.push(event),
            (event, None) => assert!(matches!(event, Event::Warned(Warning::NotRead(_))), "{event:?} in no stage"),
        }
    }
    assert_eq!(current, None, "every stage that began has ended");
    stages
}

#[test]
fn the_events_of_a_job_tell_what_it_did() {
    let small = practices();
    let (done, events) = job(&small);
    let done = done.unwrap();
    let not_read = |event: &Event| match event {
        Event::Warned(Warning::NotRead(files)) => files.iter().any(|(file, _)| file == "huskeseddel.txt"),
        _ => false,
    };
    assert!(events.iter().any(not_read), "{events:?}");

    let stages = stages(&events);
    let begun: Vec<(Stage, usize)> = stages.iter().map(|(stage, steps, _)| (*stage, *steps)).collect();
    let made: Vec<(Stage, usize)> = done.iter().map(|done| (done.outcome.stage(), done.made)).collect();
    assert_eq!(begun, made);

    let [(.., pulled), (.., derived), (.., published)] = stages.as_slice() else { panic!("{stages:?}") };
    let staged: Vec<u64> = pulled
        .iter()
        .filter_map(|event| if let Event::Staged { rejected, .. } = event { Some(*rejected) } else { None })
        .collect();
    assert_eq!(staged.len(), done[0].made, "{pulled:?}");
    assert_eq!(done[0].outcome, Outcome::Staged { rejected: staged.iter().sum() });
    assert_eq!(staged.iter().sum::<u64>(), 1, "{pulled:?}");
    let left_out =
        |event: &&&Event| matches!(event, Event::Warned(Warning::ColumnLeftOut { column, .. }) if column == "by");
    assert_eq!(pulled.iter().filter(left_out).count(), 1, "{pulled:?}");

    assert_eq!(
        derived.iter().filter(|event| matches!(event, Event::Derived { .. })).count(),
        done[1].made,
        "{derived:?}"
    );

    let tables = published.iter().filter(|event| matches!(event, Event::TableWritten { .. })).count();
    assert_eq!(tables, done[2].made, "{published:?}");
    let Outcome::Published(Published::New(commit)) = &done[2].outcome else { panic!("{done:?}") };
    let told = |event: &&Event| match event {
        Event::Published { version, key, .. } => {
            *version == commit.version.to_string() && *key == commit.key.to_string()
        }
        _ => false,
    };
    assert!(published.iter().any(told), "{published:?}");

    let (done, events) = job(&small);
    assert!(matches!(done.unwrap().as_slice(), [Done { outcome: Outcome::UpToDate(_), made: 0, .. }]));
    assert!(events.iter().all(not_read), "nothing was to do: {events:?}");
}

#[test]
fn a_stage_that_fails_ends_too() {
    let small = practices();
    small.extract("lukket.csv", "another heading\n2\n");
    let (done, events) = job(&small);
    assert!(done.is_err());
    let stages = stages(&events);
    let [(Stage::Pull, 2, pulled)] = stages.as_slice() else { panic!("{stages:?}") };
    let failed = |event: &&&Event| matches!(event, Event::Failed { what, .. } if what == "lukket.csv");
    assert_eq!(pulled.iter().filter(failed).count(), 1, "{pulled:?}");
    assert_eq!(pulled.iter().filter(|event| matches!(event, Event::Staged { .. })).count(), 1, "{pulled:?}");
}

#[test]
fn log_lines_keep_what_collectors_look_for() {
    let output = practices().0.command(&["run", "--log", "json"]).env("MAALTAL_LOG", "maaltal=debug").output().unwrap();
    assert!(output.status.success());
    let lines: Vec<Value> =
        String::from_utf8(output.stderr).unwrap().lines().map(serde_json::from_str).collect::<Result<_, _>>().unwrap();
    let line = |level: &str, target: &str, message: &str| {
        let is_it = |line: &&Value| {
            let told = line["fields"]["message"].as_str().unwrap();
            line["level"] == level && line["target"] == target && told.lines().next() == Some(message)
        };
        let found = lines.iter().find(is_it);
        found
            .map(|line| line["fields"].clone())
            .unwrap_or_else(|| panic!("no {level} {target} {message} in {lines:#?}"))
    };
    assert_eq!(line("WARN", "maaltal::pull::find::unread", "not read among the extracts:")["files"], 1);
    let strange = "left out a column that the contract does not know";
    assert_eq!(
        line("WARN", "maaltal::pull::run", strange),
        json!({ "message": strange, "source": "reg", "file": "reg.csv", "column": "by" })
    );
    let staged = line("INFO", "maaltal::pull::run", "staged");
    assert!(staged["source"].is_string() && staged["file"].is_string() && staged["rejected"].is_u64(), "{staged}");
    let derived = line("DEBUG", "maaltal::derive::run", "derived");
    assert!(derived["model"].is_string() && derived["rows"].is_u64() && derived["ms"].is_u64(), "{derived}");
    let published = line("INFO", "maaltal::publish::commit", "published");
    assert_eq!((&published["dataset"], &published["version"]), (&json!("small"), &json!("1")), "{published}");
}
