//! The figures are worked out a second time, from the raw extracts and in another language, by what the dictionary says and
//! not by what the SQL does (`tests/rederive/`): both have to agree, in every year and place.

use std::fs;
use std::process::Command;

use crate::published_figures_come_out::published;
use crate::support::python::python;
use crate::support::{repository, text};

#[test]
fn a_second_derivation_from_the_raw_extracts_agrees() {
    let project = published();
    let folder = text(&project.rows(&["versions"])[0], "folder").to_owned();
    // What is hidden is wrong nowhere either: the rows before the masks are compared.
    let mut values = fs::read_dir(project.path("data/derived/indicator_value")).unwrap();
    let values = values.next().unwrap().unwrap().path().join("indicator_value.parquet");
    let output = Command::new(python())
        .arg(repository().join("tests/rederive/compare.py"))
        .args(["--extracts", "testdata", "--definitions", "pipelines", "--version"])
        .arg(format!("data/published/almen_praksis/{folder}"))
        .arg("--values")
        .arg(values)
        .current_dir(project.path(""))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains(": 0 differ"), "{told}");
}
