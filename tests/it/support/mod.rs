//! A project in a temporary folder, and the binary run on it as its user would.

pub(crate) mod bytewise;
pub(crate) mod contract_text;
pub(crate) mod counted;
pub(crate) mod failing;
pub(crate) mod made;
pub(crate) mod parquet_files;
pub(crate) mod proxy;
pub(crate) mod python;
pub(crate) mod s3;
pub(crate) mod small;
pub(crate) mod workbooks;

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::LazyLock;

use assert_cmd::Command;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// The secret of every test's project.
pub(crate) const PSEUDONYM_KEY: &str = "a key for tests, as long as a key has to be";

/// How many cases tests try that can try any number: `MAALTAL_CASES`, or as few as each has time for beside all others.
pub(crate) fn cases() -> Option<u64> {
    std::env::var("MAALTAL_CASES").ok()?.parse().ok()
}

/// The checkout that is tested: cargo names it to the tests that it runs, and without cargo it is the one that they were
/// built in.
pub(crate) fn repository() -> &'static Path {
    static CHECKOUT: LazyLock<PathBuf> = LazyLock::new(|| {
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from)
    });
    &CHECKOUT
}

/// The text in UTF-8, or else in one byte a letter, as the change leaves it.
fn edited(bytes: Vec<u8>, change: &impl Fn(String) -> String) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(text) => change(text).into_bytes(),
        Err(error) => {
            let text = error.into_bytes().into_iter().map(char::from).collect();
            change(text).chars().map(|letter| u8::try_from(letter).unwrap()).collect()
        }
    }
}

/// A copy of the project with the extracts of some years.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    /// A folder with nothing in it.
    pub(crate) fn empty() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// The definitions and the synthetic extracts of `years`.
    pub(crate) fn with_years(first: i16, last: i16) -> Self {
        Self::with_years_in(TempDir::new().unwrap(), first, last)
    }

    fn with_years_in(folder: TempDir, first: i16, last: i16) -> Self {
        copy(&repository().join("testdata"), &folder.path().join("testdata"), &|name| serves(name, first, last));
        Self::defined_in(folder, first, last)
    }

    /// The definitions for `years`, and no extract.
    pub(crate) fn defined(first: i16, last: i16) -> Self {
        Self::defined_in(TempDir::new().unwrap(), first, last)
    }

    fn defined_in(folder: TempDir, first: i16, last: i16) -> Self {
        for part in ["pipelines", "sql"] {
            copy(&repository().join(part), &folder.path().join(part), &|_| true);
        }
        let project = Self { folder };
        if (first, last) != (2014, 2025) {
            project.edit("pipelines/almen_praksis.toml", |text| {
                text.replace("{ from = 2014 }", &format!("{{ from = {first}, to = {last} }}"))
            });
        }
        project
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// Changes a text file, in UTF-8 or else in one byte a letter; the change has to change something.
    pub(crate) fn edit(&self, file: &str, change: impl Fn(String) -> String) {
        self.edit_bytes(file, |bytes| edited(bytes, &change));
    }

    /// Changes the bytes of a file.
    pub(crate) fn edit_bytes(&self, file: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) {
        let before = fs::read(self.path(file)).unwrap();
        let after = change(before.clone());
        assert!(before != after, "the edit of {file} changes nothing");
        fs::write(self.path(file), after).unwrap();
    }

    /// Changes the text in a Zstandard file.
    pub(crate) fn edit_zstd(&self, file: &str, change: impl Fn(String) -> String) {
        self.edit_bytes(file, |bytes| {
            let unpacked = zstd::decode_all(bytes.as_slice()).unwrap();
            zstd::encode_all(edited(unpacked, &change).as_slice(), 3).unwrap()
        });
    }

    /// Changes the text in a gzip file.
    pub(crate) fn edit_gzip(&self, file: &str, change: impl Fn(String) -> String) {
        self.edit_bytes(file, |bytes| {
            let mut unpacked = Vec::new();
            GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).unwrap();
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&edited(unpacked, &change)).unwrap();
            encoder.finish().unwrap()
        });
    }

    /// The binary, in the project's folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        Command::from_std(self.process(arguments))
    }

    /// The same, to be started and left alone.
    pub(crate) fn process(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("maaltal"));
        command.current_dir(self.folder.path()).args(arguments);
        // A register file that a test has changed is not synthetic any more.
        command.env("MAALTAL_PSEUDONYM_KEY", PSEUDONYM_KEY);
        for variable in ["MAALTAL_ENV", "MAALTAL_PROJECT", "MAALTAL_LOG", "MAALTAL_SIGNING_KEY", "RUST_BACKTRACE"] {
            command.env_remove(variable);
        }
        command
    }

    /// Runs a command that has to succeed, on one core: the engine then has one partition.
    pub(crate) fn succeeds_on_one_core(&self, arguments: &[&str]) -> Told {
        let alone = self.process(arguments);
        let mut pinned = std::process::Command::new("taskset");
        pinned.args(["-c", "0"]).arg(alone.get_program()).args(alone.get_args()).current_dir(self.folder.path());
        for (variable, value) in alone.get_envs() {
            match value {
                Some(value) => pinned.env(variable, value),
                None => pinned.env_remove(variable),
            };
        }
        let told = Told::from(pinned.output().unwrap());
        assert_eq!(told.code, 0, "{arguments:?}: {}", told.stderr);
        told
    }

    pub(crate) fn maaltal(&self, arguments: &[&str]) -> Told {
        Told::from(self.command(arguments).output().unwrap())
    }

    /// Runs a command that has to succeed.
    pub(crate) fn succeeds(&self, arguments: &[&str]) -> Told {
        let told = self.maaltal(arguments);
        assert_eq!(told.code, 0, "{arguments:?}: {}", told.stderr);
        told
    }

    /// The rows that a command answers.
    pub(crate) fn rows(&self, arguments: &[&str]) -> Vec<Value> {
        let told = self.succeeds(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&told.stdout).unwrap()
    }

    pub(crate) fn sql(&self, query: &str) -> Vec<Value> {
        self.rows(&["sql", query])
    }

    /// The rows of a published table, in an order of their own.
    pub(crate) fn published_rows(&self, table: &str) -> Vec<String> {
        let mut rows: Vec<String> = self.sql(&format!("SELECT * FROM {table}")).iter().map(Value::to_string).collect();
        rows.sort();
        rows
    }

    /// The rows of a model behind the latest version, with nothing hidden, in an order of their own.
    pub(crate) fn derived_rows(&self, model: &str) -> Vec<String> {
        self.published_rows(&format!("derived.{model}"))
    }

    /// All files below a folder of the project, sorted, relative to it.
    pub(crate) fn files(&self, below: &str) -> Vec<PathBuf> {
        let folder = self.path(below);
        let mut found = Vec::new();
        collect(&folder, &mut found);
        found.sort();
        found.iter().map(|file| file.strip_prefix(&folder).unwrap().to_owned()).collect()
    }
}

