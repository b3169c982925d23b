//! The synthetic country is the same for the same seed, and another for another.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The checkout that is tested: cargo names this package's folder in it.
fn repository() -> PathBuf {
    let package =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package.join("../..")
}

fn synth(out: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("maaltal-synth"));
    command.current_dir(repository()).arg("--out").arg(out).args(arguments);
    for variable in ["MAALTAL_ENV", "MAALTAL_PROJECT"] {
        command.env_remove(variable);
    }
    command.output().unwrap()
}

fn succeeds(out: &Path, arguments: &[&str]) {
    let output = synth(out, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// All files below a folder with their bytes, sorted, relative to it.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { collect(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    collect(folder, &mut found);
    found.sort();
    found.iter().map(|file| (file.strip_prefix(folder).unwrap().to_owned(), fs::read(file).unwrap())).collect()
}

#[test]
fn the_committed_testdata_is_what_synth_writes() {
    let folder = TempDir::new().unwrap();
    succeeds(folder.path(), &[]);
    let (written, committed) = (files(folder.path()), files(&repository().join("testdata")));
    let names = |files: &[(PathBuf, Vec<u8>)]| files.iter().map(|file| file.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&written), names(&committed));
    for ((file, written), (_, committed)) in written.iter().zip(&committed) {
        assert!(written == committed, "{}", file.display());
    }
}

#[test]
fn the_seed_decides_every_byte() {
    let folder = TempDir::new().unwrap();
    let write = |out: &str, seed: &str| {
        let out = folder.path().join(out);
        succeeds(&out, &["--seed", seed, "--years", "2018-2018", "--faults", "0.01", "--broken-files"]);
        let files = files(&out);
        assert!(files.len() > 30, "{}", files.len());
        files
    };
    let first = write("one", "7");
    assert!(first == write("two", "7"));
    assert!(first != write("three", "8"));
}

#[test]
fn years_and_shares_that_are_none_are_refused() {
    let folder = TempDir::new().unwrap();
    for years in ["2018", "2019-2018", "to-fro"] {
        assert_eq!(synth(folder.path(), &["--years", years]).status.code(), Some(2), "{years}");
    }
    for faults in ["0", "0.0000005", "0.03", "many"] {
        assert_eq!(synth(folder.path(), &["--faults", faults]).status.code(), Some(2), "{faults}");
    }
}
