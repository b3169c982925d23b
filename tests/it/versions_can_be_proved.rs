//! Anybody can check a published version: every file behind it is what its record says, its audits find what they found,
//! and it can be derived again, byte for byte, by what its records say was run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::published_figures_come_out::published as country;
use crate::support::small::Small;
use crate::support::{Told, sha256, text};

/// An audit that reads what is published nowhere.
const AUDIT: &str = "-- One row is a practice that is not in the register.\n-- severity: error\n-- remedy: None.\n\
                     SELECT open.nr FROM open LEFT JOIN reg ON reg.nr = open.nr WHERE reg.nr IS NULL";

/// The open practices and where the closed ones are told of, published as version 1.
fn published() -> Small {
    let small = Small::practices("closed");
    small.write("sql/small/audits/every_practice_is_registered.sql", AUDIT);
    small.0.succeeds(&["run"]);
    small
}

/// What a proof tells: the exit code and the lines.
pub(crate) fn proof(small: &Small, more: &[&str]) -> (i32, Vec<Value>) {
    let told = small.0.maaltal(&[&["verify", "--format", "json"], more].concat());
    assert!(!told.stderr.contains("panicked"), "{}", told.stderr);
    let lines = if told.stdout.is_empty() { Vec::new() } else { serde_json::from_str(&told.stdout).unwrap() };
    (told.code, lines)
}

/// The things in a part that are wrong or were not judged.
pub(crate) fn said<'a>(lines: &'a [Value], part: &str) -> Vec<&'a str> {
    lines.iter().filter(|line| text(line, "part") == part).filter_map(|line| line["what"].as_str()).collect()
}

fn good(lines: &[Value], part: &str) -> u64 {
    lines.iter().find(|line| text(line, "part") == part).unwrap()["good"].as_u64().unwrap()
}

/// The files behind the version: all of the store's but what it remembers of extracts.
fn behind(small: &Small) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = small.0.files("data").into_iter().filter(|file| !file.starts_with("remembered"));
    files.map(|file| (file.clone(), fs::read(small.0.path("data").join(&file)).unwrap())).collect()
}

/// The file that ends so, below a folder of the store.
pub(crate) fn file(small: &Small, below: &str, end: &str) -> PathBuf {
    let found = small.0.files(below).into_iter().find(|file| file.ends_with(end)).unwrap();
    small.0.path(below).join(found)
}

/// JSON without the spaces between its parts.
fn compact(text: &str) -> String {
    let (mut compact, mut is_text, mut is_escaped) = (String::new(), false, false);
    for letter in text.chars() {
        if is_text || !letter.is_whitespace() {
            compact.push(letter);
        }
        is_text ^= letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
    }
    compact
}

/// Writes a record as somebody would who knows how its own digest is made.
pub(crate) fn forge(record: &Path, change: impl Fn(String) -> String) {
    let before = fs::read_to_string(record).unwrap();
    let (content, _) = before.rsplit_once(",\n  \"sha256\"").unwrap();
    let content = change(content.to_owned());
    let digest = sha256(compact(&format!("{content}}}")).as_bytes());
    fs::write(record, format!("{content},\n  \"sha256\": \"{digest}\"\n}}")).unwrap();
}

/// Another table in the place of the derived one, with a record that says so.
fn forge_derived(small: &Small) {
    let other = Small::practices("closed");
    other.extract("lukket.csv", "nr\n1\n3\n");
    other.0.succeeds(&["run"]);
    let (mine, theirs) =
        (file(small, "data/derived/open", "open.parquet"), file(&other, "data/derived/open", "open.parquet"));
    let (before, after) = (fs::read(&mine).unwrap(), fs::read(theirs).unwrap());
    fs::write(&mine, &after).unwrap();
    forge(&file(small, "data/derived/open", "_artefact.json"), |record| {
        record
            .replace(&sha256(&before), &sha256(&after))
            .replace(&format!("\"bytes\": {}", before.len()), &format!("\"bytes\": {}", after.len()))
    });
}

