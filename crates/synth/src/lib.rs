//! Synthetic register extracts for tests and demonstrations: seeded, deterministic, in the
//! registers' own formats, and never of real persons.
//!
//! A country of practices and doctors is simulated over the years and steered so that it keeps
//! the published figures; each year's extracts are cut from its history as it was known on the
//! day of the extract. What is calibrated, what from and what is invented stands in
//! `calibration`, `places` and `demography`.

mod apportion;
mod calendar;
mod code_lists;
mod country;
mod cpr;
mod defects;
mod extracts;
mod faults;
mod files;
mod names;
mod people;
mod rng;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

use serde::Serialize;

pub use code_lists::{code_lists, municipalities};
use country::Country;
use country::calibration::{FIRST_YEAR, LAST_YEAR};
use country::places::Places;
use faults::Faults;
pub use faults::{BrokenFiles, Fault, Sowing};
use files::{Coverage, Effort, Folder};
use maaltal_definition::{CodeLists, Contract};
use people::People;
pub use people::Scale;

/// The list of what was broken, below the folder.
const FAULTS: &str = "_faults.json";

#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// The first year to write extracts of, 2014 at the earliest.
    pub first_year: i16,
    /// The last year to write extracts of, 2025 at the latest.
    pub last_year: i16,
    pub scale: Scale,
    /// What is broken on purpose; nothing is without it, but for the few rows that the testdata always has.
    pub faults: Option<Sowing>,
}

#[derive(Debug, Clone)]
pub struct Summary {
    /// The files, relative to where they were written.
    pub files: Vec<PathBuf>,
    /// Their data rows, the bad ones included.
    pub rows: u64,
    /// What was broken on purpose, where that was asked for.
    pub faults: Vec<Fault>,
}

/// A municipality as the caller's code list has it.
#[derive(Debug, Clone)]
pub struct Municipality {
    /// Three digits.
    pub code: String,
    pub name: String,
    /// The region it belongs to until 2026, `1081` to `1085`.
    pub region: String,
}

