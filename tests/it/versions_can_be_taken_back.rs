//! A version is taken back by publishing an earlier one's content once more, and stays taken back until somebody releases
//! it. All that reads versions tells the truth of such a one.

use std::fs;

use serde_json::Value;

use crate::support::made::made;
use crate::support::small::Small;
use crate::support::{Project, Told, text};

/// Practice 1 is open in version 1, and 1 and 3 in version 2.
fn twice() -> Small {
    let small = Small::published();
    correct(&small, "nr\n2\n");
    small
}

fn correct(small: &Small, closed: &str) -> Told {
    small.extract("lukket.csv", closed);
    small.0.succeeds(&["run"])
}

fn open(small: &Small, more: &[&str]) -> Vec<String> {
    let rows = small.0.rows(&[&["sql", "SELECT nr FROM open ORDER BY nr"], more].concat());
    rows.iter().map(|row| text(row, "nr").to_owned()).collect()
}

fn versions(small: &Small) -> Vec<Value> {
    small.0.rows(&["versions"])
}

/// The files of what is published, with their bytes.
fn published(small: &Small) -> Vec<(String, Vec<u8>)> {
    let files = small.0.files("data/published").into_iter();
    files
        .map(|file| (file.display().to_string(), fs::read(small.0.path("data/published").join(&file)).unwrap()))
        .collect()
}

fn record(small: &Small, file: &str) -> Value {
    serde_json::from_slice(&fs::read(small.0.path("data/published/small").join(file)).unwrap()).unwrap()
}

#[test]
fn what_is_taken_back_stays_so_until_it_is_released() {
    let small = twice();
    let before = published(&small);
    let told = small.0.succeeds(&["rollback", "1", "--reason", "the list of 0101011234 is wrong"]);
    assert!(told.stdout.contains("restores version 1, and is held"), "{}", told.stdout);
    assert_eq!(open(&small, &[]), ["1"]);
    assert_eq!(open(&small, &["--version", "2"]), ["1", "3"]);
    // Not a byte is copied, and nothing that was there is another but the hint for simple readers.
    let after = published(&small);
    let added: Vec<&String> =
        after.iter().map(|(file, _)| file).filter(|file| !before.iter().any(|(it, _)| it == *file)).collect();
    assert_eq!(added, ["small/_versions/00000000000000000003.json"]);
    assert!(before.iter().all(|file| file.0.ends_with("latest.json") || after.contains(file)));
    let (first, hint) = (record(&small, "_versions/00000000000000000001.json"), record(&small, "latest.json"));
    assert_eq!(first.get("restores"), None, "records without the field are as they were");
    assert_eq!(
        (&hint["version"], &hint["folder"], &hint["restores"]["version"]),
        (&3.into(), &first["folder"], &1.into())
    );
    assert!(!hint.to_string().contains("0101011234"), "{hint}");

    // A newer content waits.
    let told = correct(&small, "nr\n2\n3\n1\n");
    assert!(told.stdout.contains("nothing published: version 3 is held"), "{}", told.stdout);
    assert!(told.stdout.contains("derived"), "{}", told.stdout);
    for word in ["version 3", "version 1", "is wrong", "maaltal release", hint["committed_at"].as_str().unwrap()] {
        assert!(told.stderr.contains(word), "{word}: {}", told.stderr);
    }
    small.0.succeeds(&["publish"]);
    assert_eq!(versions(&small).len(), 3);
    let planned = small.0.rows(&["plan"]);
    let last = planned.last().unwrap();
    assert_eq!((text(last, "stage"), text(last, "action")), ("publish", "hold"));
    assert!(text(last, "why").contains("restores version 1, held since"), "{last}");
    assert!(text(&versions(&small)[2], "held").starts_with("held: the list of "), "{:?}", versions(&small));

    // The content that is held is up to date.
    assert!(correct(&small, "nr\n2\n3\n").stdout.contains("up to date: version 3"));
    correct(&small, "nr\n3\n");
    let told = small.0.succeeds(&["release"]);
    assert!(told.stdout.contains("released"), "{}", told.stdout);
    assert_eq!(versions_in_log(&small), 3, "readers take the last record for the latest version");
    assert!(text(&versions(&small)[2], "held").starts_with("released 2"));
    let told = small.0.succeeds(&["run"]);
    assert!(told.stdout.contains("published version 4 as v4-"), "{}", told.stdout);
    assert_eq!(open(&small, &[]), ["1", "2"]);
    small.0.succeeds(&["verify"]);
}

