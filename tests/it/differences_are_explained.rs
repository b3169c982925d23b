//! Two versions are compared by table and key, and every difference says what of all that it was made of is another.

use serde_json::{Value, json};

use crate::support::small::{Small, list};
use crate::support::{Project, Told, text};

const DATASET: &str = r#"
name = "small"
title = { da = "Lille", en = "Small" }
description = { da = "Lille", en = "Small" }
[[table]]
name = "indicator_value"
title = { da = "Tal", en = "Figures" }
key = ["indicator_id", "year", "geo_code"]
columns = [
    { name = "indicator_id", type = "string", da = "Id", en = "Id" },
    { name = "year", type = "int32", da = "År", en = "Year" },
    { name = "geo_code", type = "string", da = "Sted", en = "Place" },
    { name = "breakdown_dim", type = "string", da = "Opdeling", en = "Breakdown" },
    { name = "value", type = "double", nullable = true, da = "Tal", en = "Figure" },
]
"#;

fn indicator(name: &str, from: &str) -> String {
    format!(
        "-- One row is a figure.\nSELECT '{name}' AS indicator_id, CAST(2018 AS BIGINT) AS year, 'DK' AS geo_code,\n\
         'all' AS breakdown_dim, CAST(COUNT(*) AS DOUBLE) AS value FROM {from}"
    )
}

/// How many practices there are, and how many are closed, published as version 1.
fn published() -> Small {
    let small = Small::new(&[("reg", &list("reg", "reg.csv")), ("closed", &list("closed", "lukket.csv"))]);
    small.extract("reg.csv", "nr\n1\n2\n3\n").extract("lukket.csv", "nr\n2\n3\n");
    small.write("pipelines/datasets/small.toml", DATASET);
    small.write("sql/small/indicators/all_practices.sql", indicator("all_practices", "reg"));
    small.write("sql/small/indicators/closed_practices.sql", indicator("closed_practices", "closed"));
    small.write("sql/small/indicator_value.sql", "-- One row is a figure.\nSELECT * FROM indicators");
    small.0.succeeds(&["run"]);
    small
}

/// A correction of the closed practices, published as version 2.
fn corrected() -> Small {
    let small = published();
    small.extract("lukket.csv", "nr\n2\n");
    small.0.succeeds(&["run"]);
    small
}

/// Table, indicator, rows added, removed and changed, and why.
fn differences(project: &Project, more: &[&str]) -> Vec<String> {
    let rows = project.rows(&[&["diff"], more].concat());
    let line = |row: &Value| {
        let indicator = row["indicator"].as_str().unwrap_or("-");
        let [added, removed, changed] = ["added", "removed", "changed"].map(|it| row[it].as_u64().unwrap());
        format!("{} {indicator} +{added} -{removed} ~{changed}: {}", text(row, "table"), text(row, "why"))
    };
    rows.iter().map(line).collect()
}

#[test]
fn a_corrected_extract_is_the_cause_of_the_figures_that_are_another_and_of_no_other() {
    let small = corrected();
    assert_eq!(
        differences(&small.0, &["1", "2"]),
        ["indicator_value closed_practices +0 -0 ~1: changed extract closed"]
    );
    assert_eq!(
        small.0.rows(&["diff", "1", "2", "--values"]),
        [json!({
            "table": "indicator_value", "indicator": "closed_practices", "change": "changed", "column": "value",
            "key": "indicator_id closed_practices, year 2018, geo_code DK", "before": 2.0, "after": 1.0,
        })]
    );
    assert_eq!(differences(&small.0, &["1", "2", "--indicator", "all_practices"]), [""; 0]);
    assert_eq!(differences(&small.0, &["1", "1"]), [""; 0]);
    let told = small.0.maaltal(&["diff", "1", "2", "--table", "indicator_valu"]);
    assert_eq!(told.code, 2, "{}", told.stderr);
    assert!(told.stderr.contains("Did you mean `indicator_value`?"), "{}", told.stderr);
    assert_eq!(small.0.maaltal(&["diff", "1", "3"]).code, 2);
}

#[test]
fn the_other_way_round_the_same_is_told() {
    let small = corrected();
    assert_eq!(
        differences(&small.0, &["2", "1"]),
        ["indicator_value closed_practices +0 -0 ~1: changed extract closed"]
    );
    let values = small.0.rows(&["diff", "2", "1", "--values"]);
    assert_eq!((&values[0]["before"], &values[0]["after"]), (&json!(1.0), &json!(2.0)));
}

#[test]
fn another_query_and_a_new_and_a_former_model_are_told_by_their_names() {
    let small = published();
    small.0.edit("sql/small/indicators/all_practices.sql", |sql| format!("{sql} WHERE nr <> '1'"));
    small.write("sql/small/indicators/open_practices.sql", indicator("open_practices", "reg"));
    std::fs::remove_file(small.0.path("sql/small/indicators/closed_practices.sql")).unwrap();
    small.0.succeeds(&["run"]);
    let found = differences(&small.0, &["1", "2"]);
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0], "indicator_value all_practices +0 -0 ~1: changed SQL all_practices");
    assert!(found[1].starts_with("indicator_value closed_practices +0 -1 ~0: "), "{found:?}");
    assert!(found[1].contains("no model any more closed_practices"), "{found:?}");
    assert_eq!(found[2], "indicator_value open_practices +1 -0 ~0: new model open_practices");
    let values = small.0.rows(&["diff", "1", "2", "--values", "--indicator", "open_practices"]);
    assert_eq!(values.len(), 1);
    assert_eq!((text(&values[0], "change"), &values[0]["column"]), ("added", &Value::Null));
}

