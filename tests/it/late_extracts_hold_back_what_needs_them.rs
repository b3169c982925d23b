//! An extract that is not there holds back what needs it, and nothing else: no figure is another for it.

use std::fs;

use serde_json::Value;

use crate::support::made::made;
use crate::support::{Project, text};

const STAFF: &str = "testdata/personale/PLO_personale_2019.xlsx";

/// Two years without the last year's staff.
fn without_staff() -> Project {
    let project = Project::with_years(2018, 2019);
    fs::remove_file(project.path(STAFF)).unwrap();
    project
}

/// The values of a year, with what tells them apart, before anything is hidden.
fn values(project: &Project, condition: &str) -> Vec<Value> {
    project.sql(&format!(
        "SELECT indicator_id, year, geo_level, geo_code, geo_version, breakdown_dim, breakdown_value, numerator, \
         denominator, value, lower_95, upper_95, missing, obs_status FROM derived.indicator_value WHERE {condition} ORDER BY 1, 2, 3, 4, 5, 6, 7"
    ))
}

#[test]
fn what_needs_a_late_extract_waits_and_the_rest_is_published() {
    let project = without_staff();
    let told = project.succeeds(&["run"]);
    assert!(told.stdout.contains("published version 1"), "{}", told.stdout);
    assert!(told.stderr.contains("plo_personale of 2019, due 2019-04-30;"), "{}", told.stderr);

    let awaited = project.sql("SELECT source, year, state, due FROM availability WHERE state <> 'delivered'");
    let [awaited] = awaited.as_slice() else { panic!("{awaited:?}") };
    assert_eq!(text(awaited, "source"), "plo_personale");
    // The newest extract was drawn after the day on which it was due.
    assert_eq!((text(awaited, "state"), text(awaited, "due")), ("awaited", "2019-04-30"));

    let staff = "year = 2019 AND indicator_id IN (SELECT indicator_id FROM awaited)";
    let waiting = values(&project, staff);
    assert!(!waiting.is_empty());
    for row in &waiting {
        assert_eq!(text(row, "obs_status"), "O", "{row}");
        let told = ["numerator", "denominator", "value", "lower_95", "upper_95"];
        assert!(told.iter().all(|column| row[column].is_null()), "{row}");
    }
    let others =
        "NOT EXISTS (SELECT 1 FROM awaited WHERE awaited.indicator_id = indicator_value.indicator_id) OR year = 2018";
    let before = values(&project, others);

    let followed = "SELECT initiative_id, present_status FROM initiative ORDER BY 1";
    let at_once = made(2018, 2019);
    assert_eq!(project.sql(followed), at_once.project.sql(followed), "what is awaited is measured all the same");

    let standing = project.rows(&["status"]);
    let growth = standing.iter().find(|row| text(row, "target").starts_with("U2-2025")).unwrap();
    assert_eq!((&growth["year"], &growth["awaited"]), (&Value::from(2018), &Value::from(2019)));
    let plan = project.rows(&["plan"]);
    let row = plan.iter().find(|row| text(row, "action") == "await").unwrap();
    assert_eq!((text(row, "what"), text(row, "years")), ("plo_personale", "2019"));
    let source = project.rows(&["sources"]).into_iter().find(|row| text(row, "source") == "plo_personale").unwrap();
    assert!(text(&source, "freshness").contains("awaited for 2019"), "{source}");

    // When it comes, only what waited runs; and the version is the one that would have been published at once.
    fs::copy(crate::support::repository().join(STAFF), project.path(STAFF)).unwrap();
    let told = project.succeeds(&["run"]);
    assert!(!told.stderr.contains("awaited"), "{}", told.stderr);
    assert!(told.stdout.contains("published version 2"), "{}", told.stdout);
    let done = |stage: &str| {
        let line = told.stdout.lines().find(|line| line.contains(stage)).unwrap().to_owned();
        line.split_whitespace().rev().nth(1).unwrap().parse::<usize>().unwrap()
    };
    assert_eq!(done(" pull "), 1);
    assert!(done(" derive ") < 120, "{}", told.stdout);
    for table in ["indicator_value", "goal_progress", "target_status", "availability", "awaited"] {
        assert!(project.derived_rows(table) == at_once.project.derived_rows(table), "{table}");
    }
    let after = values(&project, "true");
    assert!(before.iter().all(|row| after.contains(row)), "no figure was another without the extract");
}