#[test]
fn a_restored_version_is_proved_and_compared_like_any_other() {
    let small = twice();
    small.0.succeeds(&["rollback", "1"]);
    small.0.succeeds(&["verify"]);
    small.0.succeeds(&["verify", "3", "--rebuild"]);
    small.0.succeeds(&["verify", "1"]);
    assert_eq!(small.0.rows(&["diff", "1", "3"]), Vec::<Value>::new());
    assert_eq!(small.0.rows(&["diff", "2", "3"])[0]["removed"], 1);
    let changes = small.0.rows(&["versions", "--changes"]);
    assert!(
        changes.iter().any(|it| text(it, "version") == "3" && text(it, "why") == "restores version 1"),
        "{changes:?}"
    );

    // The record of a release is held to its own digest.
    small.0.succeeds(&["release"]);
    small.0.succeeds(&["verify"]);
    let released = small.0.path("data/published/small/_released/00000000000000000003.json");
    let bytes = fs::read_to_string(&released).unwrap();
    fs::write(&released, bytes.replace("\"released_at\": \"2", "\"released_at\": \"3")).unwrap();
    assert_eq!(small.0.maaltal(&["verify"]).code, 7);
    correct_fails(&small);
    fs::write(&released, bytes).unwrap();

    // What comes back once more is the first of that content, whichever version is named.
    correct(&small, "nr\n3\n");
    small.0.succeeds(&["rollback", "3"]);
    assert_eq!(record(&small, "latest.json")["restores"]["version"], 1);
    small.0.succeeds(&["verify"]);
}

/// A run that can't tell whether the latest version is held publishes nothing.
fn correct_fails(small: &Small) {
    small.extract("lukket.csv", "nr\n1\n");
    let told = small.0.maaltal(&["run"]);
    assert_eq!(told.code, 7, "{}", told.stderr);
    assert_eq!(versions_in_log(small), 3);
}

fn versions_in_log(small: &Small) -> usize {
    small.0.files("data/published/small/_versions").len()
}

#[test]
fn figures_of_a_restored_version_are_told_as_its_own() {
    let project = Project::published(2018, 2018);
    let title = "sql/almen_praksis/indicators/u4_solopraksis_pct.toml";
    project.edit(title, |text| text.replace("title.da = \"Solopraksis\"", "title.da = \"En læge\""));
    project.succeeds(&["run"]);
    project.succeeds(&["rollback", "1", "--reason", "the old title"]);
    let told = project.succeeds(&["status"]);
    assert!(
        told.stderr.contains("version 3") && told.stderr.contains("restores version 1, held since"),
        "{}",
        told.stderr
    );
    assert!(told.stderr.contains("the old title"), "{}", told.stderr);
    assert_eq!(told.stdout, made(2018, 2018).project.succeeds(&["status"]).stdout);
    assert!(!project.succeeds(&["status", "--version", "2"]).stderr.contains("held"));
    let figure = ["u4_solopraksis_pct", "--year", "2018"];
    let revisions = project.rows(&[&["revisions"], &figure[..]].concat());
    let told: Vec<&str> = revisions.iter().map(|row| text(row, "version")).collect();
    assert_eq!(told, ["1", "2", "3"]);
    assert!(project.succeeds(&[&["explain"], &figure[..]].concat()).stdout.starts_with("version 3\n"));
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    assert!(told.stderr.contains("the old title"), "{}", told.stderr);
}

