//! A value that jumps is told, and one that was published and is now another stops publication, until a person has looked at
//! it and says so in a file.

use std::fs;

use serde_json::{Value, json};

use crate::support::made::made;
use crate::support::small::Small;
use crate::support::{Project, Told};

const COURSES_2018: &str = "testdata/kursus/kursus_personale_2018.csv";
const COURSES_2019: &str = "testdata/kursus/kursus_personale_2019.csv";
const ACCEPTED: &str = "pipelines/reference/accepteret.csv";
const REVISION: &str = "no_published_value_is_revised_beyond_its_limit";

/// Two published years, of the first of which a region then delivers another number of participants.
fn corrected(participants: &str) -> Project {
    let project = Project::published(2018, 2019);
    project.edit(COURSES_2018, |csv| csv.replace("2018;1082;PSYK;112;", &format!("2018;1082;PSYK;{participants};")));
    project
}

fn accept(project: &Project, rows: &[&str]) {
    project.edit(ACCEPTED, |csv| {
        rows.iter().fold(csv, |csv, row| format!("{csv}{row};Rettet af regionen;abc;2020-01-31\n"))
    });
}

fn manifest(project: &Project, dataset: &str, version: &str) -> Value {
    let folder = project.path("data/published").join(dataset);
    let named = |entry: fs::DirEntry| entry.file_name().to_string_lossy().starts_with(version).then(|| entry.path());
    let found = fs::read_dir(folder).unwrap().find_map(|entry| named(entry.unwrap())).unwrap();
    serde_json::from_slice(&fs::read(found.join("manifest.json")).unwrap()).unwrap()
}

fn says(told: &Told, words: &[&str]) {
    for word in words {
        assert!(told.stderr.contains(word), "`{word}` is not in {}", told.stderr);
    }
}

#[test]
fn a_revision_beyond_its_limit_stops_publication_until_it_is_accepted() {
    let project = corrected("190");
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 6, "{}", told.stderr);
    let region = "indicator_id f3_kursusdeltagere, year 2018, geo_code 1082, published_value 154.0, value 232.0, \
                  revision_within 0.1, accept_with revision;f3_kursusdeltagere;2018;1082";
    says(&told, &[&format!("{REVISION}: 2 rows"), region, "geo_code DK, published_value 733.0, value 811.0", ACCEPTED]);
    assert_eq!(project.rows(&["versions"]).len(), 1);

    // Each place by itself: the other is still told.
    accept(&project, &["revision;f3_kursusdeltagere;2018;1082"]);
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 6, "{}", told.stderr);
    says(&told, &[&format!("{REVISION}: 1 row")]);

    accept(&project, &["revision;*;2018;DK"]);
    let told = project.succeeds(&["run"]);
    assert!(told.stdout.contains("published version 2"), "{}", told.stdout);
    assert!(!told.stderr.contains("every_acceptance_accepts_something"), "{}", told.stderr);
    assert_eq!(manifest(&project, "almen_praksis", "v1-").get("compared_with"), None);
    assert_eq!(manifest(&project, "almen_praksis", "v2-")["compared_with"], 1);
    // What was published before is in no key: the same again is up to date.
    assert!(project.succeeds(&["run"]).stdout.contains("up to date: version 2"));

    // Once published there is nothing left to accept, and the next version says so.
    project.edit(COURSES_2018, |csv| csv.replace("2018;1083;PSYK;131;", "2018;1083;PSYK;132;"));
    let told = project.succeeds(&["run"]);
    says(
        &told,
        &["every_acceptance_accepts_something: 2 rows", "art revision, indikator_id f3_kursusdeltagere, aar 2018"],
    );
}

#[test]
fn a_version_whose_files_are_gone_is_made_again_as_it_was() {
    let project = corrected("115");
    project.succeeds(&["run"]);
    let before = manifest(&project, "almen_praksis", "v2-");
    let is_of_version_2 = |file: &std::path::PathBuf| file.to_string_lossy().starts_with("v2-");
    let folder = "data/published/almen_praksis";
    for file in project.files(folder).into_iter().filter(is_of_version_2) {
        fs::remove_file(project.path(folder).join(file)).unwrap();
    }
    project.succeeds(&["run"]);
    assert_eq!(manifest(&project, "almen_praksis", "v2-"), before);
    project.sql("SELECT COUNT(*) AS n FROM indicator_value");
}