/// What a run of the binary said.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Told {
    fn from(output: Output) -> Self {
        Self {
            // A process that was killed has no code.
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Whether an extract serves one of the years, or all of them.
pub(crate) fn serves(name: &str, first: i16, last: i16) -> bool {
    let of_all_years =
        ["_", "bevilling", "regnskab", "sundhedshus", "kursus", "fremskrivning", "dimensionering", "hovedforloeb"];
    if of_all_years.iter().any(|start| name.starts_with(start)) {
        return true;
    }
    // The population of 31 December is that of the year after.
    let later = i16::from(name.starts_with("bef"));
    (first..=last).any(|year| name.contains(&(year - later).to_string()))
}

/// Copies the files of a folder whose names are wanted.
pub(crate) fn copy(from: &Path, to: &Path, wanted: &dyn Fn(&str) -> bool) {
    place(from, to, wanted, &|from, to| assert!(fs::copy(from, to).is_ok(), "{}", from.display()));
}

/// Goes through the files of a folder whose names are wanted, and has each placed below another folder.
fn place(from: &Path, to: &Path, wanted: &dyn Fn(&str) -> bool, one: &dyn Fn(&Path, &Path)) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            place(&path, &to.join(name), wanted, one);
        } else if wanted(name) {
            one(&path, &to.join(name));
        }
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, found) } else { found.push(path) }
    }
}

/// The digest as records write it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn text<'a>(row: &'a Value, column: &str) -> &'a str {
    row[column].as_str().unwrap_or_else(|| panic!("{column} is no text in {row}"))
}

pub(crate) fn number(row: &Value, column: &str) -> f64 {
    row[column].as_f64().unwrap_or_else(|| panic!("{column} is no number in {row}"))
}