#[test]
fn a_version_that_is_as_it_was_published_is_proved() {
    let small = published();
    let (code, lines) = proof(&small, &[]);
    assert_eq!(code, 0, "{lines:?}");
    // Table, manifest, data package, record and hint; two models, two extracts with their accounts.
    assert_eq!(["published", "derived", "staged", "audits"].map(|part| good(&lines, part)), [5, 4, 8, 2]);
    assert!(lines.iter().all(|line| line["what"].is_null()), "{lines:?}");
    let bytes: u64 = lines.iter().filter_map(|line| line["bytes"].as_u64()).sum();
    assert_eq!(bytes, behind(&small).values().map(|it| it.len() as u64).sum::<u64>());
    let told = small.0.succeeds(&["verify", "1"]);
    assert!(told.stdout.contains("as their records say") && told.stderr.is_empty(), "{}{}", told.stdout, told.stderr);
    let told = small.0.maaltal(&["verify", "2"]);
    assert_eq!(told.code, 2, "{}", told.stderr);
}

#[test]
fn a_table_with_a_name_beyond_ascii_is_proved() {
    let small = Small::practices("closed");
    small.0.edit("pipelines/datasets/small.toml", |dataset| dataset.replace("name = \"open\"", "name = \"læge\""));
    small.write("sql/small/læge.sql", fs::read(small.0.path("sql/small/open.sql")).unwrap());
    small.0.succeeds(&["run"]);
    let (code, lines) = proof(&small, &[]);
    assert_eq!(code, 0, "{lines:?}");
    let package = fs::read(file(&small, "data/published", "datapackage.json")).unwrap();
    let package: Value = serde_json::from_slice(&package).unwrap();
    assert!(file(&small, "data/published", text(&package["resources"][0], "path")).is_file());
}

#[test]
fn a_record_at_the_number_of_another_version_is_refused_by_every_reader() {
    let small = published();
    small.extract("lukket.csv", "nr\n2\n");
    small.0.succeeds(&["run"]);
    let record = |number: u8| small.0.path(&format!("data/published/small/_versions/{number:020}.json"));
    fs::copy(record(2), record(1)).unwrap();
    for arguments in [&["sql", "--version", "1", "SELECT nr FROM open"][..], &["versions"], &["diff", "1", "2"]] {
        let told = small.0.maaltal(arguments);
        assert!(told.code == 7 && told.stderr.contains("is damaged"), "{arguments:?}: {} {}", told.code, told.stderr);
    }
}

#[test]
fn another_query_in_the_record_of_a_step_is_found_however_it_is_sealed() {
    let small = published();
    let record = file(&small, "data/derived/open", "_artefact.json");
    for (before, after) in [("IS NULL", "IS NOT NULL"), ("reg.nr", "closed.nr")] {
        let kept = fs::read(&record).unwrap();
        forge(&record, |text| text.replacen(before, after, 1));
        assert_ne!(fs::read(&record).unwrap(), kept);
        let (code, lines) = proof(&small, &[]);
        assert_eq!(code, 7, "{lines:?}");
        let told = lines.iter().find(|line| line["what"].as_str().is_some_and(|it| it.contains("derived/open")));
        assert!(told.is_some_and(|it| text(it, "result").contains("its key does not follow")), "{lines:?}");
        fs::write(&record, kept).unwrap();
    }
}

#[test]
fn a_byte_that_is_another_is_found_in_every_file_behind_the_version() {
    let small = published();
    let mut random = ChaCha8Rng::seed_from_u64(7);
    for (path, bytes) in behind(&small) {
        let on_disk = small.0.path("data").join(&path);
        let mut mutants: Vec<Option<Vec<u8>>> = vec![None, Some(Vec::new()), Some(bytes[..bytes.len() / 2].to_vec())];
        mutants.push(Some([bytes.as_slice(), b"\n"].concat()));
        let last = bytes.len() - 1;
        let at = |random: &mut ChaCha8Rng| usize::try_from(random.next_u64() % bytes.len() as u64).unwrap();
        for place in [0, last, at(&mut random), at(&mut random), at(&mut random)] {
            let mut flipped = bytes.clone();
            flipped[place] ^= 1 << (random.next_u64() % 8);
            mutants.push(Some(flipped));
        }
        for mutant in mutants {
            match &mutant {
                Some(mutant) => fs::write(&on_disk, mutant).unwrap(),
                None => fs::remove_file(&on_disk).unwrap(),
            }
            let (code, lines) = proof(&small, &[]);
            let what = format!("{} as {:?}: {lines:?}", path.display(), mutant.map(|it| it.len()));
            assert_eq!(code, 7, "{what}");
            assert!(lines.iter().any(|line| line["what"].as_str() == path.to_str()), "{what}");
        }
        fs::write(&on_disk, bytes).unwrap();
    }
    assert_eq!(proof(&small, &[]).0, 0);
}

