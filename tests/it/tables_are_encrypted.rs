//! Whoever copies the disk with the store, and has no key, has no row that is not published; whoever has the key sees what they
//! would see without it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::made::made;
use crate::support::small::Small;
use crate::support::{Project, Told, text};
use crate::versions_can_be_proved::{file, said};

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";
const ANOTHER: &str = "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const ENVIRONMENT: &str = "pipelines/environments/local.toml";

/// Has a project's tables encrypted.
fn encrypt(project: &Project) {
    project.edit(ENVIRONMENT, |text| format!("encryption_key = {{ env = \"MAALTAL_ENCRYPTION_KEY\" }}\n{text}"));
}

/// A command with a key in the environment.
fn with(key: &str, project: &Project, arguments: &[&str]) -> Told {
    Told::from(project.command(arguments).env("MAALTAL_ENCRYPTION_KEY", key).output().unwrap())
}

fn succeeds(project: &Project, arguments: &[&str]) -> Told {
    let told = with(KEY, project, arguments);
    assert_eq!(told.code, 0, "{arguments:?}: {}", told.stderr);
    told
}

/// The practices, encrypted and published as version 1.
fn published() -> Small {
    let small = Small::practices("closed");
    encrypt(&small.0);
    succeeds(&small.0, &["run"]);
    small
}

/// The files of the store, by their paths without the keys of artefacts.
fn files(project: &Project, is_wanted: impl Fn(&str) -> bool) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = project.files("data").into_iter().filter(|file| is_wanted(&file.to_string_lossy()));
    files.map(|file| (file.clone(), fs::read(project.path("data").join(&file)).unwrap())).collect()
}

/// The published tables' bytes, without the version's key.
fn published_tables(project: &Project) -> Vec<Vec<u8>> {
    let record = project.path("data/published/almen_praksis/_versions/00000000000000000001.json");
    let record: Value = serde_json::from_slice(&fs::read(record).unwrap()).unwrap();
    let key = text(&record, "key").as_bytes();
    let tables = files(project, |path| path.starts_with("published") && path.ends_with(".parquet"));
    let without = |mut bytes: Vec<u8>| {
        let at = bytes.windows(key.len()).position(|window| window == key).unwrap();
        bytes.drain(at..at + key.len());
        bytes
    };
    tables.into_values().map(without).collect()
}

fn is_table(path: &str) -> bool {
    path.ends_with(".parquet") && !path.starts_with("published")
}

#[test]
fn nothing_but_what_is_published_can_be_read_and_that_is_the_same() {
    let plain = made(2018, 2018);
    let project = Project::with_years(2018, 2018);
    encrypt(&project);
    succeeds(&project, &["run"]);
    let tables = files(&project, is_table);
    assert_eq!(tables.len(), files(&plain.project, is_table).len());
    for (path, bytes) in &tables {
        assert!(bytes.starts_with(b"MAALTAL\x01"), "{}", path.display());
        assert!(!bytes.windows(4).any(|it| it == b"PAR1"), "{}", path.display());
    }
    // A version's key, which its files have in their footers, is another, since the keys of its tables are. All else is the same.
    assert!(published_tables(&project) == published_tables(&plain.project));
    let rebuilt = succeeds(&project, &["verify", "--rebuild"]).stdout;
    assert!(rebuilt.contains("the same bytes again"), "{rebuilt}");
}

#[test]
fn records_tell_of_the_tables_before_they_were_encrypted() {
    let (small, plain) = (published(), Small::published());
    for (zone, name) in [("staged", "reg"), ("derived", "open")] {
        let tables = |small: &Small| {
            let record = file(small, &format!("data/{zone}/{name}"), "_artefact.json");
            serde_json::from_slice::<Value>(&fs::read(record).unwrap()).unwrap()["tables"].clone()
        };
        assert_eq!(tables(&small), tables(&plain));
    }
    let other = published();
    let unchanging =
        |path: &str| !path.starts_with("remembered") && !path.contains("_versions") && !path.ends_with("latest.json");
    assert!(
        files(&small.0, unchanging) == files(&other.0, unchanging),
        "the same rows under the same key are the same bytes"
    );
}