#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// Years outside the simulation.
    #[error("synthetic extracts exist for {FIRST_YEAR} to {LAST_YEAR}, not for {first} to {last}")]
    Years { first: i16, last: i16 },
    /// A municipality that the generator cannot use.
    #[error("municipality {code} cannot be used: {reason}")]
    Municipality { code: String, reason: &'static str },
    /// A region that nothing can lie in.
    #[error("region {region} has no municipality for its practices")]
    Region { region: &'static str },
    /// A file that was to be broken as a whole is not.
    #[error("no file could be broken as asked for: {what}")]
    Unbroken {
        /// How, and of which source and year.
        what: String,
    },
    #[error("cannot write {}", path.display())]
    Io {
        /// What was to be written.
        path: PathBuf,
        source: std::io::Error,
    },
    /// A list of the project's can't be used.
    #[error("cannot read the list {name}: {reason}")]
    List {
        /// The list, or its file.
        name: String,
        reason: String,
    },
    #[error("cannot write JSON")]
    Json(#[from] serde_json::Error),
    #[error("cannot write the workbook")]
    Excel(#[source] Box<rust_xlsxwriter::XlsxError>),
}

/// Marks the folder as synthetic, for whatever reads it later. Fields by name, as the keys are.
#[derive(Debug, Serialize)]
struct Mark<'a> {
    files: BTreeMap<&'a Path, &'a str>,
    generator: &'static str,
    /// Millionths of the people, in the files that are about a sample of them.
    sample: u32,
    sampled: BTreeSet<&'a Path>,
    seed: u64,
    synthetic: bool,
    years: String,
}

/// What all extracts are cut from.
struct World<'a> {
    seed: u64,
    places: &'a Places,
    country: &'a Country<'a>,
    people: People<'a>,
}

/// Writes one kind of extract for a year.
/// The registers that have a contract and of which no extract is written: their years are over.
pub const UNWRITTEN: [&str; 1] = ["sysi"];

type WriteYear = fn(&World<'_>, i16, &Folder) -> Result<(), SynthError>;

/// The extracts of every year, those that take longest first.
const YEARLY: [WriteYear; 14] = [
    |world, year, folder| extracts::sssy::write(&world.people, world.country, world.seed, year, folder),
    |world, year, folder| extracts::sikrede::write(&world.people, year, folder),
    |world, year, folder| extracts::bef::write(&world.people, year, folder),
    |world, year, folder| extracts::cpr_register::write(&world.people, year, folder),
    |world, year, folder| extracts::training_files::write(world.country, world.seed, year, folder),
    |world, year, folder| extracts::yderregister::write(world.country, year, world.seed, folder),
    |world, year, folder| extracts::population::write(world.places, year, folder),
    |world, year, folder| extracts::yder_status::write(world.country, year, world.seed, folder),
    |world, year, folder| extracts::autorisation::write(world.country, world.seed, year, folder),
    |world, year, folder| extracts::staff::write(world.country, world.seed, year, folder),
    |world, year, folder| extracts::quality::write(world.country, world.seed, year, folder),
    |world, year, folder| extracts::clusters::write(world.country, world.seed, year, folder),
    |world, year, folder| extracts::digital::write(world.country, world.seed, year, folder),
    |world, year, folder| {
        extracts::clinics::write(world.country, world.seed, year, folder)?;
        extracts::plans::write_year(folder, world.places, world.seed, year)
    },
];

/// Writes the extracts of the years below `out`, on all cores, and `_synthetic.json` last.
///
/// The contracts tell what can be broken, where faults are asked for; `_faults.json` lists them.
///
/// # Errors
/// The years, the municipalities or the file system.
pub fn write(
    options: &Options,
    municipalities: &[Municipality],
    contracts: &BTreeMap<String, Contract>,
    code_lists: &CodeLists,
    out: &Path,
) -> Result<Summary, SynthError> {
    let &Options { seed, first_year: first, last_year: last, scale, faults } = options;
    if first < FIRST_YEAR || last > LAST_YEAR || first > last {
        return Err(SynthError::Years { first, last });
    }
    let places = Places::new(municipalities)?;
    let country = Country::simulate(seed, &places);
    let people = People::new(&country, seed, scale);
    let world = World { seed, places: &places, country: &country, people };
    let faults = faults.map(|sowing| Faults::new(seed, sowing, first..=last, contracts.clone(), code_lists.clone()));
    let folder = Folder::new(out, faults).packed_with(Effort::at(scale));
    let years: Vec<i16> = (first..=last).collect();
    let tasks: Vec<(WriteYear, i16)> =
        YEARLY.iter().flat_map(|write| years.iter().map(move |year| (*write, *year))).collect();
    in_parallel(&tasks, |(write, year)| write(&world, *year, &folder))?;
    extracts::money::write(&folder, seed)?;
    extracts::plans::write(&folder)?;
    extracts::health_centres::write(&folder, &places, seed)?;
    extracts::training_files::write_all(&country, seed, &folder)?;
    finish(options, folder, out)
}

/// Does the tasks in their order, several at once; the first that fails ends it.
fn in_parallel<T: Sync>(tasks: &[T], work: impl Fn(&T) -> Result<(), SynthError> + Sync) -> Result<(), SynthError> {
    let queue = Mutex::new(tasks.iter());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let worker = || {
        while let Some(task) = next() {
            if let Err(error) = work(task) {
                // Nobody begins another.
                while next().is_some() {}
                return Err(error);
            }
        }
        Ok(())
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        let done = |worker: thread::ScopedJoinHandle<'_, _>| match worker.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        workers.into_iter().try_for_each(done)
    })
}

/// Writes the list of what was broken, and the mark.
fn finish(options: &Options, folder: Folder, out: &Path) -> Result<Summary, SynthError> {
    let (written, faults) = folder.into_written()?;
    let sampled = |file: &&files::Written| file.coverage == Coverage::Sample && options.scale != Scale::WHOLE;
    let mark = Mark {
        files: written.iter().map(|file| (file.path.as_path(), file.sha256.as_str())).collect(),
        generator: "maaltal-synth",
        sample: options.scale.0,
        sampled: written.iter().filter(sampled).map(|file| file.path.as_path()).collect(),
        seed: options.seed,
        synthetic: true,
        years: format!("{}-{}", options.first_year, options.last_year),
    };
    let mut files: Vec<PathBuf> = written.iter().map(|file| file.path.clone()).collect();
    match &faults {
        Some(faults) => {
            save_json(out, FAULTS, faults)?;
            files.push(FAULTS.into());
        }
        // A list of an earlier time would be of other files.
        None => drop(std::fs::remove_file(out.join(FAULTS))),
    }
    save_json(out, "_synthetic.json", &mark)?;
    files.push("_synthetic.json".into());
    let rows = written.iter().map(|file| file.rows).sum();
    Ok(Summary { files, rows, faults: faults.unwrap_or_default() })
}

fn save_json(out: &Path, name: &str, document: &impl Serialize) -> Result<(), SynthError> {
    let path = out.join(name);
    let mut bytes = serde_json::to_vec_pretty(document)?;
    bytes.push(b'\n');
    std::fs::write(&path, bytes).map_err(|source| SynthError::Io { path, source })
}
