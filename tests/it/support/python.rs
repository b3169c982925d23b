//! The Python programs that the tests need, set up once below the target folder.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::repository;

/// A Python with the packages of `tests/requirements.txt`.
pub(crate) fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let requirements = fs::read_to_string(repository().join("tests/requirements.txt")).unwrap();
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        fs::create_dir_all(target).unwrap();
        let folder = target.join("python");
        let installed = folder.join("installed.txt");
        // Two test runs at once must not both install.
        let lock = File::create(target.join("python.lock")).unwrap();
        lock.lock().unwrap();
        if fs::read_to_string(&installed).unwrap_or_default() != requirements {
            run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
            let file = repository().join("tests/requirements.txt");
            run(Command::new(folder.join("bin/pip")).args(["install", "--quiet", "--requirement"]).arg(file));
            fs::write(&installed, requirements).unwrap();
        }
        folder.join("bin/python")
    })
}

/// Runs a script and gives back what it printed.
pub(crate) fn script(code: &str, arguments: &[&str]) -> String {
    script_with(code, arguments, "")
}

/// Runs a script that is given `input`, and gives back what it printed.
pub(crate) fn script_with(code: &str, arguments: &[&str], input: &str) -> String {
    let mut command = Command::new(python());
    command.arg("-c").arg(code).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
