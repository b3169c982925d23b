//! A year begins when the required sources are there for it, and what lies there for later years is told.

use std::fs;

use serde_json::Value;

use crate::support::contract_text::contract_file;
use crate::support::small::{Small, list};
use crate::support::text;

fn register(name: &str, more: &str) -> String {
    let yearly = list(name, &format!("{name}/{name}_{{year}}.csv"));
    let yearly = yearly.replace("sensitivity =", &format!("every = \"year\"\n{more}\nsensitivity ="));
    yearly.replace("type = \"text\"", "type = \"integer\"")
}

const PER_YEAR: &str = "-- One row is a year's sum of both registers.\n\
    SELECT $year AS year, main.nr + side.nr AS total FROM main CROSS JOIN side";

/// A required register and another one, and their sum.
fn small(more: &str) -> Small {
    let small = Small::new(&[("main", &register("main", "required = true")), ("side", &register("side", more))]);
    small.0.edit("pipelines/small.toml", |text| text.replace(", to = 2019", ""));
    small.write("sql/small/both.sql", PER_YEAR);
    small.write("sql/small/total.sql", "-- One row is a year's sum.\nSELECT year, total FROM both");
    small.0.edit("pipelines/datasets/small.toml", |text| {
        text.replace(
            "table = []",
            "[[table]]\nname = \"total\"\ntitle = { da = \"t\", en = \"t\" }\nkey = [\"year\"]\ncolumns = [\
             { name = \"year\", type = \"int64\", da = \"år\", en = \"year\" }, \
             { name = \"total\", type = \"int64\", nullable = true, da = \"sum\", en = \"sum\" }]",
        )
    });
    for year in 2018..=2019 {
        small.extract(&format!("main/main_{year}.csv"), "nr\n1\n");
        small.extract(&format!("side/side_{year}.csv"), "nr\n2\n");
    }
    small
}

fn years(small: &Small) -> Vec<Value> {
    small.0.sql("SELECT year FROM total ORDER BY year").into_iter().map(|row| row["year"].clone()).collect()
}

#[test]
fn a_year_begins_with_the_required_sources_and_waits_for_the_others() {
    let small = small("");
    small.0.succeeds(&["run"]);
    assert_eq!(years(&small), [2018, 2019]);
    // A delivery ahead of the required register is told and makes no year.
    small.extract("side/side_2020.csv", "nr\n2\n");
    let told = small.0.succeeds(&["run"]);
    assert!(told.stdout.contains("up to date"), "{}", told.stdout);
    assert!(told.stderr.contains("side/side_2020.csv: side of 2020"), "{}", told.stderr);
    small.extract("main/main_2020.csv", "nr\n1\n");
    assert_eq!(small.0.succeeds(&["run"]).stderr, "");
    assert_eq!(years(&small), [2018, 2019, 2020]);
    small.extract("main/main_2021.csv", "nr\n1\n");
    let told = small.0.succeeds(&["run"]);
    assert!(told.stderr.contains("side of 2021; 2 models wait for it"), "{}", told.stderr);
    assert_eq!(years(&small), [2018, 2019, 2020]);
}

#[test]
fn a_year_between_others_that_a_required_source_lacks_is_an_error() {
    let small = small("");
    small.extract("main/main_2021.csv", "nr\n1\n");
    let told = small.0.maaltal(&["run"]);
    assert_eq!(told.code, 4, "{}", told.stderr);
    assert!(told.stderr.contains("no extract of `main` for 2020"), "{}", told.stderr);
}

#[test]
fn nobody_waits_outside_the_years_for_which_a_register_is_delivered() {
    let small = small("years = { from = 2018, to = 2018 }");
    fs::remove_file(small.0.path("extracts/side/side_2019.csv")).unwrap();
    assert_eq!(small.0.succeeds(&["run", "--complete"]).stderr, "");
    assert_eq!(years(&small), [2018]);
    assert!(small.0.rows(&["plan"]).iter().all(|row| text(row, "action") != "await"));
}

#[test]
fn a_folder_is_read_without_what_tells_of_years_that_a_register_is_never_delivered_for() {
    let small = small("years = { from = 2018, to = 2018 }");
    fs::remove_file(small.0.path("extracts/side/side_2019.csv")).unwrap();
    // Over all years, and with a row for each that the other register has.
    small.write(
        "sql/small/told/side_of_main.sql",
        "-- One row is a year's number, or a zero.\n\
         SELECT main_year.year, COALESCE(side.nr, 0) AS total FROM main_year CROSS JOIN side",
    );
    small.write("sql/small/main_year.sql", "-- One row is a year.\nSELECT $year AS year FROM main");
    small.write(
        "sql/small/both.sql",
        "-- One row is what is told of a year.\nSELECT $year AS year, total FROM told WHERE year = $year",
    );
    small.0.succeeds(&["run"]);
    assert_eq!(years(&small), [2018]);
}

