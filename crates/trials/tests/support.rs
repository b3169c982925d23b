//! A project without extracts in a temporary folder, and both binaries run on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// The checkout that is tested: cargo names this package's folder in it.
pub(crate) fn repository() -> PathBuf {
    let package =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package.join("../..")
}

/// A binary beside those that cargo builds the tests with.
fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.ancestors().nth(2).unwrap();
    let binary = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(binary.exists(), "{} is not built: `cargo test --workspace` builds it", binary.display());
    binary
}

/// The definitions of the project, for some years.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    pub(crate) fn of_years(first: i16, last: i16) -> Self {
        let folder = TempDir::new().unwrap();
        for part in ["pipelines", "sql"] {
            copy(&repository().join(part), &folder.path().join(part));
        }
        let project = Self { folder };
        project.edit("pipelines/almen_praksis.toml", |text| {
            text.replace("{ from = 2014 }", &format!("{{ from = {first}, to = {last} }}"))
        });
        project
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// Changes a text file; the change has to change something.
    pub(crate) fn edit(&self, file: &str, change: impl Fn(String) -> String) {
        let before = fs::read_to_string(self.path(file)).unwrap();
        let after = change(before.clone());
        assert!(before != after, "the edit of {file} changes nothing");
        fs::write(self.path(file), after).unwrap();
    }

    /// Writes extracts, to `testdata` if the arguments say no other folder.
    pub(crate) fn synth(&self, arguments: &[&str]) {
        let told = self.run("maaltal-synth", arguments);
        assert_eq!(told.code, 0, "{arguments:?}: {}", told.stderr);
    }

    pub(crate) fn maaltal(&self, arguments: &[&str]) -> Told {
        self.run("maaltal", arguments)
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

    fn run(&self, name: &str, arguments: &[&str]) -> Told {
        let mut command = Command::new(binary(name));
        command.current_dir(self.folder.path()).args(arguments);
        for variable in ["MAALTAL_ENV", "MAALTAL_PROJECT", "MAALTAL_LOG", "RUST_BACKTRACE"] {
            command.env_remove(variable);
        }
        let output = command.output().unwrap();
        Told {
            // A process that was killed has no code.
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// What a run of a binary said.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}

pub(crate) fn text<'a>(row: &'a Value, column: &str) -> &'a str {
    row[column].as_str().unwrap_or_else(|| panic!("{column} is no text in {row}"))
}
