//! A year begins when the required sources are there for it, and what lies there for later years is told.

use std::fs;

use serde_json::Value;

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
}