#[test]
fn a_space_or_a_name_that_changed_in_a_record_is_found_too() {
    let small = published();
    let commit = small.0.path("data/published/small/_versions/00000000000000000001.json");
    let artefact = file(&small, "data/derived/open", "_artefact.json");
    for record in [&commit, &artefact] {
        let before = fs::read_to_string(record).unwrap();
        // Without its digest a record would say what anybody likes.
        for (from, to) in [("  \"", " \""), ("\"sha256\": \"", "\"sha257\": \""), ("\"key\"", "\"kez\"")] {
            let (start, end) = before.rsplit_once(from).unwrap();
            fs::write(record, format!("{start}{to}{end}")).unwrap();
            let (code, lines) = proof(&small, &[]);
            assert_eq!(code, 7, "{from}: {lines:?}");
            let name = record.file_name().unwrap().to_str().unwrap();
            assert!(lines.iter().any(|line| line["what"].as_str().is_some_and(|it| it.ends_with(name))), "{lines:?}");
        }
        fs::write(record, before).unwrap();
    }
}

#[test]
fn a_file_that_lies_among_the_tables_of_a_version_is_found() {
    let small = published();
    let manifest = file(&small, "data/published", "manifest.json");
    fs::write(manifest.with_file_name("stranger.parquet"), "rows").unwrap();
    let (code, lines) = proof(&small, &[]);
    assert_eq!(code, 7);
    assert!(said(&lines, "published")[0].ends_with("stranger.parquet"), "{lines:?}");
}

#[test]
fn what_is_gone_behind_a_version_is_named_and_what_needs_it_is_not_judged() {
    let small = published();
    let register = file(&small, "data/staged/reg", "reg.parquet");
    fs::remove_file(&register).unwrap();
    let (code, lines) = proof(&small, &["--rebuild"]);
    assert_eq!(code, 7);
    assert!(said(&lines, "staged")[0].ends_with("reg.parquet"), "{lines:?}");
    assert_eq!(said(&lines, "audits"), ["every_practice_is_registered"]);
    assert!(said(&lines, "rebuilt")[0].ends_with("reg.parquet"), "{lines:?}");
    // What the audit reads is told.
    let told = small.0.maaltal(&["verify"]);
    assert!(told.stdout.contains("not judged: it reads staged/reg/") && told.stderr.contains("1 finding"), "{told:?}");
}

#[test]
fn a_version_is_derived_again_byte_for_byte_without_its_definitions_and_extracts() {
    let small = published();
    small.0.edit("sql/small/open.sql", |_| "-- One row is nothing.\nSELECT nowhere.nr FROM nowhere".to_owned());
    fs::remove_dir_all(small.0.path("extracts")).unwrap();
    let before = behind(&small);
    let (code, lines) = proof(&small, &["--rebuild"]);
    assert_eq!(code, 0, "{lines:?}");
    // The derived tables, and the published one.
    assert!(good(&lines, "rebuilt") >= 2, "{lines:?}");
    assert_eq!(said(&lines, "rebuilt"), [""; 0]);
    assert_eq!(behind(&small), before);
}