#[test]
fn a_small_revision_passes() {
    let told = corrected("115").succeeds(&["run"]);
    assert!(told.stdout.contains("published version 2"), "{}", told.stdout);
    assert!(!told.stderr.contains(REVISION), "{}", told.stderr);
}

#[test]
fn a_value_that_is_gone_is_a_revision() {
    let project = Project::published(2018, 2019);
    let entry = "sql/almen_praksis/indicators/f3_kursusdeltagere.toml";
    project.edit(entry, |entry| entry.replace("first_year = 2018", "first_year = 2019"));
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 6, "{}", told.stderr);
    says(&told, &[REVISION, "geo_code 1082, published_value 154.0, value ,"]);
    // A definition that says that it is another is compared with nothing.
    project.edit(entry, |entry| format!("definition_version = 2\n{entry}"));
    assert!(project.succeeds(&["run"]).stdout.contains("published version 2"));
}

#[test]
fn a_breakdown_that_is_gone_is_told_and_published() {
    let project = Project::published(2018, 2019);
    let model = "sql/almen_praksis/indicators/f3_kursusdeltagere.sql";
    project.edit(model, |sql| sql.split_once("UNION ALL").unwrap().0.to_owned());
    let told = project.succeeds(&["run"]);
    assert!(told.stdout.contains("published version 2"), "{}", told.stdout);
    // The country and its five regions, four types of course in each of two years.
    says(&told, &["no_part_of_a_series_is_gone: 2 rows", "f3_kursusdeltagere, geo_level region, breakdown_dim course"]);
}

#[test]
fn a_published_figure_whose_new_value_is_hidden_waits_until_it_is_accepted() {
    let project = Project::published(2018, 2019);
    // A region loses one of five participants, and so do the country and all courses: together they tell of the four.
    project.edit(COURSES_2019, |csv| {
        csv.replace("2019;1081;SPECIALSYGEPLEJERSKE;5;", "2019;1081;SPECIALSYGEPLEJERSKE;4;")
    });
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 6, "{}", told.stderr);
    says(&told, &["no_published_figure_becomes_hidden", "accept_with hidden;f3_kursusdeltagere;2019;1081"]);
    accept(&project, &["hidden;f3_kursusdeltagere;2019;*", "hidden;f3_kursusdeltagere;2018;1081"]);
    let told = project.succeeds(&["run"]);
    assert!(told.stdout.contains("published version 2"), "{}", told.stdout);
    says(
        &told,
        &["every_acceptance_accepts_something: 1 row", "art hidden, indikator_id f3_kursusdeltagere, aar 2018"],
    );
}

#[test]
fn a_jump_is_told_and_published_and_accepted_by_name() {
    let quiet = &made(2018, 2019).told;
    assert!(!quiet.stderr.contains("no_value_jumps"), "{}", quiet.stderr);
    let project = Project::with_years(2018, 2019);
    project.edit(COURSES_2019, |csv| csv.replace("2019;1082;PSYK;168;", "2019;1082;PSYK;468;"));
    let told = project.succeeds(&["run"]);
    assert!(told.stdout.contains("published version 1"), "{}", told.stdout);
    let region = "indicator_id f3_kursusdeltagere, year 2019, geo_code 1082, value_before 154.0, value 529.0";
    says(&told, &["no_value_jumps: 2 rows", region, "accept_with jump;f3_kursusdeltagere;2019;1082", ACCEPTED]);

    accept(&project, &["jump;f3_kursusdeltagere;2019;*"]);
    let told = project.succeeds(&["run"]);
    for word in ["no_value_jumps", "every_acceptance_accepts_something"] {
        assert!(!told.stderr.contains(word), "{}", told.stderr);
    }
}