#[test]
fn what_waits_for_an_extract_is_told_by_the_extract_and_not_by_its_model() {
    let late = list("closed", "lukket_{year}.csv").replace("sensitivity =", "every = \"year\"\nsensitivity =");
    // Its files serve all years, and there are several.
    let parts =
        list("reg", "reg_{year}.csv").replace("sensitivity =", "years = { from = 2018, to = 2019 }\nsensitivity =");
    let small = Small::new(&[("reg", &parts), ("closed", &late), ("main", &list("main", "main.csv"))]);
    small.extract("main.csv", "nr\n1\n");
    for (year, number) in [(2018, 1), (2019, 2)] {
        small.extract(&format!("reg_{year}.csv"), format!("nr\n{number}\n"));
        small.extract(&format!("lukket_{year}.csv"), format!("nr\n{number}\n"));
    }
    small.0.edit("pipelines/sources/main.toml", |toml| format!("required = true\n{toml}"));
    small.write("pipelines/datasets/small.toml", DATASET);
    small.write("sql/small/indicators/practices.sql", indicator("practices", "reg"));
    small.write("sql/small/indicators/in_main.sql", indicator("in_main", "main"));
    small.write("sql/small/closed_of_year.sql", "-- One row is closed.\nSELECT $year AS year, nr FROM closed");
    small.write("sql/small/indicators/closed_practices.sql", indicator("closed_practices", "closed_of_year"));
    small.write("sql/small/indicator_value.sql", "-- One row is a figure.\nSELECT * FROM indicators");
    small.0.succeeds(&["run"]);
    for file in ["reg_2019.csv", "lukket_2018.csv", "lukket_2019.csv"] {
        std::fs::remove_file(small.0.path("extracts").join(file)).unwrap();
    }
    small.0.succeeds(&["run"]);
    let found = differences(&small.0, &["1", "2"]);
    let closed = "indicator_value closed_practices +0 -1 ~0: no extract any more closed 2018-2019";
    assert_eq!(found, [closed, "indicator_value practices +0 -0 ~1: no extract any more reg"]);
    // A model that is deleted is not one that waits.
    std::fs::remove_file(small.0.path("sql/small/indicators/in_main.sql")).unwrap();
    small.0.succeeds(&["run"]);
    let found = differences(&small.0, &["2", "3"]);
    assert!(found.len() == 1 && found[0].contains("no model any more in_main"), "{found:?}");
}

#[test]
fn a_column_that_is_new_is_told_once_and_the_rows_are_compared_by_the_others() {
    let small = published();
    small.0.edit("pipelines/datasets/small.toml", |dataset| {
        dataset.replace("\n]\n", "\n    { name = \"unit\", type = \"string\", da = \"Enhed\", en = \"Unit\" },\n]\n")
    });
    small.0.edit("sql/small/indicator_value.sql", |_| {
        "-- One row is a figure.\nSELECT *, 'practices' AS unit FROM indicators".to_owned()
    });
    small.0.succeeds(&["run"]);
    assert_eq!(
        differences(&small.0, &["1", "2"]),
        ["indicator_value - +0 -0 ~0: new column `unit`; changed SQL indicator_value"]
    );
}

#[test]
fn a_press_office_reads_it_in_markdown_and_a_spreadsheet_in_csv() {
    let small = corrected();
    let Told { stdout, .. } = small.0.succeeds(&["diff", "1", "2", "--markdown"]);
    for line in [
        "# small: version 2 compared with version 1",
        "- extract: changed extract closed",
        "| indicator_value | closed_practices | 0 | 0 | 1 |",
        "| closed_practices, 2018, DK | value | 2.0 | 1.0 |",
    ] {
        assert!(stdout.lines().any(|it| it == line), "`{line}` is not in\n{stdout}");
    }
    let same = small.0.succeeds(&["diff", "2", "2", "--markdown"]).stdout;
    assert!(same.contains("They say the same."), "{same}");
    let csv = small.0.succeeds(&["diff", "1", "2", "--format", "csv"]).stdout;
    assert_eq!(
        csv,
        "table,indicator,added,removed,changed,why\n\
         indicator_value,closed_practices,0,0,1,changed extract closed\n"
    );
}

