//! Everything that the documents set out to reach has a home in the published tables: each target, figure,
//! initiative, milestone and appropriation; each indicator its words, its SQL and its test.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::published_figures_come_out::published;
use crate::support::made::made;
use crate::support::{Project, repository, text};

fn column<'a>(rows: &'a [Value], name: &str) -> BTreeSet<&'a str> {
    rows.iter().filter_map(|row| row[name].as_str()).collect()
}

/// The first column of a reference list.
fn listed(file: &str) -> BTreeSet<String> {
    let list = fs::read_to_string(repository().join("pipelines/reference").join(file)).unwrap();
    list.lines().skip(1).filter_map(|line| line.split(';').next()).map(str::to_owned).collect()
}

fn same(listed: &BTreeSet<String>, published: &BTreeSet<&str>) {
    let missing: Vec<_> = listed.iter().filter(|id| !published.contains(id.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_target_figure_initiative_milestone_and_appropriation_is_published() {
    let project = published();
    let targets = project.sql("SELECT DISTINCT target_id, indicator_id FROM target");
    // The 49 of the documents, and the limits that D1 and T12 replaced.
    assert_eq!(targets.len(), 51);

    let figures = project.sql("SELECT figure_id, verdict, reason FROM reconciliation");
    same(&listed("referencevaerdi.csv"), &column(&figures, "figure_id"));
    let numbered = figures.iter().filter(|row| text(row, "figure_id").starts_with("RV"));
    let numbers: BTreeSet<&str> = numbered.map(|row| &text(row, "figure_id")[..5]).collect();
    assert_eq!(numbers.len(), 90);
    for figure in &figures {
        assert_eq!(figure["verdict"] != "agrees", figure["reason"].is_string(), "{figure}");
    }
    assert!(figures.iter().filter(|row| row["verdict"] == "agrees").count() >= 90);

    let initiatives = project.sql("SELECT initiative_id, document_id, present_status FROM initiative");
    same(&listed("indsats.csv"), &column(&initiatives, "initiative_id"));
    let of = |document: &str| initiatives.iter().filter(|row| row["document_id"] == document).count();
    assert_eq!((of("ELTPD"), of("DR25")), (22, 25));
    assert!(of("PA2017") > 0 && of("FP2018") > 0 && of("PLO2022") > 0);

    let milestones = project.sql("SELECT DISTINCT milestone_id FROM milestone_status WHERE year = 2025");
    same(&listed("milepael.csv"), &column(&milestones, "milestone_id"));
    assert!(milestones.len() >= 27);

    let purposes = project.sql("SELECT purpose_id FROM funding_status UNION SELECT purpose_id FROM funding_part");
    let appropriated = project.sql("SELECT DISTINCT formaal AS purpose_id FROM staged.bevilling");
    same(
        &column(&appropriated, "purpose_id").iter().map(|id| (*id).to_owned()).collect(),
        &column(&purposes, "purpose_id"),
    );
    // Tables 1 to 3 of the memorandum of 2018.
    let sums = project.sql(
        "SELECT pool, CAST(SUM(appropriated_million_kr) AS DOUBLE) AS million_kr FROM funding_status
         WHERE geo_code = 'DK' AND pool IN ('F1', 'F2', 'F3') GROUP BY pool ORDER BY pool",
    );
    let sums: Vec<f64> = sums.iter().map(|row| row["million_kr"].as_f64().unwrap()).collect();
    assert_eq!(sums, [45.0, 9.0, 60.0]);
}

#[test]
fn every_indicator_has_its_words_its_sql_and_values_or_a_reason() {
    let project = published();
    let indicators = project.sql("SELECT * FROM indicator");
    let valued = project.sql("SELECT DISTINCT indicator_id FROM indicator_value");
    let valued = column(&valued, "indicator_id");
    assert!(indicators.len() > 100, "{}", indicators.len());
    for indicator in &indicators {
        let id = text(indicator, "indicator_id");
        for point in ["title", "purpose", "definition", "population", "caveats", "data_source", "publication"] {
            for language in ["da", "en"] {
                assert!(!text(indicator, &format!("{point}_{language}")).is_empty(), "{id} {point} {language}");
            }
        }
        let file = repository().join(format!("sql/almen_praksis/indicators/{id}.sql"));
        let has_none = text(indicator, "source_registers") == "none";
        assert_ne!(file.exists(), has_none, "{id}");
        assert_ne!(valued.contains(id), has_none, "{id}");
    }
}

#[test]
fn every_indicator_is_worked_out_on_hand_made_rows() {
    let tests: String = fs::read_dir(repository().join("tests/sql"))
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let asked: Vec<&str> =
        tests.split("\n\n").filter(|part| part.contains("\nquery ") || part.starts_with("query ")).collect();
    for entry in fs::read_dir(repository().join("sql/almen_praksis/indicators")).unwrap() {
        let path = entry.unwrap().path();
        let id = path.file_stem().unwrap().to_str().unwrap();
        if id == "_columns" || path.extension().is_none_or(|extension| extension != "sql") {
            continue;
        }
        let is_run = |end| tests.contains(&format!("\nmodel {id}{end}"));
        assert!(is_run(" ") || is_run("\n"), "no test runs {id}");
        let is_asked = |part: &&&str| part.contains(&format!("FROM {id}\n")) || part.contains(&format!("FROM {id} "));
        assert!(asked.iter().find(is_asked).is_some(), "no test asks for the rows of {id}");
    }
}

#[test]
fn an_indicator_is_shown_with_its_six_points_its_targets_and_its_sql() {
    let project = &made(2018, 2018).project;
    let shown = project.succeeds(&["indicator", "u4_flermandspraksis_pct"]).stdout;
    for part in [
        "u4_flermandspraksis_pct: Flermandspraksis / Multi-doctor practices",
        "Formål / Purpose",
        "Indhold og afgrænsning / Content and delimitation",
        "Forbehold / Caveats",
        "Datakilde / Data source",
        "Offentliggørelse / Publication",
        "Måltal / Target U4-2020 >= 70",
        "2018  51.28 A",
        "sql/almen_praksis/indicators/u4_flermandspraksis_pct.sql",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let told = project.maaltal(&["indicator", "u4_flermandspraxis_pct"]);
    assert_eq!(told.code, 2);
    assert!(told.stderr.contains("Did you mean `u4_flermandspraksis_pct`?"), "{}", told.stderr);
}

#[test]
fn a_new_indicator_is_a_sql_file_and_an_entry_beside_it() {
    let project = Project::derived(2018, 2018);
    let definitions = || -> BTreeMap<PathBuf, Vec<u8>> {
        let below = |folder: &'static str| project.files(folder).into_iter().map(|file| Path::new(folder).join(file));
        let files = below("pipelines").chain(below("sql")).map(|file| project.path(file.to_str().unwrap()));
        files.map(|file| (file.clone(), fs::read(file).unwrap())).collect()
    };
    let before = definitions();
    fs::write(
        project.path("sql/almen_praksis/indicators/ny_store_praksis_pct.sql"),
        "-- One row is a place's practices, and those of them with four capacities or more.
         SELECT place_code AS geo_code, COUNT(*) FILTER (WHERE capacities >= 4) AS numerator, COUNT(capacities) AS denominator
         FROM active_practice
         WHERE year = $year
         GROUP BY place_code",
    )
    .unwrap();
    fs::write(
        project.path("sql/almen_praksis/indicators/ny_store_praksis_pct.toml"),
        r#"
            goal = "context"
            title = { da = "Store praksis", en = "Large practices" }
            purpose = { da = "Viser, hvor mange praksis der er store.", en = "Shows how many practices are large." }
            definition = { da = "Praksis med fire kapaciteter.", en = "Practices with four capacities." }
            population = { da = "Praksis på dagen.", en = "Practices of the day." }
            caveats = { da = "Ingen.", en = "None." }
            unit = "pct"
            per = 100
            decimals = 1
            levels = "country,region,training_region,health_council,municipality"
            time_kind = "stock"
            direction = "none"
            maximum = "100"
            rollup = "sum"
            sources = "yderregister,yder_status"
            source = "ELTPD, udviklingsmål 4"
        "#,
    )
    .unwrap();
    project.succeeds(&["run"]);
    let after = definitions();
    assert_eq!(after.len(), before.len() + 2);
    assert!(before.iter().all(|(file, bytes)| after[file] == *bytes));
    let entry = project.sql("SELECT * FROM indicator WHERE indicator_id = 'ny_store_praksis_pct'").remove(0);
    assert_eq!(text(&entry, "title_en"), "Large practices");
    // What most indicators have in common is a default of the contract; the sources' names are the data source.
    assert_eq!((text(&entry, "interval_method"), entry["definition_version"].as_i64()), ("none", Some(1)));
    assert_eq!(text(&entry, "data_source_en"), "The project's sources yderregister, yder_status.");
    let rows = project.sql(
        "SELECT geo_level, COUNT(*) AS n FROM indicator_value WHERE indicator_id = 'ny_store_praksis_pct'
         GROUP BY geo_level ORDER BY geo_level",
    );
    let levels: Vec<&str> = rows.iter().map(|row| text(row, "geo_level")).collect();
    assert_eq!(levels, ["country", "health_council", "municipality", "region", "training_region"]);
}

#[test]
fn the_graph_leads_from_the_published_tables_to_the_registers() {
    let project = Project::with_years(2018, 2018);
    let tree = project.succeeds(&["graph"]).stdout;
    assert!(tree.starts_with("indicator_value\n├─ "), "{tree}");
    assert!(tree.contains("yder (source yderregister)"), "{tree}");
    let mermaid = project.succeeds(&["graph", "--as", "mermaid"]).stdout;
    assert!(mermaid.starts_with("flowchart LR\n"), "{mermaid}");
    assert!(mermaid.contains("    active_practice --> active_doctor\n"), "{mermaid}");
}

#[test]
fn the_graph_of_a_table_is_what_it_reads_and_what_reads_it() {
    let project = Project::with_years(2018, 2018);
    let tree = project.succeeds(&["graph", "cluster_member"]).stdout;
    assert!(tree.starts_with("cluster_member\n└─ "), "{tree}");
    let (reads, read_by) = tree.split_once("\nread by\n").unwrap();
    assert!(reads.contains("klynge (source)") && !reads.contains("indicator_value"), "{tree}");
    assert!(read_by.contains("indicator_value") && !read_by.contains("klynge (source)"), "{tree}");
    // An indicator is one of many in its folder, and has a graph of its own.
    let tree = project.succeeds(&["graph", "u5_laeger_i_klynge_pct"]).stdout;
    assert!(tree.contains("klynge (source)") && tree.contains("indicators ("), "{tree}");
    assert!(tree.contains("every_indicator_is_in_the_dictionary (audit)"), "{tree}");
    let mermaid = project.succeeds(&["graph", "cluster_member", "--as", "mermaid"]).stdout;
    assert!(mermaid.contains("    klynge --> cluster_member\n"), "{mermaid}");
    assert!(!mermaid.contains("alternativ_drift"), "{mermaid}");
    let told = project.maaltal(&["graph", "cluster_members"]);
    assert_eq!(told.code, 2);
    assert!(told.stderr.contains("Did you mean `cluster_member`?"), "{}", told.stderr);
}

#[test]
fn the_status_of_a_goal_goes_down_to_years_targets_and_methods() {
    let rows = published().rows(&["status", "--goal", "u4", "--geo", "1084"]);
    let of = |year: i64, target: &str, method: &str| {
        rows.iter().find(|row| row["year"] == year && row["target_id"] == target && row["method"] == method).unwrap()
    };
    assert_eq!(of(2020, "U4-2030", "linear")["value"], 41.49);
    assert_eq!(text(of(2020, "U4-2030", "linear"), "status"), "no_clear_change");
    assert_eq!(text(of(2020, "U4-2030", "linear"), "method_status"), "limited");
    // Of the year that the target is measured from the pace of five years is known, and none since.
    assert_eq!(text(of(2018, "U4-2030", "linear"), "method_status"), "not_assessable");
    assert_eq!(text(of(2018, "U4-2030", "five_year"), "method_status"), "limited");
}

#[test]
fn a_goal_or_a_geography_that_is_none_is_told() {
    let project = &made(2018, 2018).project;
    let told = project.maaltal(&["status", "--goal", "u9"]);
    assert_eq!(told.code, 2);
    let goals = "Name one of aims, context, money, reform, rules, training, u1, u2, u3, u4, u5, u6, u7, u8.";
    assert!(told.stderr.contains("no goal is named `u9`") && told.stderr.contains(goals), "{}", told.stderr);
    let told = project.maaltal(&["status", "--geo", "9999"]);
    assert_eq!(told.code, 2);
    assert!(told.stderr.contains("no geography is named `9999`"), "{}", told.stderr);
}