#[test]
fn queries_read_with_the_key_and_say_what_is_missing_without() {
    let small = published();
    let query = ["sql", "SELECT nr FROM staged.reg ORDER BY nr"];
    assert!(succeeds(&small.0, &query).stdout.contains('3'));
    let told = small.0.maaltal(&query);
    assert_eq!(told.code, 3, "{}", told.stderr);
    let said = ["is encrypted", "MAALTAL_ENCRYPTION_KEY is not set", "Set MAALTAL_ENCRYPTION_KEY"];
    assert!(said.iter().all(|said| told.stderr.contains(said)), "{}", told.stderr);
    let told = with(ANOTHER, &small.0, &query);
    assert_eq!(told.code, 3, "{}", told.stderr);
    assert!(told.stderr.contains("MAALTAL_ENCRYPTION_KEY has the key"), "{}", told.stderr);
    // What is published is for everybody.
    for arguments in [&["sql", "SELECT nr FROM open"][..], &["versions"]] {
        small.0.succeeds(arguments);
    }
    small.0.edit(ENVIRONMENT, |text| text.split_once('\n').unwrap().1.to_owned());
    let told = small.0.maaltal(&query);
    assert!(told.code == 3 && told.stderr.contains("encryption_key = { env = \"NAME\" }"), "{}", told.stderr);
}

#[test]
fn without_the_key_nothing_is_written() {
    let small = Small::practices("closed");
    encrypt(&small.0);
    for command in ["run", "pull", "plan"] {
        let told = small.0.maaltal(&[command]);
        assert_eq!(told.code, 3, "{command}: {}", told.stderr);
        assert!(told.stderr.contains("no encryption key"), "{}", told.stderr);
    }
    let told = with("a secret that is too short", &small.0, &["run"]);
    assert!(told.code == 3 && told.stderr.contains("is not 64 hexadecimal digits"), "{}", told.stderr);
    assert!(!told.stderr.contains("too short"), "{}", told.stderr);
    assert!(with("", &small.0, &["run"]).stderr.contains("MAALTAL_ENCRYPTION_KEY is not set"));
    // Who needs none is not asked for one.
    assert_eq!(with("none", &small.0, &["check"]).code, 0);
    assert!(files(&small.0, is_table).is_empty());
}

#[test]
fn who_reads_no_encrypted_table_needs_no_key() {
    let small = published();
    small.extract("lukket.csv", "nr\n2\n");
    succeeds(&small.0, &["run"]);
    for command in ["derive", "publish", "sources", "rejects", "verify", "gc"] {
        assert_eq!(small.0.maaltal(&[command]).code, 3, "{command}");
    }
    for arguments in [&["diff", "1", "2"][..], &["rollback", "1"], &["release"], &["check"]] {
        small.0.succeeds(arguments);
    }
}

#[test]
fn a_candidate_is_encrypted_too() {
    let small = published();
    small.write(
        "sql/small/audits/never.sql",
        "-- One row is a practice.\n-- severity: error\n-- remedy: None.\nSELECT nr FROM open",
    );
    assert_eq!(with(KEY, &small.0, &["run"]).code, 6);
    let candidates = files(&small.0, |path| path.starts_with("candidates") && path.ends_with(".parquet"));
    assert!(!candidates.is_empty() && candidates.values().all(|bytes| bytes.starts_with(b"MAALTAL")));
}

#[test]
fn without_a_key_in_the_environment_tables_are_made_anew_as_they_are() {
    let small = published();
    let encrypted = files(&small.0, is_table);
    small.0.edit(ENVIRONMENT, |text| text.split_once('\n').unwrap().1.to_owned());
    for command in [&["rejects"][..], &["run"], &["verify"], &["gc"]] {
        small.0.succeeds(command);
    }
    let new = files(&small.0, |path| is_table(path) && !encrypted.contains_key(Path::new(path)));
    assert!(!new.is_empty() && new.values().all(|bytes| bytes.starts_with(b"PAR1")));
}

