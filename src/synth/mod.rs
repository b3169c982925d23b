//! Synthetic register extracts for tests and demonstrations: seeded, deterministic, in the
//! registers' own formats, and never of real persons.
//!
//! A country of practices and doctors is simulated over the years and steered so that it keeps
//! the published figures; each year's extracts are cut from its history as it was known on the
//! day of the extract. What is calibrated, what from and what is invented stands in
//! `calibration`, `places` and `demography`.

mod apportion;
mod calendar;
mod calibration;
mod country;
mod cpr;
mod defects;
mod demography;
mod doctors;
mod founding;
mod intake;
mod names;
mod places;
mod population;
mod rng;
#[cfg(test)]
mod tests;
mod yder_status;
mod yderregister;
mod year;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};
use serde::Serialize;
use sha2::{Digest, Sha256};

use calibration::{FIRST_YEAR, LAST_YEAR};
use country::Country;
use places::Places;

/// What to write.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// The first year to write extracts of, 2014 at the earliest.
    pub first_year: i16,
    /// The last year to write extracts of, 2025 at the latest.
    pub last_year: i16,
}

/// What was written.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The files, relative to where they were written.
    pub files: Vec<PathBuf>,
    /// Their data rows, the bad ones included.
    pub rows: u64,
}

/// A municipality as the caller's code list has it.
#[derive(Debug, Clone)]
pub struct Municipality {
    /// Three digits.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The region it belongs to until 2026, `1081` to `1085`.
    pub region: String,
}

/// Why extracts could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// Years outside the simulation.
    #[error("synthetic extracts exist for {FIRST_YEAR} to {LAST_YEAR}, not for {first} to {last}")]
    Years {
        /// The first year asked for.
        first: i16,
        /// The last year asked for.
        last: i16,
    },
    /// A municipality that the generator cannot use.
    #[error("municipality {code} cannot be used: {reason}")]
    Municipality {
        /// Its code.
        code: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A region that nothing can lie in.
    #[error("region {region} has no municipality for its practices")]
    Region {
        /// Its code.
        region: &'static str,
    },
    /// The file system refused.
    #[error("cannot write {}", path.display())]
    Io {
        /// What was to be written.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The list of files could not be made.
    #[error("cannot list the files")]
    List(#[from] serde_json::Error),
}

/// Marks the folder as synthetic, for whatever reads it later. Fields by name, as the keys are.
#[derive(Debug, Serialize)]
struct Mark<'a> {
    files: BTreeMap<&'a Path, String>,
    generator: &'static str,
    seed: u64,
    synthetic: bool,
    years: String,
}

/// Writes the extracts of the years below `out`, and `_synthetic.json` last.
pub fn write(options: &Options, municipalities: &[Municipality], out: &Path) -> Result<Summary, SynthError> {
    let mut files = BTreeMap::new();
    let mut summary = Summary { files: Vec::new(), rows: 0 };
    generate(options, municipalities, &mut |extract| {
        save(&out.join(&extract.path), &extract.bytes)?;
        summary.files.push(extract.path.clone());
        summary.rows += extract.rows;
        files.insert(extract.path, hex(&Sha256::digest(&extract.bytes)));
        Ok(())
    })?;
    let mark = Mark {
        files: files.iter().map(|(path, digest)| (path.as_path(), digest.clone())).collect(),
        generator: "maaltal synth",
        seed: options.seed,
        synthetic: true,
        years: format!("{}-{}", options.first_year, options.last_year),
    };
    let path = PathBuf::from("_synthetic.json");
    let mut bytes = serde_json::to_vec_pretty(&mark)?;
    bytes.push(b'\n');
    save(&out.join(&path), &bytes)?;
    summary.files.push(path);
    Ok(summary)
}

/// One file of the output.
#[derive(Debug)]
struct Extract {
    path: PathBuf,
    bytes: Vec<u8>,
    rows: u64,
}

/// Makes the files one after the other, so that one is in memory at a time.
fn generate(
    options: &Options,
    municipalities: &[Municipality],
    put: &mut dyn FnMut(Extract) -> Result<(), SynthError>,
) -> Result<(), SynthError> {
    let &Options { seed, first_year: first, last_year: last } = options;
    if first < FIRST_YEAR || last > LAST_YEAR || first > last {
        return Err(SynthError::Years { first, last });
    }
    let places = Places::new(municipalities)?;
    let country = Country::simulate(seed, &places);
    for year in first..=last {
        let (text, rows) = yderregister::file(&country, year, seed);
        let path = PathBuf::from(format!("yderregister/S1040025_{year}0418.xml.gz"));
        put(Extract { bytes: gzip(&path, text.as_bytes())?, path, rows })?;

        let (text, rows) = yder_status::file(&country, year, seed);
        let (bytes, ..) = encoding_rs::WINDOWS_1252.encode(&text);
        let path = PathBuf::from(format!("yder_status/yder_status_{year}0418.csv"));
        put(Extract { bytes: bytes.into_owned(), path, rows })?;

        let (text, rows) = population::file(&places, year);
        let path = PathBuf::from(format!("statbank/FOLK1A_{year}K1.csv.gz"));
        put(Extract { bytes: gzip(&path, text.as_bytes())?, path, rows })?;
    }
    Ok(())
}

/// Compressed without a name and a time in the header, which would differ from run to run.
fn gzip(path: &Path, bytes: &[u8]) -> Result<Vec<u8>, SynthError> {
    let refuse = |source| SynthError::Io { path: path.to_owned(), source };
    let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::default());
    encoder.write_all(bytes).map_err(refuse)?;
    encoder.finish().map_err(refuse)
}

fn save(path: &Path, bytes: &[u8]) -> Result<(), SynthError> {
    let refuse = |source| SynthError::Io { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(refuse)?;
    }
    std::fs::write(path, bytes).map_err(refuse)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
