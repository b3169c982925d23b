//! The README, the book and the JSON schemas say what the code does: what pages show is run, what follows from the code is
//! written anew and compared, and every link leads somewhere. The programs are in `tests/pages/`.
//!
//! With `UPDATE_PAGES=1` the generated pages and schemas are written.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::cargo_bin;
use tempfile::NamedTempFile;

use crate::published_figures_come_out::{published, told_of_the_run};
use crate::support::python::python;
use crate::support::{PSEUDONYM_KEY, repository};

/// Runs a program that has to succeed.
fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    told
}

/// One of the programs in `tests/pages`, in Python.
fn program(name: &str) -> Command {
    let mut command = Command::new(python());
    command.arg("-B").arg(repository().join("tests/pages").join(name));
    command
}

/// The same, to hold something of the checkout to the binary, or to write it.
fn holding(name: &str) -> Command {
    let mut command = program(name);
    command.arg("--root").arg(repository()).arg("--maaltal").arg(cargo_bin("maaltal"));
    if std::env::var_os("UPDATE_PAGES").is_some() {
        command.arg("--write");
    }
    command
}

/// Does what a page shows, in a copy of a project that has published its first version.
fn does_what_it_shows(page: &str) {
    let first_run = NamedTempFile::new().unwrap();
    fs::write(first_run.path(), &told_of_the_run().stdout).unwrap();
    let mut reader = program("blocks.py");
    reader.arg("--project").arg(published().path("")).arg("--maaltal").arg(cargo_bin("maaltal"));
    // Under another key all persons would be staged anew.
    reader.env("MAALTAL_PSEUDONYM_KEY", PSEUDONYM_KEY);
    reader.arg("--first-run").arg(first_run.path());
    // `cargo test --workspace` builds it beside the product.
    reader.arg("--synth").arg(cargo_bin("maaltal").with_file_name("maaltal-synth"));
    reader.arg(repository().join(page));
    succeeds(&mut reader);
}

macro_rules! pages {
    ($($test:ident: $page:literal,)*) => {
        const PAGES: &[&str] = &[$($page),*];
        $(
            #[test]
            fn $test() {
                does_what_it_shows($page);
            }
        )*
    };
}

pages! {
    the_readme_is_done_as_shown: "README.md",
    the_first_run_is_done_as_shown: "docs/src/tutorial/first-run.md",
    the_first_indicator_is_done_as_shown: "docs/src/tutorial/first-indicator.md",
    the_first_source_is_done_as_shown: "docs/src/tutorial/first-source.md",
    tables_are_read_as_shown: "docs/src/guides/read-the-tables.md",
    queries_for_dashboards_give_the_same_rows_in_duckdb: "docs/src/guides/dashboards.md",
    rejected_rows_are_shown_as_shown: "docs/src/guides/rejected-rows.md",
    versions_are_proved_and_compared_as_shown: "docs/src/guides/prove-a-version.md",
    versions_are_taken_back_as_shown: "docs/src/guides/take-a-version-back.md",
    the_store_is_cleaned_as_shown: "docs/src/guides/clean-the-store.md",
    a_schedule_is_made_as_shown: "docs/src/guides/schedule.md",
    versions_are_signed_and_checked_as_shown: "docs/src/guides/sign-a-version.md",
    s3_is_used_as_shown: "docs/src/guides/s3-and-secrets.md",
    tables_are_encrypted_as_shown: "docs/src/guides/encrypt-the-tables.md",
    synthetic_extracts_are_made_as_shown: "docs/src/guides/synthetic-extracts.md",
}

#[test]
fn every_page_of_the_tutorial_and_the_guides_is_done() {
    let pages = |folder: &str| {
        let below = repository().join("docs/src").join(folder);
        fs::read_dir(below).unwrap().map(move |entry| entry.unwrap().path()).collect::<Vec<_>>()
    };
    let written: BTreeSet<_> = ["tutorial", "guides"].into_iter().flat_map(pages).collect();
    let done: BTreeSet<_> =
        PAGES.iter().filter(|page| **page != "README.md").map(|page| repository().join(page)).collect();
    assert_eq!(written, done);
}

#[test]
fn the_reference_says_what_the_code_says() {
    succeeds(&mut holding("reference.py"));
}

#[test]
fn the_page_on_performance_shows_all_that_is_measured() {
    succeeds(program("performance.py").arg(repository()));
}

#[test]
fn schemas_take_and_refuse_what_the_code_does() {
    succeeds(&mut holding("schemas.py"));
}

#[test]
fn every_link_leads_somewhere_and_the_book_can_be_built() {
    succeeds(program("links.py").arg(repository()));
    let book = tempfile::tempdir().unwrap();
    let mdbook = python().with_file_name("mdbook");
    succeeds(Command::new(mdbook).arg("build").arg(repository().join("docs")).arg("--dest-dir").arg(book.path()));
    assert!(book.path().join("index.html").exists());
}

#[test]
fn the_readme_is_read_in_a_minute() {
    let length = fs::metadata(repository().join("README.md")).unwrap().len();
    assert!(length <= 6 * 1024, "{length} bytes: what is looked up stands in the book");
}

#[test]
fn definitions_are_completed_by_editors() {
    let rules: toml::Table = toml::from_str(&fs::read_to_string(repository().join(".taplo.toml")).unwrap()).unwrap();
    let named: BTreeSet<&OsStr> = rules["rule"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| Path::new(rule["schema"]["path"].as_str().unwrap()).file_name().unwrap())
        .collect();
    let there = fs::read_dir(repository().join("docs/schemas")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(named, there.collect::<BTreeSet<_>>().iter().map(AsRef::as_ref).collect());
}