#[test]
fn a_table_that_was_changed_together_with_its_record_is_found_by_deriving_it_again() {
    let small = published();
    forge_derived(&small);
    let (code, lines) = proof(&small, &[]);
    assert_eq!(code, 0, "it holds to its record: {lines:?}");
    let (code, lines) = proof(&small, &["--rebuild"]);
    assert_eq!(code, 7, "{lines:?}");
    let found: Vec<&Value> =
        lines.iter().filter(|line| text(line, "part") == "rebuilt" && !line["what"].is_null()).collect();
    assert_eq!(found.len(), 1, "{lines:?}");
    assert!(text(found[0], "what").ends_with("open.parquet"), "{lines:?}");
    assert!(text(found[0], "result").contains("1 of its rows are not made"), "{lines:?}");
}

#[test]
fn an_audit_that_finds_other_rows_than_it_found_ends_with_6() {
    let small = Small::practices("closed");
    small.write(
        "sql/small/doubted.sql",
        "-- One row is a practice in doubt.\nSELECT reg.nr FROM reg WHERE reg.nr = '9'",
    );
    let audit = "-- One row is a practice in doubt.\n-- severity: error\n-- remedy: None.\nSELECT nr FROM doubted";
    small.write("sql/small/audits/nobody_doubts.sql", audit);
    small.0.succeeds(&["run"]);
    let other = Small::practices("closed");
    other.write(
        "sql/small/doubted.sql",
        "-- One row is a practice in doubt.\nSELECT reg.nr FROM reg WHERE reg.nr = '1'",
    );
    other.0.succeeds(&["run"]);
    let (mine, theirs) = (
        file(&small, "data/derived/doubted", "doubted.parquet"),
        file(&other, "data/derived/doubted", "doubted.parquet"),
    );
    let (before, after) = (fs::read(&mine).unwrap(), fs::read(theirs).unwrap());
    fs::write(&mine, &after).unwrap();
    forge(&file(&small, "data/derived/doubted", "_artefact.json"), |record| {
        let record = record.replace(&sha256(&before), &sha256(&after));
        record.replace(&format!("\"bytes\": {}", before.len()), &format!("\"bytes\": {}", after.len()))
    });
    let (code, lines) = proof(&small, &[]);
    assert_eq!(code, 6, "{lines:?}");
    assert_eq!(said(&lines, "audits"), ["nobody_doubts"]);
    let line = lines.iter().find(|line| line["what"] == json!("nobody_doubts")).unwrap();
    assert!(text(line, "result").contains("nr 1"), "{line}");
}

#[test]
fn a_record_that_says_another_query_or_other_inputs_than_its_key_is_found() {
    let small = published();
    let record = file(&small, "data/derived/open", "_artefact.json");
    let before = fs::read_to_string(&record).unwrap();
    let register = file(&small, "data/staged/reg", "_artefact.json");
    let key = register.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
    forge(&record, |record| record.replace(&key, &key.chars().rev().collect::<String>()));
    let (code, lines) = proof(&small, &[]);
    assert_eq!(code, 7, "{lines:?}");
    assert!(said(&lines, "derived")[0].ends_with("_artefact.json"), "{lines:?}");
    fs::write(&record, before).unwrap();
    assert_eq!(proof(&small, &[]).0, 0);
}

#[test]
fn a_version_of_another_release_is_not_derived_again_and_says_which() {
    let small = published();
    let record = file(&small, "data/derived/open", "_artefact.json");
    forge(&record, |record| record.replace("\"maker\": \"derive/", "\"maker\": \"derive/0"));
    let Told { code, stdout, stderr } = small.0.maaltal(&["verify", "--rebuild"]);
    assert_eq!((code, stdout.as_str()), (3, ""), "{stderr}");
    assert!(stderr.contains("derived by `derive/0") && stderr.contains("hint: Take the release"), "{stderr}");
}