#[test]
fn an_acceptance_that_accepts_nothing_is_told() {
    let project = Project::published(2018, 2019);
    accept(&project, &["jump;u4_solopraksis_pct;2019;1082", "jump;u4_solopraksis_pct;2031;1082"]);
    let told = project.succeeds(&["run"]);
    // The run is not about 2031.
    says(&told, &["every_acceptance_accepts_something: 1 row", "art jump, indikator_id u4_solopraksis_pct, aar 2019"]);
}

#[test]
fn what_was_published_and_waits_again_is_gone_and_what_is_left_out_is_not() {
    let project = Project::published(2018, 2019);
    // One of a source's extracts, and then all of them.
    for gone in [COURSES_2018, COURSES_2019] {
        fs::remove_file(project.path(gone)).unwrap();
        let told = project.maaltal(&["run"]);
        assert_eq!(told.code, 6, "{}", told.stderr);
        says(&told, &[REVISION, "f3_kursusdeltagere, year 2018, geo_code 1082, published_value 154.0, value ,"]);
        says(&told, &["kursus_personale of 2018"]);
    }
    assert_eq!(project.rows(&["versions"]).len(), 1);
    project.edit("pipelines/almen_praksis.toml", |pipeline| format!("without = [\"kursus_personale\"]\n{pipeline}"));
    let told = project.succeeds(&["run"]);
    assert!(told.stdout.contains("published version 2"), "{}", told.stdout);
}

#[test]
fn an_indicator_that_is_gone_is_a_revision_of_all_its_values() {
    let project = Project::published(2018, 2019);
    let entry = project.path("sql/almen_praksis/indicators/f3_kursusdeltagere.toml");
    fs::rename(&entry, entry.with_file_name("f3_kursusdeltager.toml")).unwrap();
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 3, "{}", told.stderr);
    says(
        &told,
        &["the model `f3_kursusdeltagere` has no entry", "sql/almen_praksis/indicators/f3_kursusdeltagere.sql"],
    );
    // With its SQL it is gone altogether.
    fs::remove_file(entry.with_file_name("f3_kursusdeltager.toml")).unwrap();
    fs::remove_file(entry.with_extension("sql")).unwrap();
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 6, "{}", told.stderr);
    says(&told, &[REVISION, "f3_kursusdeltagere, year 2018, geo_code 1082, published_value 154.0, value ,"]);
    // Nobody uses the rows any more that its account says it uses.
    says(
        &told,
        &["every_account_is_of_a_model_that_reads_its_table: 1 row", "kursus_personale, used_by f3_kursusdeltagere"],
    );
    project.edit("sql/almen_praksis/row_account/rows_of_kursus_personale.sql", |_| {
        "-- One row is how many counts of participants of courses no model reads.\n\
         SELECT 'kursus_personale' AS table_name, 'none' AS used_by, 'all' AS serves, 'read_by_no_model' AS rule, COUNT(*) AS row_count\n\
         FROM kursus_personale"
            .to_owned()
    });
    accept(&project, &["revision;f3_kursusdeltagere;2018;*", "revision;f3_kursusdeltagere;2019;*"]);
    project.edit("pipelines/reference/indsats.csv", |csv| csv.replace(",f3_kursusdeltagere", ""));
    let told = project.succeeds(&["run"]);
    assert!(!told.stderr.contains("every_acceptance_accepts_something"), "{}", told.stderr);
}

#[test]
fn an_entry_that_names_a_source_that_is_not_there_stops_publication() {
    let project = Project::derived(2018, 2018);
    // With another name of its source nobody would know that its figures are synthetic.
    let entry = "sql/almen_praksis/indicators/f3_kursusdeltagere.toml";
    project.edit(entry, |entry| entry.replace("kursus_personale", "kursus_personalet"));
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 6, "{}", told.stderr);
    says(&told, &["every_source_of_an_entry_is_there: 1 row", "f3_kursusdeltagere", "kursus_personalet"]);
}