#[test]
fn not_a_single_extract_is_a_wrong_address() {
    let small = small("");
    let told = small.0.maaltal(&["run", "--extracts", "nowhere"]);
    assert_eq!(told.code, 4, "{}", told.stderr);
    fs::create_dir(small.0.path("elsewhere")).unwrap();
    let told = small.0.maaltal(&["run", "--extracts", "elsewhere"]);
    assert_eq!(told.code, 4, "{}", told.stderr);
    assert!(told.stderr.contains("not a single extract of a register is there"), "{}", told.stderr);
    assert!(!told.stderr.contains("--complete"), "{}", told.stderr);
}

#[test]
fn an_extract_that_is_gone_takes_no_published_year_along() {
    let small = small("");
    small.0.succeeds(&["run"]);
    fs::remove_file(small.0.path("extracts/main/main_2019.csv")).unwrap();
    let told = small.0.maaltal(&["run"]);
    assert_eq!(told.code, 4, "{}", told.stderr);
    for said in [
        "the extract of `main` for 2019 is not there any more",
        "the published version was made of main/main_2019.csv",
        "without it the years end with 2018",
        "Put the file back. If the year is to go, end `years` in pipelines/small.toml with `to = 2018`",
        "accept `revision;*;2019;*`",
    ] {
        assert!(told.stderr.contains(said), "{said}: {}", told.stderr);
    }
    assert!(!told.stderr.contains("of `side`"), "{}", told.stderr);
    // Another delivery of the year makes it again, and whoever ends the years means it.
    small.extract("main/main_2019.csv", "nr\n3\n");
    small.0.succeeds(&["run"]);
    fs::remove_file(small.0.path("extracts/main/main_2019.csv")).unwrap();
    small.0.edit("pipelines/small.toml", |text| text.replace("from = 2018", "from = 2018, to = 2018"));
    small.0.succeeds(&["run"]);
    assert_eq!(years(&small), [2018]);
}

/// A plan that serves several years in a file named after the first of them, and what a year makes of it.
fn plan(years: &str) -> Small {
    let small = small("");
    let plan = list("plan", "plan/plan_{year}.csv").replace("sensitivity =", &format!("{years}\nsensitivity ="));
    small.write("pipelines/sources/plan.toml", contract_file("plan", &plan));
    small.0.edit("pipelines/small.toml", |text| text.replace("[\"main\"", "[\"plan\", \"main\""));
    small.write(
        "sql/small/both.sql",
        format!("{PER_YEAR} CROSS JOIN (SELECT COUNT(*) AS files FROM plan)")
            .replace("SELECT $year", "SELECT files, $year"),
    );
    small
}

#[test]
fn a_file_that_serves_until_the_next_begins_is_awaited_in_all_its_years() {
    let small = plan("years = { from = 2010, begins = [2015, 2019, 2025] }");
    small.extract("plan/plan_2010.csv", "nr\n1\n").extract("plan/plan_2019.csv", "nr\n1\n");
    let told = small.0.succeeds(&["run"]);
    assert!(told.stderr.contains("plan of 2018; 2 models wait"), "{}", told.stderr);
    small.extract("plan/plan_2015.csv", "nr\n1\n");
    assert_eq!(small.0.succeeds(&["run"]).stderr, "");
    assert_eq!(years(&small), [2018, 2019]);
    for (years, said) in [
        ("years = { from = 2010, begins = [2010] }", "2010 is not a later year than 2010 in which another file begins"),
        ("years = { from = 2010, to = 2014, begins = [2015] }", "2015 is not a later year than 2010"),
        (
            "every = \"year\"\nyears = { from = 2010, begins = [2015] }",
            "a file of a source with every = \"year\" serves one",
        ),
        ("years = { from = 2010, to = 2009 }", "the years 2010 to 2009 are none"),
    ] {
        let told = plan(years).wrong();
        assert!(told.contains(said), "{said}: {told}");
    }
}

#[test]
fn a_required_register_is_missed_by_what_its_contract_says() {
    let small = small("");
    small.extract("main/main_2021.csv", "nr\n1\n");
    let told = small.0.maaltal(&["run"]).stderr;
    assert!(told.contains("since pipelines/sources/main.toml says that it is `required`"), "{told}");
    assert!(!told.contains("--complete"), "{told}");
}
