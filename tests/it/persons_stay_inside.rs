//! No CPR number, name or address leaves the pull, wherever it stood in the extract.

use std::fs;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use parquet::file::reader::{FileReader, SerializedFileReader};

use serde_json::json;

use crate::support::{Project, Told};

const KEY: &str = "MAALTAL_PSEUDONYM_KEY";

/// All texts of a file of the store: a Parquet file's rows and footer, or the bytes themselves.
fn texts(file: &Path) -> String {
    let bytes = fs::read(file).unwrap();
    let mut texts = String::from_utf8_lossy(&bytes).into_owned();
    if file.extension().is_some_and(|extension| extension == "parquet") {
        let reader = SerializedFileReader::new(File::open(file).unwrap()).unwrap();
        for row in reader.get_row_iter(None).unwrap() {
            texts.push_str(&row.unwrap().to_string());
        }
    }
    texts
}

fn store(project: &Project) -> String {
    project.files("data").iter().map(|file| texts(&project.path("data").join(file))).collect()
}

fn attributes(project: &Project, name: &str) -> Vec<String> {
    let mut xml = String::new();
    let file = File::open(project.path("testdata/yderregister/S1040025_20180418.xml.gz")).unwrap();
    GzDecoder::new(file).read_to_string(&mut xml).unwrap();
    let pattern = format!(" {name}=\"");
    xml.split(&pattern).skip(1).filter_map(|rest| rest.split('"').next()).map(|value| value.trim().to_owned()).collect()
}

/// Whether the value stands there by itself: a digest may happen to contain eight digits.
fn stands_in(store: &str, value: &str) -> bool {
    let part_of_more = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
    store.match_indices(value).any(|(at, _)| {
        !part_of_more(store[..at].chars().next_back()) && !part_of_more(store[at + value.len()..].chars().next())
    })
}

#[test]
fn nothing_that_names_a_person_is_in_the_store() {
    let project = Project::with_years(2018, 2018);
    project.succeeds(&["run"]);
    let store = store(&project);
    for name in ["CprNr", "PrakBetegn", "AdrYder", "HvdTlf", "EmailYder"] {
        let values = attributes(&project, name);
        assert!(values.len() > 100, "{name} is in the extract");
        let found = values.iter().filter(|value| value.len() > 6).find(|value| stands_in(&store, value));
        assert_eq!(found, None, "{name}");
    }
}

#[test]
fn a_number_in_the_wrong_column_is_masked_among_the_rejects() {
    let project = Project::with_years(2019, 2019);
    let number = "0203804321";
    project.edit("testdata/yder_status/yder_status_20190418.csv", |csv| {
        csv.replacen(";SOLO;", &format!(";{number};"), 1).replacen(";KOMP;", ";020380-4321;", 1)
    });
    let told = project.succeeds(&["run"]);
    let shown = project.succeeds(&["rejects", "show", "yder_status"]);
    for place in [&store(&project), &told.stderr, &shown.stdout] {
        assert!(!place.contains(number) && !place.contains("020380-4321"));
    }
    assert!(shown.stdout.contains("##########"), "{}", shown.stdout);
}

#[test]
fn a_number_in_free_text_is_not_taken_in() {
    let project = Project::with_years(2019, 2019);
    project.edit("pipelines/sources/yder_status.toml", |toml| toml.replace("values = [\"SOLO\", \"KOMP\"]\n", ""));
    project.edit("testdata/yder_status/yder_status_20190418.csv", |csv| csv.replacen(";SOLO;", ";0203804321;", 1));
    project.succeeds(&["pull"]);
    let rows = project.rows(&["rejects", "show", "yder_status"]);
    assert_eq!((&rows[0]["rule"], &rows[0]["text"]), (&json!("person_number"), &json!("##########")));
    assert!(!store(&project).contains("0203804321"));
}

#[test]
fn real_extracts_need_a_secret_of_some_length() {
    let project = Project::with_years(2018, 2018);
    let without = |project: &Project| Told::from(project.command(&["run"]).env_remove(KEY).output().unwrap());
    assert_eq!(without(&project).code, 0, "synthetic extracts need none");
    // One file that is not what was marked is enough: it may hold a person.
    project.edit_gzip("testdata/yderregister/S1040025_20180418.xml.gz", |xml| xml.replacen("Læge", "Lage", 1));
    let told = without(&project);
    assert_eq!(told.code, 3);
    assert!(told.stderr.contains("MAALTAL_PSEUDONYM_KEY is not set"), "{}", told.stderr);
    fs::remove_file(project.path("testdata/_synthetic.json")).unwrap();
    assert_eq!(without(&project).code, 3);
    let run = |key: &str| project.command(&["run"]).env(KEY, key).output().unwrap();
    assert_eq!(run("short").status.code(), Some(3));
    let secret = "a secret of at least thirty-two bytes";
    assert!(run(secret).status.success());
    assert!(!store(&project).contains(secret));
    let versions = project.rows(&["versions"]);
    assert_eq!((&versions[0]["data"], &versions[1]["data"]), (&json!("synthetic"), &json!("real")));
}

#[test]
fn another_key_gives_other_pseudonyms_and_the_same_published_figures() {
    let project = Project::with_years(2018, 2018);
    let values = |store: &str, key: &str| {
        let run = |arguments: &[&str]| {
            let output = project.command(arguments).env(KEY, key).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        run(&["run", "--store", store]);
        let persons = run(&["sql", "SELECT MIN(person_id) FROM staged.yder_person", "--store", store]);
        (persons, run(&["sql", "SELECT * FROM indicator_value", "--store", store, "--format", "csv"]))
    };
    let (persons, figures) = values("one", "the first secret, long enough for a key");
    let (other_persons, same_figures) = values("two", "the second secret, long enough for a key");
    assert_ne!(persons, other_persons);
    assert!(figures == same_figures);
}
