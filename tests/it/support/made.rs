//! Runs that are made once a process, for all tests that begin where a run ends.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, OnceLock};

use tempfile::TempDir;

use super::{Project, Told, place};

/// A project that was run once. Tests only read it: other projects share its store's files.
pub(crate) struct Made {
    pub(crate) project: Project,
    /// What the run told.
    pub(crate) told: Told,
}

/// The synthetic country's years, run once.
pub(crate) fn made(first: i16, last: i16) -> &'static Made {
    static MADE: Mutex<BTreeMap<(i16, i16), &'static OnceLock<Made>>> = Mutex::new(BTreeMap::new());
    let years = *MADE.lock().unwrap().entry((first, last)).or_insert_with(|| Box::leak(Box::default()));
    years.get_or_init(|| {
        let project = Project::with_years_in(TempDir::new_in(home()).unwrap(), first, last);
        let told = project.succeeds(&["run"]);
        Made { project, told }
    })
}

impl Project {
    /// The years staged and derived, with nothing published.
    pub(crate) fn derived(first: i16, last: i16) -> Self {
        Self::with_years(first, last).sharing(made(first, last), &["staged", "derived"])
    }

    /// The years published as version 1.
    pub(crate) fn published(first: i16, last: i16) -> Self {
        Self::with_years(first, last).sharing(made(first, last), &["staged", "derived", "published"])
    }

    /// The years' registers alone, staged: no model is planned before a pull.
    pub(crate) fn staged(first: i16, last: i16) -> Self {
        Self::with_years(first, last).without_models().sharing(made(first, last), &["staged"])
    }

    /// With one model that reads nothing in place of the project's own.
    pub(crate) fn without_models(self) -> Self {
        fs::remove_dir_all(self.path("sql/almen_praksis")).unwrap();
        fs::create_dir(self.path("sql/almen_praksis")).unwrap();
        fs::write(self.path("sql/almen_praksis/one.sql"), "-- One row is a row.\nSELECT 1 AS one").unwrap();
        // Sources follow from the SQL: where there is none they are listed. No extract is written of `sysi`, and entries lie
        // beside models.
        let files = self.files("pipelines/sources").into_iter();
        let names = files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned());
        let listed: Vec<_> = names.filter(|name| !["indicators", "sysi"].contains(&name.as_str())).collect();
        self.edit("pipelines/almen_praksis.toml", |pipeline| format!("sources = {listed:?}\n{pipeline}"));
        self.edit("pipelines/datasets/almen_praksis.toml", |dataset| {
            let (head, _) = dataset.split_once("[[table]]").unwrap();
            format!("{head}table = []\n")
        });
        self
    }

    /// Links some zones of a store into the project's: no file of a store is written twice, so the links stay apart.
    fn sharing(self, made: &Made, zones: &[&str]) -> Self {
        let store = Path::new("data");
        for zone in zones.iter().map(|zone| store.join(zone)) {
            place(&made.project.folder.path().join(&zone), &self.folder.path().join(&zone), &|_| true, &|from, to| {
                // Between two file systems there are no links.
                fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(|_| ())).unwrap();
            });
        }
        self
    }
}

/// Where this process keeps what it makes. A static is never dropped, so each process removes what earlier ones left.
fn home() -> &'static Path {
    static HOME: LazyLock<(PathBuf, File)> = LazyLock::new(|| {
        let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("made");
        fs::create_dir_all(&all).unwrap();
        let one_at_a_time = File::create(all.join("lock")).unwrap();
        one_at_a_time.lock().unwrap();
        for left in fs::read_dir(&all).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
            // A process that still runs holds the lock on its own.
            if File::open(left.join("lock")).is_ok_and(|lock| lock.try_lock().is_ok()) {
                fs::remove_dir_all(left).unwrap();
            }
        }
        let own = TempDir::new_in(&all).unwrap().keep();
        let lock = File::create(own.join("lock")).unwrap();
        lock.lock().unwrap();
        (own, lock)
    });
    &HOME.0
}