#[test]
fn an_entry_or_an_account_that_names_another_source_or_model_than_the_right_one_stops_publication() {
    let project = Project::derived(2018, 2018);
    // Both sources are there, and the other one's extracts would tell whether these figures are synthetic.
    let entry = "sql/almen_praksis/indicators/f3_kursusdeltagere.toml";
    project.edit(entry, |entry| entry.replace("kursus_personale", "yder_status"));
    // The model is there, but reads other rows than those that the account says it uses.
    let account = "sql/almen_praksis/row_account/rows_of_kursus_personale.sql";
    project.edit(account, |sql| sql.replace("'f3_kursusdeltagere'", "'f4_projekter'"));
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 6, "{}", told.stderr);
    says(&told, &["every_source_that_is_read_is_named: 1 row", "f3_kursusdeltagere", "kursus_personale"]);
    says(&told, &["every_account_is_of_a_model_that_reads_its_table: 1 row", "f4_projekter"]);
}

#[test]
fn a_published_file_that_is_gone_ends_the_run_that_would_follow_it() {
    let project = corrected("115");
    let is_of_values = |file: &std::path::PathBuf| file.ends_with("indicator_value.parquet");
    let folder = "data/published/almen_praksis";
    let file = project.files(folder).into_iter().find(is_of_values).unwrap();
    fs::remove_file(project.path(folder).join(file)).unwrap();
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 7, "{}", told.stderr);
    says(&told, &["indicator_value.parquet"]);
}

const PREVIOUS_OPEN: &str = "-- One row is an open practice that was not.\n-- severity: warn\n-- remedy: Ask it.\n\
                             SELECT open.nr FROM open LEFT JOIN previous_open ON previous_open.nr = open.nr\n\
                             WHERE previous_open.nr IS NULL";

#[test]
fn a_model_that_reads_what_was_published_before_is_refused() {
    let small = Small::practices("closed");
    small.write("sql/small/again.sql", "-- One row is a practice.\nSELECT nr\nFROM previous_open");
    let told = small.wrong();
    for word in ["a model reads `previous_open`, which only audits may", "sql/small/again.sql:3:6", "hint: "] {
        assert!(told.contains(word), "`{word}` is not in {told}");
    }
    assert_eq!(told.matches("error: ").count(), 1, "{told}");
}

#[test]
fn an_audit_reads_the_latest_version_and_no_rows_before_there_is_one() {
    let small = Small::practices("closed");
    small.write("sql/small/audits/none_opens.sql", PREVIOUS_OPEN);
    let told = small.0.succeeds(&["run"]);
    says(&told, &["none_opens: 1 row"]);
    assert!(small.0.succeeds(&["run"]).stdout.contains("up to date: version 1"));
    small.extract("reg.csv", "nr\n1\n2\n3\n4\n");
    let told = small.0.succeeds(&["run"]);
    says(&told, &["none_opens: 1 row", "nr 4"]);
}

#[test]
fn a_column_that_the_version_before_lacks_is_null_if_it_may_be_and_else_the_audit_does_not_judge() {
    let small = Small::practices("closed");
    small.write("sql/small/audits/none_opens.sql", PREVIOUS_OPEN);
    small.0.succeeds(&["run"]);
    let dataset = "pipelines/datasets/small.toml";
    let add = |column: &str| {
        small.0.edit(dataset, |text| {
            let (head, last) = text.rsplit_once(']').unwrap();
            format!("{head}{column}\n]{last}")
        });
    };
    add(r#", { name = "note", type = "string", nullable = true, da = "Note", en = "Note" }"#);
    small
        .0
        .edit("sql/small/open.sql", |sql| sql.replace("SELECT reg.nr", "SELECT reg.nr, CAST(NULL AS VARCHAR) AS note"));
    let told = small.0.succeeds(&["run"]);
    assert!(!told.stderr.contains("none_opens"), "{}", told.stderr);

    add(r#", { name = "beds", type = "int64", da = "Senge", en = "Beds" }"#);
    small.0.edit("sql/small/open.sql", |sql| sql.replace(" AS note", " AS note, 1 AS beds"));
    let told = small.0.succeeds(&["run"]);
    says(&told, &["can't compare with version 2", "previous_open: it had no column `beds`"]);
    let manifest = manifest(&small.0, "small", "v3-");
    assert_eq!((&manifest["not_judged"], &manifest["compared_with"]), (&json!(["none_opens"]), &json!(2)));
}
