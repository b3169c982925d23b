//! No CPR number, name or address leaves the pull, wherever it stood in the extract.

use std::collections::HashSet;
use std::fs;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use parquet::file::reader::{FileReader, SerializedFileReader};

use serde_json::json;

use crate::support::made::made;
use crate::support::small::Small;
use crate::support::{Project, Told, sha256};

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

/// What the store of a run holds, for the tests that search it.
fn searched() -> &'static str {
    static TEXTS: LazyLock<String> = LazyLock::new(|| store(&made(2018, 2018).project));
    &TEXTS
}

/// The decompressed text of every text extract on persons.
fn extracts(project: &Project) -> impl Iterator<Item = (String, String)> {
    let files = project.files("testdata").into_iter().map(|file| file.to_str().unwrap().to_owned());
    let of_persons = ["yderregister", "sikrede", "cpr", "bef", "sssy", "autorisation", "klynge", "akkreditering"];
    files.filter(move |file| of_persons.iter().any(|folder| file.starts_with(&format!("{folder}/")))).map(|file| {
        let mut bytes = fs::read(project.path("testdata").join(&file)).unwrap();
        if file.ends_with(".gz") {
            let packed = std::mem::take(&mut bytes);
            GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
        } else if file.ends_with(".zst") {
            bytes = zstd::decode_all(bytes.as_slice()).unwrap();
        }
        // UTF-8, or else in one byte a letter.
        let text = String::from_utf8(bytes).unwrap_or_else(|it| it.into_bytes().into_iter().map(char::from).collect());
        (file, text)
    })
}

/// The runs of letters and digits of a text.
fn words(text: &str) -> HashSet<&str> {
    text.split(|letter: char| !letter.is_alphanumeric()).collect()
}

#[test]
fn no_number_of_a_person_is_in_the_store() {
    let stored = words(searched());
    let is_number = |word: &&str| word.len() == 10 && word.bytes().all(|byte| byte.is_ascii_digit());
    for (file, text) in extracts(&made(2018, 2018).project) {
        // In a register of fixed width a number touches what stands beside it.
        let numbers: HashSet<&str> = match file.split('/').next() {
            Some("sikrede") => text.lines().filter_map(|line| line.get(2..12)).filter(is_number).collect(),
            Some("cpr") => text.lines().filter_map(|line| line.get(3..13)).filter(is_number).collect(),
            _ => words(&text).into_iter().filter(is_number).collect(),
        };
        assert!(numbers.len() > 50, "{file} has {} numbers of persons", numbers.len());
        let found: Vec<_> = numbers.intersection(&stored).collect();
        assert!(found.is_empty(), "{} numbers of {file} are in the store", found.len());
    }
}

#[test]
fn no_name_address_or_telephone_is_in_the_store() {
    let store = searched();
    let (_, register) =
        extracts(&made(2018, 2018).project).find(|(file, _)| file.starts_with("yderregister/")).unwrap();
    for name in ["PrakBetegn", "AdrYder", "HvdTlf", "EmailYder"] {
        let pattern = format!(" {name}=\"");
        let values = register.split(&pattern).skip(1).filter_map(|rest| rest.split('"').next()).map(str::trim);
        let values: HashSet<&str> = values.filter(|value| value.len() > 6).collect();
        assert!(values.len() > 100, "{name} is in the extract");
        // Few of their last words are there, so the whole has to be looked for seldom.
        let stored = words(store);
        let is_likely = |value: &&str| {
            let mut words = value.rsplit(|letter: char| !letter.is_alphanumeric());
            words.find(|word| word.len() > 2).is_none_or(|word| stored.contains(word))
        };
        let found: Vec<&str> = values.into_iter().filter(is_likely).filter(|value| store.contains(value)).collect();
        assert!(found.is_empty(), "{name}: {found:?}");
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
    let project = Project::staged(2018, 2018);
    project.edit("pipelines/sources/yder_status.toml", |toml| toml.replace("values = [\"SOLO\", \"KOMP\"]\n", ""));
    project.edit("testdata/yder_status/yder_status_20180418.csv", |csv| csv.replacen(";SOLO;", ";0203804321;", 1));
    project.succeeds(&["pull"]);
    let rows = project.rows(&["rejects", "show", "yder_status"]);
    let row = rows.iter().find(|row| row["rule"] == "person_number").unwrap();
    assert_eq!(row["text"], "##########");
    assert!(!store(&project).contains("0203804321"));
}

#[test]
fn real_extracts_need_a_secret_of_some_length() {
    let small = Small::practices("closed");
    small.0.edit("pipelines/sources/reg.toml", |contract| contract.replace("\"open\"", "\"person\""));
    let digest = |file: &str| sha256(&fs::read(small.0.path("extracts").join(file)).unwrap());
    let files = json!({"reg.csv": digest("reg.csv"), "lukket.csv": digest("lukket.csv")});
    small.extract("_synthetic.json", json!({"files": files}).to_string());
    let without = || Told::from(small.0.command(&["run"]).env_remove(KEY).output().unwrap());
    assert_eq!(without().code, 0, "synthetic extracts need none");
    // One file that is not what was marked is enough: it may hold a person.
    small.extract("reg.csv", "nr\n1\n2\n3\n4\n");
    let told = without();
    assert_eq!(told.code, 3);
    assert!(told.stderr.contains("MAALTAL_PSEUDONYM_KEY is not set"), "{}", told.stderr);
    fs::remove_file(small.0.path("extracts/_synthetic.json")).unwrap();
    assert_eq!(without().code, 3);
    let run = |key: &str| small.0.command(&["run"]).env(KEY, key).output().unwrap();
    assert_eq!(run("short").status.code(), Some(3));
    let secret = "a secret of at least thirty-two bytes";
    assert!(run(secret).status.success());
    small.is_nowhere_in_the_store(secret);
    let versions = small.0.rows(&["versions"]);
    assert_eq!((&versions[0]["data"], &versions[1]["data"]), (&json!("synthetic"), &json!("real")));
}

#[test]
fn another_key_gives_other_pseudonyms_and_the_same_published_figures() {
    let one = &made(2018, 2018).project;
    let other = Project::with_years(2018, 2018);
    let with_another_key = other.command(&["run"]).env(KEY, "another secret, long enough for a key").output().unwrap();
    assert!(with_another_key.status.success(), "{}", String::from_utf8_lossy(&with_another_key.stderr));
    let told = |query: &str| [one, &other].map(|project| project.succeeds(&["sql", query, "--format", "csv"]).stdout);
    let [persons, other_persons] = told("SELECT MIN(person_id) FROM staged.yder_person");
    assert_ne!(persons, other_persons);
    let [figures, same_figures] = told("SELECT * FROM indicator_value");
    assert!(figures == same_figures);
}

#[test]
fn what_is_not_published_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let project = &made(2018, 2018).project;
    let mode = |file: &std::path::Path| std::fs::metadata(file).unwrap().permissions().mode() & 0o777;
    for file in project.files("data") {
        let path = project.path("data").join(&file);
        let others = mode(&path) & 0o077;
        match file.starts_with("published") {
            true => assert_ne!(others, 0, "{}", file.display()),
            false => assert_eq!((others, mode(path.parent().unwrap())), (0, 0o700), "{}", file.display()),
        }
    }
}