#[test]
fn money_whose_accounts_have_not_come_is_awaited_and_no_sum_is_smaller() {
    let project = Project::with_years(2018, 2019);
    fs::remove_file(project.path("testdata/oekonomi/regnskab_2018.csv")).unwrap();
    let told = project.succeeds(&["run"]).stderr;
    assert!(told.contains("regnskab of 2018; "), "{told}");
    let at_once = made(2018, 2019);
    for table in ["funding_status", "funding_part"] {
        let money = format!(
            "SELECT purpose_id, period, geo_code, appropriated_million_kr, spent_million_kr, accounted_million_kr, \
             accounted_in_time_million_kr, status FROM {table} ORDER BY 1, 2, 3"
        );
        let (waiting, later) = (project.sql(&money), at_once.project.sql(&money));
        assert_eq!(waiting.len(), later.len(), "{table}");
        assert!(waiting.iter().any(|row| text(row, "status") == "awaited"), "{table}");
        for (row, later) in waiting.iter().zip(&later) {
            // What nobody accounts for waits for nothing.
            if text(later, "period") != "2018" || text(later, "status") == "not_due" {
                assert_eq!(row, later, "{table}");
                continue;
            }
            assert_eq!(text(row, "status"), "awaited", "{row}");
            let known = ["purpose_id", "period", "geo_code", "appropriated_million_kr"];
            assert!(known.iter().all(|column| row[column] == later[column]), "{row} is {later}");
            let sums = ["spent_million_kr", "accounted_million_kr", "accounted_in_time_million_kr"];
            assert!(sums.iter().all(|column| row[column].is_null()), "{row}");
        }
    }
}

#[test]
fn whoever_wants_all_or_nothing_says_so() {
    let project = without_staff();
    for command in ["run", "pull"] {
        let told = project.maaltal(&[command, "--complete"]);
        assert_eq!(told.code, 4, "{}", told.stderr);
        assert!(told.stderr.contains("no extract of `plo_personale` for 2019"), "{}", told.stderr);
    }
    assert!(project.files("data").iter().all(|file| !file.starts_with("staged")), "nothing was pulled");
}

#[test]
fn without_a_required_register_there_is_no_version() {
    let project = Project::with_years(2018, 2019);
    fs::remove_file(project.path("testdata/yderregister/S1040025_20190418.xml.gz")).unwrap();
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 4, "{}", told.stderr);
    assert!(told.stderr.contains("no extract of `yderregister` for 2019"), "{}", told.stderr);
}

#[test]
fn a_register_that_nobody_delivers_takes_its_tables_with_it() {
    let project = Project::with_years(2018, 2019);
    fs::remove_dir_all(project.path("testdata/oekonomi")).unwrap();
    let done = project.rows(&["run"]);
    let [_, _, published] = done.as_slice() else { panic!("{done:?}") };
    assert_eq!(published["done"], 23, "two of 25 tables are left out");
    let manifest =
        project.files("data/published/almen_praksis").into_iter().find(|file| file.ends_with("manifest.json"));
    let manifest = fs::read(project.path("data/published/almen_praksis").join(manifest.unwrap())).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["left_out"], serde_json::json!(["funding_status", "funding_part"]));
    assert_eq!(manifest["awaited"]["bevilling"], serde_json::json!([2018, 2019]));
    assert_eq!(manifest["not_judged"], serde_json::json!(["every_status_has_a_label"]));
    let told = project.maaltal(&["sql", "SELECT 1 FROM funding_status"]);
    assert_eq!(told.code, 2, "{}", told.stderr);
}

#[test]
fn a_plan_of_several_years_is_awaited_in_each_and_what_has_no_value_yet_says_so_everywhere() {
    let project = Project::with_years(2018, 2019);
    fs::remove_file(project.path("testdata/uddannelse/dimensioneringsplan_2018.csv.gz")).unwrap();
    // Beside it an indicator without a value that waits for nothing: a place on the map, and no person's name.
    project.edit("sql/almen_praksis/indicators/a20_licenspraksis.sql", |sql| format!("{sql}    AND form <> form\n"));
    let told = project.succeeds(&["run"]).stderr;
    assert!(told.contains("dimensioneringsplan of 2018-2019; "), "{told}");
    assert!(told.contains("indicator_id a20_licenspraksis"), "{told}");
    let standing = project.sql(
        "SELECT year, status, value, is_verdict, awaited_year FROM target_status WHERE target_id = 'T1-2019' AND geo_code = 'DK'",
    );
    let expected = serde_json::json!({
        "year": 2019, "status": "not_assessable", "value": null, "is_verdict": false, "awaited_year": 2019,
    });
    assert_eq!(standing, [expected]);
    let status = project.rows(&["status"]);
    let row = status.iter().find(|row| text(row, "target").starts_with("T1-2019")).unwrap();
    assert_eq!((text(row, "Danmark").trim(), &row["awaited"]), ("not assessable", &Value::from(2019)));
    let reconciled = project.sql("SELECT reason FROM reconciliation WHERE figure_id = 'RV052'");
    let [row] = reconciled.as_slice() else { panic!("{reconciled:?}") };
    assert_eq!(text(row, "reason"), "awaited: an extract behind it has not come");
}
