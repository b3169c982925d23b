//! Definitions of any shape are taken or told: nothing that a person can write makes a reader of them panic.
//!
//! More are tried with `MAALTAL_CASES`, the number of them.

use std::fs;
use std::path::{Path, PathBuf};

use maaltal::definition::{Contract, DefinitionError, Project};
use maaltal::problem::{Exit, Explain};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::support::counted::counted;
use crate::support::{cases, repository};

/// Cases where there is no time for more.
const CASES: u64 = 3000;

/// Texts that stand where another thing is meant.
const ODD: [&str; 24] = [
    "\"\"",
    "\"æ\u{301}\u{202e}\u{0}\"",
    "-1",
    "0",
    "9223372036854775807",
    "1e309",
    "nan",
    "true",
    "[]",
    "[[]]",
    "{}",
    "{ a = 1 }",
    "2018-02-30",
    "2018-02-28",
    "07:32:00",
    "\"9999-12-31\"",
    "\"00000000\"",
    "\"{year}{year}{date}*\"",
    "\"(((\"",
    "\"1-0\"",
    "\"0-4294967296\"",
    "\"../../x\"",
    "'''\n'''",
    "\"\\U0010FFFF\"",
];

/// The lines of all definitions of the repository: what a person might write, in another place.
fn written() -> Vec<String> {
    let mut lines = Vec::new();
    for file in definitions() {
        lines.extend(fs::read_to_string(file).unwrap().lines().filter(|line| !line.is_empty()).map(str::to_owned));
    }
    lines.sort();
    lines.dedup();
    lines
}

fn definitions() -> Vec<PathBuf> {
    let pipelines = repository().join("pipelines");
    let in_folder = |folder: &str| fs::read_dir(pipelines.join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let all = ["sources", "datasets", "environments", ""].into_iter().flat_map(in_folder);
    let mut all: Vec<PathBuf> = all.filter(|file| file.extension().is_some_and(|it| it == "toml")).collect();
    all.sort();
    all
}

/// A text with some of its lines changed, moved, doubled or left out, or with others in it.
fn changed(text: &str, written: &[String], random: &mut ChaCha8Rng) -> String {
    let mut below = |limit: usize| usize::try_from(random.next_u64() % limit.max(1) as u64).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=below(4) {
        let (at, other) = (below(lines.len()), below(lines.len()));
        match below(8) {
            0 => drop(lines.remove(at)),
            1 => lines.swap(at, other),
            2 => lines.insert(at, lines[other].clone()),
            3 => lines.insert(at, written[below(written.len())].clone()),
            // Another value of the same key, or the value of another.
            4 | 5 => {
                let line = &written[below(written.len())];
                let value =
                    if below(2) == 0 { ODD[below(ODD.len())] } else { line.split_once('=').map_or("1", |it| it.1) };
                if let Some((key, _)) = lines[at].clone().split_once('=') {
                    lines[at] = format!("{key}= {value}");
                }
            }
            6 => lines.truncate(at.max(1)),
            _ => {
                let line = &mut lines[at];
                let places: Vec<usize> = line.char_indices().map(|(place, _)| place).collect();
                if !places.is_empty() {
                    let place = places[below(places.len())];
                    line.insert_str(
                        place,
                        ["\"", "'", "[", "]", "{", "}", "#", "\\", "=", ".", "\u{feff}", "æ", "-"][below(13)],
                    );
                }
            }
        }
        if lines.is_empty() {
            lines.push(String::new());
        }
    }
    lines.join("\n")
}

/// What is told of definitions that are wrong can be told.
fn is_told(errors: &[DefinitionError], what: &dyn Fn() -> String) {
    assert!(!errors.is_empty(), "{}", what());
    for error in errors {
        assert!(!error.to_string().is_empty() && error.exit() == Exit::Definition, "{}", what());
        let _ = (error.details(), error.hint());
    }
}

#[test]
fn contracts_of_any_shape_are_taken_or_told() {
    let (folder, written) = (tempfile::tempdir().unwrap(), written());
    let sources: Vec<PathBuf> =
        definitions().into_iter().filter(|file| file.parent().unwrap().ends_with("sources")).collect();
    let texts: Vec<String> = sources.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let mut random = ChaCha8Rng::seed_from_u64(13);
    let mut taken = 0;
    let cases = cases().unwrap_or(CASES);
    for case in 0..cases {
        let place = usize::try_from(random.next_u64()).unwrap_or_default() % texts.len();
        let text = changed(&texts[place], &written, &mut random);
        let file = folder.path().join(sources[place].file_name().unwrap());
        fs::write(&file, &text).unwrap();
        match Contract::read(folder.path(), &file) {
            Ok(contract) => {
                // What uses it next: which file is one of the source's.
                let _ = contract.delivery("reg_2018.csv");
                taken += 1;
            }
            Err(errors) => is_told(&errors, &|| format!("case {case}: {text}")),
        }
    }
    assert!(taken > cases / 100 && taken < cases, "{taken} of {cases}");
}

#[test]
fn projects_of_any_shape_are_taken_or_told() {
    let (small, written) = (counted(2018), written());
    let files = [
        "pipelines/small.toml",
        "pipelines/environments/local.toml",
        "pipelines/datasets/small.toml",
        "pipelines/sources/reg.toml",
    ];
    let mut random = ChaCha8Rng::seed_from_u64(14);
    for case in 0..cases().unwrap_or(CASES) {
        let file = files[usize::try_from(case).unwrap() % files.len()];
        let whole = fs::read_to_string(small.0.path(file)).unwrap();
        let text = changed(&whole, &written, &mut random);
        small.write(file, &text);
        if let Err(errors) = Project::read(Path::new(&small.0.path("")), "local") {
            is_told(&errors, &|| format!("case {case}: {text}"));
        }
        small.write(file, &whole);
    }
}