#[test]
fn a_record_that_is_gone_leaves_a_version_that_is_missed() {
    let small = published();
    small.extract("lukket.csv", "nr\n2\n");
    small.0.succeeds(&["run"]);
    let log = small.0.path("data/published/small/_versions");
    for (gone, asked) in [(1, &["1"][..]), (2, &["2"]), (2, &[])] {
        let record = log.join(format!("{gone:020}.json"));
        let before = fs::read(&record).unwrap();
        fs::remove_file(&record).unwrap();
        let (code, lines) = proof(&small, asked);
        assert_eq!(code, 7, "{lines:?}");
        assert!(said(&lines, "published")[0].ends_with(&format!("{gone:020}.json")), "{lines:?}");
        // Whoever makes the next version needs all, and hears of it also where there is nothing to make.
        if gone == 1 {
            for arguments in [&["run"] as &[&str], &["plan"], &["rollback", "2"], &["release"]] {
                let told = small.0.maaltal(arguments);
                assert!(told.code == 7 && told.stderr.contains("00000000000000000001.json"), "{}", told.stderr);
            }
        }
        fs::write(&record, before).unwrap();
    }
}

#[test]
fn the_latest_record_is_missed_by_every_reader_and_put_back_by_the_next_run() {
    let small = published();
    small.extract("lukket.csv", "nr\n2\n");
    small.0.succeeds(&["run"]);
    let record = small.0.path("data/published/small/_versions").join(format!("{:020}.json", 2));
    let before = fs::read(&record).unwrap();
    fs::remove_file(&record).unwrap();
    for arguments in [&["sql", "SELECT nr FROM open"][..], &["versions"], &["plan"], &["diff", "1", "2"]] {
        let told = small.0.maaltal(arguments);
        assert!(told.code == 7 && told.stderr.contains("00000000000000000002.json"), "{arguments:?}: {}", told.stderr);
        assert!(told.stderr.contains("hint: Restore it"), "{}", told.stderr);
    }
    let told = small.0.succeeds(&["run"]);
    assert!(
        told.stderr.contains("the record of version 2 was gone, and was put back from latest.json"),
        "{}",
        told.stderr
    );
    assert_eq!(fs::read(&record).unwrap(), before);
    assert_eq!(proof(&small, &[]).0, 0);
    // A hint that has but another number is damaged itself, and one that says another key than its manifest is not believed; nor
    // is one whose manifest is gone.
    let hint = small.0.path("data/published/small/latest.json");
    let whole = fs::read_to_string(&hint).unwrap();
    fs::write(&hint, whole.replace("\"version\": 2", "\"version\": 3")).unwrap();
    small.0.succeeds(&["sql", "SELECT nr FROM open"]);
    small.0.succeeds(&["run"]);
    assert_eq!(fs::read_to_string(&hint).unwrap(), whole);
    fs::remove_file(&record).unwrap();
    // As an earlier release wrote it, without a digest of its own: then it has to say what its manifest says.
    let mut other = serde_json::from_str::<Value>(&whole).unwrap();
    other.as_object_mut().unwrap().remove("sha256");
    other["key"] = Value::from("0".repeat(64));
    fs::write(&hint, serde_json::to_vec(&other).unwrap()).unwrap();
    let told = small.0.maaltal(&["run"]);
    assert!(told.code == 7 && !record.exists(), "{}", told.stderr);
    fs::write(&hint, &whole).unwrap();
    let folder = serde_json::from_str::<Value>(&whole).unwrap()["folder"].as_str().unwrap().to_owned();
    fs::remove_file(small.0.path("data/published/small").join(folder).join("manifest.json")).unwrap();
    let told = small.0.maaltal(&["run"]);
    assert!(told.code == 7 && told.stderr.contains("00000000000000000002.json"), "{}", told.stderr);
}

#[test]
fn the_countrys_version_is_proved_and_derived_again() {
    let lines = country().rows(&["verify", "--rebuild"]);
    for line in &lines {
        let result = text(line, "result");
        // What a run knew of its extracts no query makes.
        let is_known = text(line, "part") == "rebuilt" && result.contains("which extracts were there");
        assert!(line["what"].is_null() || is_known, "{line}");
    }
    // Every figure is as the protection leaves it, and no attacker finds out another.
    let figures = country().sql("SELECT COUNT(*) AS n FROM indicator_value");
    assert_eq!(good(&lines, "protection"), figures[0]["n"].as_u64().unwrap());
    assert!(
        good(&lines, "derived") > 1000 && good(&lines, "audits") > 50 && good(&lines, "rebuilt") > 500,
        "{lines:?}"
    );
}
