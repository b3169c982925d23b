//! Nothing reaches a reader before every audit on the candidate has passed.

use std::fs;
use std::sync::LazyLock;

use crate::support::made::made;
use crate::support::small::Small;
use crate::support::{Project, Told, number, text};

const SQL: &str = "sql/almen_praksis";

#[test]
fn a_failing_audit_publishes_nothing_and_keeps_the_candidate() {
    let project = Project::derived(2018, 2018);
    // A share larger than 100 percent.
    project.edit(&format!("{SQL}/indicators/u1_aabne_praksis_pct.sql"), |sql| {
        sql.replace("COUNT(*) FILTER (WHERE is_open)", "2 * COUNT(*)")
    });
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 6);
    let expected = ["nothing is published", "shares_are_within_bounds", "indicator_id u1_aabne_praksis_pct", "hint: "];
    for word in expected {
        assert!(told.stderr.contains(word), "`{word}` is not in {}", told.stderr);
    }
    assert_eq!(project.files("data/published"), Vec::<std::path::PathBuf>::new());
    assert!(project.files("data/candidates").iter().any(|file| file.ends_with("indicator_value.parquet")));
    // The same again fails again, and the candidate stays.
    assert_eq!(project.maaltal(&["run"]).code, 6);
}

#[test]
fn a_published_figure_that_is_contradicted_stops_publication() {
    let project = Project::derived(2018, 2018);
    project.edit("pipelines/reference/referencevaerdi.csv", |csv| csv.replacen("60.600", "61.600", 1));
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 6);
    assert!(told.stderr.contains("published_figures_agree: 1 row"), "{}", told.stderr);
    assert!(told.stderr.contains("figure_id SOLO-1084-2018"), "{}", told.stderr);
}

#[test]
fn the_published_schema_is_held_to() {
    let project = Project::derived(2018, 2018);
    // Every place twice: the key is no longer unique.
    project.edit(&format!("{SQL}/geography.sql"), |sql| format!("{sql}\nUNION ALL SELECT * FROM geography_twice"));
    fs::write(
        project.path(&format!("{SQL}/geography_twice.sql")),
        "SELECT 'region' AS geo_level, regionskode AS geo_code, CAST(NULL AS VARCHAR) AS geo_name,
         regionsnavn AS geo_name_en, gyldig_fra AS valid_from, gyldig_til AS valid_to,
         yder_kode AS provider_register_code, statbank_kode AS statbank_code, efterfoelger AS successor_code FROM region",
    )
    .unwrap();
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 6);
    for word in ["schema_of_geography", "the key stands twice", "geo_name is NULL"] {
        assert!(told.stderr.contains(word), "`{word}` is not in {}", told.stderr);
    }
}

#[test]
fn an_audit_that_turns_severe_runs_again() {
    let small = Small::practices("closed");
    let audit = "sql/small/audits/none_is_open.sql";
    small.write(audit, "-- One row is an open practice.\n-- severity: warn\n-- remedy: None.\nSELECT nr FROM open");
    small.0.succeeds(&["run"]);
    small.0.edit(audit, |sql| sql.replace("severity: warn", "severity: error"));
    assert_eq!(small.0.maaltal(&["run"]).code, 6);
}

#[test]
fn an_empty_published_table_stops_publication() {
    let project = Project::derived(2018, 2018);
    project.edit(&format!("{SQL}/reconciliation.sql"), |sql| {
        format!("-- One row is never there.\nSELECT * FROM (\n{sql}) AS everything WHERE FALSE")
    });
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 6);
    assert!(told.stderr.contains("schema_of_reconciliation"), "{}", told.stderr);
}

#[test]
fn national_counts_are_the_sum_of_their_parts() {
    let project = Project::derived(2018, 2018);
    // A municipality that belongs to no region of the reference list.
    project.edit("pipelines/reference/kommune_geografi.csv", |csv| {
        csv.lines().filter(|line| !line.starts_with("751;")).map(|line| format!("{line}\n")).collect()
    });
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 6);
    assert!(told.stderr.contains("national_is_the_sum_of_regions"), "{}", told.stderr);
}

/// A run on a country where five of a hundred practices have lost their status.
fn without_status() -> &'static (Project, Told) {
    static RUN: LazyLock<(Project, Told)> = LazyLock::new(|| {
        let project = Project::with_years(2019, 2019);
        project.edit("testdata/yder_status/yder_status_20190418.csv", |csv| csv.replacen(";A;", ";;", 60));
        let told = project.succeeds(&["run"]);
        (project, told)
    });
    &RUN
}

#[test]
fn a_warning_is_told_and_published() {
    let (project, told) = without_status();
    assert!(told.stderr.contains("few_practices_lack_a_status: "), "{}", told.stderr);
    assert_eq!(project.rows(&["versions"])[0]["warnings"], 1);
}

#[test]
fn rows_that_a_warning_counts_are_missing_in_the_open() {
    let rows = without_status().0.sql(
        "SELECT denominator, missing, obs_status FROM indicator_value
         WHERE indicator_id = 'u1_aabne_praksis_pct' AND geo_code = 'DK'",
    );
    let of = |column| rows[0][column].as_f64().unwrap();
    assert_eq!(of("denominator") + of("missing"), 1813.0);
    assert!(of("missing") > 0.0);
    assert_eq!(text(&rows[0], "obs_status"), "A");
}

#[test]
fn an_audit_runs_again_when_what_it_reads_has_changed_and_is_published_nowhere() {
    let project = Project::published(2018, 2018);
    assert!(project.succeeds(&["run"]).stdout.contains("up to date: version 1"));
    project.edit(&format!("{SQL}/service_after_death.sql"), |sql| {
        // Whoever has a service in the year, dead or not.
        sql.replace("WHERE status = '90'", "WHERE status != '90'")
            .replace("dead_since < $reference_date", "dead_since > $reference_date")
    });
    let told = project.succeeds(&["run"]);
    assert!(told.stdout.contains("published version 2"), "{}", told.stdout);
    assert!(told.stderr.contains("nobody_is_seen_after_death"), "{}", told.stderr);
}

#[test]
fn corrections_of_services_that_were_never_delivered_are_counted_and_many_are_told() {
    let project = Project::published(2018, 2018);
    let silent = &made(2018, 2018).told;
    assert!(!silent.stderr.contains("few_corrections_cancel_nothing"), "{}", silent.stderr);
    let counted = project.sql("SELECT lines, taken_off FROM derived.uncorrelated_correction");
    let (lines, taken_off) = (number(&counted[0], "lines"), number(&counted[0], "taken_off"));
    assert!(taken_off > 0.0 && taken_off < lines / 100.0, "{counted:?}");
    // Of blood samples only corrections are delivered.
    project.edit_gzip("testdata/sssy/sssy2018.csv.gz", |csv| csv.replace(";802101;1;0;", ";802101;-1;0;"));
    let told = project.succeeds(&["run"]);
    assert!(told.stderr.contains("few_corrections_cancel_nothing"), "{}", told.stderr);
}