#[test]
fn a_version_that_is_not_whole_is_not_restored() {
    let small = twice();
    let folder = record(&small, "_versions/00000000000000000001.json")["folder"].as_str().unwrap().to_owned();
    let table = small.0.path(&format!("data/published/small/{folder}/open.parquet"));
    let bytes = fs::read(&table).unwrap();
    for damage in [Some(bytes[..bytes.len() - 1].to_vec()), None] {
        match damage {
            Some(damaged) => fs::write(&table, damaged).unwrap(),
            None => fs::remove_file(&table).unwrap(),
        }
        let before = published(&small);
        let told = small.0.maaltal(&["rollback", "1"]);
        assert_eq!(told.code, 7, "{}", told.stderr);
        assert!(told.stderr.contains("open.parquet") && told.stdout.is_empty(), "{}", told.stderr);
        assert!(published(&small) == before);
    }
    let told = small.0.maaltal(&["rollback", "9"]);
    assert_eq!((told.code, small.0.maaltal(&["verify", "9"]).code), (2, 2), "{}", told.stderr);
    assert_eq!(small.0.maaltal(&["rollback", "0"]).code, 2);
}

#[test]
fn files_of_a_restored_version_that_are_gone_are_made_again_in_their_place() {
    let small = twice();
    small.0.succeeds(&["rollback", "1"]);
    small.extract("lukket.csv", "nr\n2\n3\n");
    let before = published(&small);
    let folder = record(&small, "latest.json")["folder"].as_str().unwrap().to_owned();
    fs::remove_file(small.0.path(&format!("data/published/small/{folder}/open.parquet"))).unwrap();
    let told = small.0.succeeds(&["run"]);
    assert!(told.stdout.contains("made version 3 again"), "{}", told.stdout);
    assert!(published(&small) == before);
}

#[test]
fn a_held_version_that_lost_a_file_ends_the_run_since_nothing_makes_it_again() {
    let small = twice();
    small.0.succeeds(&["rollback", "1"]);
    let folder = record(&small, "latest.json")["folder"].as_str().unwrap().to_owned();
    fs::remove_file(small.0.path(&format!("data/published/small/{folder}/open.parquet"))).unwrap();
    for command in ["run", "plan"] {
        let told = small.0.maaltal(&[command]);
        assert!(told.code == 7 && told.stderr.contains("open.parquet"), "{command}: {}", told.stderr);
    }
}

#[test]
fn what_is_there_already_is_nothing_to_do() {
    let small = Small::published();
    let told = small.0.succeeds(&["rollback", "1"]);
    assert!(told.stdout.contains("nothing to do: version 1 is the latest, and is not held"), "{}", told.stdout);
    let told = small.0.succeeds(&["release"]);
    assert!(told.stdout.contains("nothing to do: it is not held"), "{}", told.stdout);
    correct(&small, "nr\n2\n");
    small.0.succeeds(&["rollback", "1"]);
    let told = small.0.succeeds(&["rollback", "1"]);
    assert!(told.stdout.contains("version 3 has the content of it already, and is held"), "{}", told.stdout);
    assert_eq!(versions(&small).len(), 3);
    let both = [0, 1].map(|_| small.0.process(&["release"]).spawn().unwrap());
    assert!(both.map(|mut it| it.wait().unwrap().success()) == [true, true]);
    assert!(small.0.succeeds(&["release"]).stdout.contains("nothing to do"));
    assert_eq!(Small::practices("closed").0.succeeds(&["release"]).code, 0);
}

#[test]
fn of_two_who_write_at_once_one_is_second() {
    let small = twice();
    correct(&small, "nr\n3\n");
    small.extract("lukket.csv", "nr\n1\n");
    let commands = [["rollback", "1"].as_slice(), &["rollback", "2"], &["run"]];
    let all = commands.map(|command| small.0.process(command).spawn().unwrap());
    let codes = all.map(|mut it| it.wait().unwrap().code().unwrap());
    assert!(codes.iter().all(|code| [0, 8].contains(code)) && codes.contains(&0), "{codes:?}");
    let told = versions(&small);
    let restored = codes[..2].iter().filter(|code| **code == 0).count();
    assert!((3 + restored..=4 + restored).contains(&told.len()), "{codes:?} {told:?}");
    for number in 1..=told.len() {
        let told = small.0.maaltal(&["verify", &number.to_string(), "--format", "csv"]);
        assert_eq!(told.code, 0, "{codes:?}: {}{}", told.stdout, told.stderr);
    }
}