#[test]
fn under_another_key_all_is_made_anew() {
    for before in [None, Some(KEY)] {
        let small = match before {
            None => Small::published(),
            Some(_) => published(),
        };
        let old = files(&small.0, is_table);
        if before.is_none() {
            encrypt(&small.0);
        }
        let plan = with(ANOTHER, &small.0, &["plan"]);
        assert!(plan.code == 0 && plan.stdout.contains("encryption key"), "{}{}", plan.stdout, plan.stderr);
        assert_eq!(with(ANOTHER, &small.0, &["run"]).code, 0);
        assert!(old.iter().all(|(path, bytes)| files(&small.0, is_table)[path] == *bytes));
        let told = with(ANOTHER, &small.0, &["verify"]);
        assert_eq!(told.code, 0, "{}{}", told.stdout, told.stderr);
        let told = with(ANOTHER, &small.0, &["verify", "1"]);
        match before {
            None => assert_eq!(told.code, 0, "{}", told.stderr),
            Some(_) => assert!(told.code == 3 && told.stderr.contains("has the key"), "{}", told.stderr),
        }
    }
}

#[test]
fn an_encrypted_file_that_is_another_is_found_by_proof_and_by_the_next_run() {
    let small = published();
    let table = file(&small, "data/staged/reg", "reg.parquet");
    let whole = fs::read(&table).unwrap();
    let mut altered = vec![Vec::new(), whole[..whole.len() / 2].to_vec(), [whole.as_slice(), b"x"].concat()];
    for at in [0, 9, 20, 40, whole.len() - 1] {
        let mut flipped = whole.clone();
        flipped[at] ^= 4;
        altered.push(flipped);
    }
    // As it was before it was encrypted, or as another file is.
    let plain = Small::published();
    altered.push(fs::read(file(&plain, "data/staged/reg", "reg.parquet")).unwrap());
    altered.push(fs::read(file(&small, "data/staged/closed", "closed.parquet")).unwrap());
    for (number, bytes) in altered.into_iter().enumerate() {
        fs::write(&table, bytes).unwrap();
        let told = with(KEY, &small.0, &["verify", "--format", "json"]);
        let lines: Vec<Value> = serde_json::from_str(&told.stdout).unwrap();
        assert!(told.code == 7 && said(&lines, "staged")[0].ends_with("reg.parquet"), "{number}: {lines:?}");
        small.extract("lukket.csv", format!("nr\n2\n{}\n", number + 4));
        let told = with(KEY, &small.0, &["run"]);
        assert!(told.code != 0 && told.stderr.contains("reg.parquet"), "{number}: {}", told.stderr);
    }
    fs::write(&table, &whole).unwrap();
    succeeds(&small.0, &["run"]);
    // What is published is for readers without a key.
    let open = file(&small, "data/published", "open.parquet");
    fs::write(&open, &whole).unwrap();
    assert_eq!(with(KEY, &small.0, &["verify", "1"]).code, 7);
}

#[test]
fn a_key_in_a_file_is_refused_and_not_shown() {
    let small = Small::practices("closed");
    for key in ["encryption_key", "pseudonym_key"] {
        for value in [format!("\"{KEY}\""), format!("{{ env = \"KEY_{ANOTHER}\" }}"), "{ env = \"\" }".to_owned()] {
            let before = fs::read_to_string(small.0.path(ENVIRONMENT)).unwrap();
            let others = before.lines().filter(|line| !line.starts_with(key)).collect::<Vec<_>>().join("\n");
            small.write(ENVIRONMENT, format!("{key} = {value}\n{others}\n"));
            let told = small.0.maaltal(&["check"]);
            assert!(told.code == 3 && told.stderr.contains("environment variable"), "{}", told.stderr);
            assert!(!told.stderr.contains("2233445566"), "{}", told.stderr);
            small.write(ENVIRONMENT, before);
        }
    }
}
