//! A local store on a disk that fails, is full, or loses its writer at any change of it: no reader sees half a version, no
//! version that was there is changed, and the next run makes the same bytes as one that nothing happened to.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::bytewise::Bytewise;
use crate::support::counted::counted;
use crate::support::python::python;
use crate::support::small::Small;
use crate::support::{Project, Told, cases, copy, repository};

/// What goes wrong at a change of the disk.
const FAULTS: [&str; 3] = ["kill", "once", "full"];

fn is_half_written(file: &Path) -> bool {
    file.file_name().unwrap().to_str().unwrap().starts_with(".staged-")
}

/// A run of which one change of the disk goes wrong.
pub(crate) struct Disturbed {
    pub(crate) told: Told,
    pub(crate) changes: usize,
    /// The change that went wrong, if there was one of its number.
    pub(crate) hit: Option<String>,
}

/// Runs the job with the store and the temporary files in a folder whose change of a number goes wrong.
pub(crate) fn run(project: &Project, folder: &str, number: usize, fault: &str) -> Disturbed {
    let job = project.process(&["run", "--store", &format!("{folder}/data")]);
    fs::create_dir_all(project.path(folder).join("tmp")).unwrap();
    let report = project.path(&format!("{folder}.report"));
    let mut command = Command::new(python());
    command.args(["-I", "-S"]).arg(repository().join("tests/it/support/disk.py"));
    command.args([&report, &project.path(folder)]).args([&number.to_string(), fault]);
    command.arg(job.get_program()).args(job.get_args()).current_dir(project.path(""));
    command.envs(job.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let told = Told::from(command.env("TMPDIR", project.path(folder).join("tmp")).output().unwrap());
    let report = fs::read_to_string(&report).unwrap_or_else(|_| panic!("nothing was counted: {}", told.stderr));
    let mut lines = report.lines();
    let changes = lines.next().unwrap().parse().unwrap();
    Disturbed { told, changes, hit: lines.next().filter(|hit| !hit.is_empty()).map(str::to_owned) }
}

struct Case<'a> {
    project: &'a Project,
    /// What an undisturbed run leaves.
    wanted: &'a Bytewise,
    /// What was published before.
    kept: &'a Bytewise,
}

impl Case<'_> {
    /// Whether the run has a change of this number, which then went wrong as it should.
    fn goes_wrong(&self, number: usize, fault: &str) -> bool {
        let Self { project, wanted, kept } = self;
        let folder = format!("{fault}{number}");
        let store = format!("{folder}/data");
        copy(&project.path("data"), &project.path(&store), &|_| true);
        let Disturbed { told, hit, .. } = run(project, &folder, number, fault);
        let Some(hit) = hit else { return false };
        let what = format!("{fault} at change {number}, {hit}: {} {}", told.code, told.stderr);
        let after = Bytewise::of_folder(&project.path(&store));
        assert!(after.whole_versions() <= wanted.whole_versions(), "{what}");
        assert!(after.latest_is_of_the_log(), "{what}");
        assert!(after.holds(kept), "{what}: {:?}", kept.difference(&after));
        match (fault, told.code) {
            ("kill", code) => assert_eq!(code, 128 + 9, "{what}"),
            (_, 0) => assert_eq!(after.whole_versions(), wanted.whole_versions(), "{what}"),
            (_, code) => {
                assert!(code == 7 && told.stderr.contains("error: ") && told.stderr.contains("hint: "), "{what}");
            }
        }
        assert!(!told.stderr.contains("panicked"), "{what}");
        let left = project.files(&store).into_iter().find(|file| is_half_written(file));
        assert!(fault == "kill" || hit.starts_with("unlink") || left.is_none(), "{what}: {left:?} is left");
        let again = project.maaltal(&["run", "--store", &store]);
        assert_eq!(again.code, 0, "{what}: {}", again.stderr);
        let after = Bytewise::of_folder(&project.path(&store));
        assert!(after == **wanted, "{what}: {:?}", after.difference(wanted));
        fs::remove_dir_all(project.path(&folder)).unwrap();
        true
    }
}

#[test]
fn a_disk_that_fails_at_any_change_of_it_leaves_no_half_version() {
    let Small(project) = &corrected();
    copy(&project.path("data"), &project.path("undisturbed/data"), &|_| true);
    let undisturbed = run(project, "undisturbed", 1, "never");
    assert_eq!(undisturbed.told.code, 0, "{}", undisturbed.told.stderr);
    let wanted = Bytewise::of_folder(&project.path("undisturbed/data"));
    assert_eq!(wanted.whole_versions(), 2);
    let kept = Bytewise::of_folder(&project.path("data")).published();
    let case = Case { project, wanted: &wanted, kept: &kept };
    let next = AtomicUsize::new(0);
    let beyond = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed) + 1;
            // Each change goes wrong in one way, and the changes beside it in the others; in all ways where there is time.
            let faults = if cases().is_some() { FAULTS.to_vec() } else { vec![FAULTS[number % FAULTS.len()]] };
            if !faults.into_iter().all(|fault| case.goes_wrong(number, fault)) {
                return number;
            }
        }
    };
    let last = std::thread::scope(|scope| [scope.spawn(beyond), scope.spawn(beyond)].map(|it| it.join().unwrap()));
    // Threads that race may make one more or one less.
    let changes = undisturbed.changes;
    assert!(last.iter().all(|last| last.abs_diff(changes) < 16), "{last:?} of {changes}");
    println!("{changes} changes of the disk went wrong");
}

/// A project whose store holds the version before a correction.
fn corrected() -> Small {
    let small = counted(2018);
    small.0.succeeds(&["run"]);
    small.extract("reg_2019.csv", "nr;antal\n1;20\n2;30\n");
    small
}