#[test]
fn a_version_keeps_why_it_was_made() {
    let small = published();
    small.extract("lukket.csv", "nr\n2\n");
    let planned: Vec<Value> = small.0.rows(&["plan"]).into_iter().filter(|line| line["action"] == "run").collect();
    small.0.succeeds(&["run"]);
    let versions = small.0.rows(&["versions"]);
    assert_eq!(text(&versions[0], "changes"), "");
    assert_eq!(text(&versions[1], "changes"), "changed extract closed");
    let changes = small.0.rows(&["versions", "--changes"]);
    let lines = |lines: &[Value]| -> Vec<String> {
        let line = |line: &Value| ["stage", "what", "why"].map(|it| text(line, it).to_owned()).join(" ");
        lines.iter().map(line).collect()
    };
    // All that was planned but for the version itself.
    assert_eq!(lines(&changes), lines(&planned[..planned.len() - 1]));
    assert_eq!(changes.len(), 3, "{changes:?}");
    assert!(changes.iter().all(|change| change["version"] == "2"));
}

#[test]
fn why_a_version_was_made_enters_nothing_that_has_to_be_the_same_again() {
    let (fresh, later) = (published(), corrected());
    fresh.extract("lukket.csv", "nr\n2\n");
    std::fs::remove_dir_all(fresh.0.path("data")).unwrap();
    fresh.0.succeeds(&["run"]);
    let table = |small: &Small| {
        let files = small.0.files("data/published").into_iter().filter(|it| it.ends_with("indicator_value.parquet"));
        std::fs::read(small.0.path("data/published").join(files.max().unwrap())).unwrap()
    };
    assert!(table(&fresh) == table(&later));
}

#[test]
fn a_figure_is_shown_as_every_version_had_it() {
    let small = corrected();
    let rows = small.0.rows(&["revisions", "closed_practices"]);
    let told = |row: &Value| (text(row, "version").to_owned(), row["year"].clone(), row["value"].clone());
    assert_eq!(
        rows.iter().map(told).collect::<Vec<_>>(),
        [("1".to_owned(), json!(2018), json!(2.0)), ("2".to_owned(), json!(2018), json!(1.0))]
    );
    assert_eq!(small.0.rows(&["revisions", "closed_practices", "--geo", "DK", "--year", "2018"]), rows);
    assert!(small.0.rows(&["revisions", "closed_practices", "--year", "2019"]).is_empty());
    let told = small.0.maaltal(&["revisions", "closed_practice"]);
    assert_eq!(told.code, 2);
    assert!(told.stderr.contains("Did you mean `closed_practices`?"), "{}", told.stderr);
    assert_eq!(small.0.maaltal(&["revisions", "closed_practices", "--geo", "SE"]).code, 2);
}

#[test]
fn a_figure_leads_to_its_query_its_tables_and_its_extracts() {
    let small = corrected();
    let Told { stdout, .. } = small.0.succeeds(&["explain", "closed_practices", "--year", "2018"]);
    for line in [
        "version 2",
        "year 2018, geo_code DK, value 1.0",
        "closed_practices: 1 row  sql/small/indicators/closed_practices.sql",
        "  closed: 1 row <- lukket.csv",
    ] {
        assert!(stdout.lines().any(|it| it == line), "`{line}` is not in\n{stdout}");
    }
    let before = small.0.succeeds(&["explain", "closed_practices", "--version", "1"]).stdout;
    assert!(before.contains("  closed: 2 rows <- lukket.csv"), "{before}");
    // A program gets rows: the figure, and what it comes from.
    let rows = small.0.rows(&["explain", "closed_practices", "--year", "2018"]);
    let of = |kind: &str| rows.iter().filter(|row| text(row, "kind") == kind).collect::<Vec<_>>();
    assert_eq!((&of("figure")[0]["value"], of("figure").len()), (&1.0.into(), 1), "{rows:?}");
    assert_eq!((text(of("extract")[0], "file"), &of("extract")[0]["depth"]), ("lukket.csv", &1.into()), "{rows:?}");
    let told = small.0.maaltal(&["explain", "closed_practices", "--year", "2050"]);
    assert!(told.code == 2 && told.stderr.contains("no year of the figure is named `2050`"), "{}", told.stderr);
    let told = small.0.maaltal(&["diff", "1", "2", "--indicator", "closed_practice"]);
    assert!(told.code == 2 && told.stderr.contains("Did you mean `closed_practices`?"), "{}", told.stderr);
}

#[test]
fn an_entry_of_an_indicator_is_a_definition_that_its_rows_follow_from() {
    let project = Project::published(2018, 2018);
    project.edit("sql/almen_praksis/indicators/u4_solopraksis_pct.toml", |entry| {
        entry.replacen("title.da = \"", "title.da = \"Nyt: ", 1)
    });
    project.succeeds(&["run"]);
    let found = differences(&project, &["1", "2", "--table", "indicator"]);
    assert_eq!(found, ["indicator u4_solopraksis_pct +0 -0 ~1: changed extract indicators"]);
    let told = project.succeeds(&["diff", "1", "2", "--markdown", "--table", "indicator"]).stdout;
    assert!(told.contains("**SYNTHETIC") && told.contains("- definition: changed extract indicators"), "{told}");
    let told = project.succeeds(&["explain", "u4_solopraksis_pct", "--year", "2018"]).stdout;
    assert!(told.contains("sql/almen_praksis/indicators/u4_solopraksis_pct.sql") && told.contains(" <- "), "{told}");
}
