//! Data on stdout, everything else on stderr, and exit codes that schedulers can trust.

use crate::published_figures_come_out::published;
use crate::support::small::Small;

const SOLO: &str = "SELECT geo_name, year, value FROM indicator_value
    WHERE indicator_id = 'u4_solopraksis_pct' AND geo_code = 'DK' AND year <= 2016 ORDER BY year";

#[test]
fn rows_are_a_table_json_or_csv() {
    let of = |format: &str| published().succeeds(&["sql", SOLO, "--format", format]).stdout;
    insta::assert_snapshot!(of("table"), @r#"
    geo_name   year               value
    -------------------------------------
    Danmark    2014   54.45795339412361
    Danmark    2015   53.88198757763975
    Danmark    2016   51.87891440501044
    "#);
    insta::assert_snapshot!(of("json"), @r#"
    [
      {
        "geo_name": "Danmark",
        "year": 2014,
        "value": 54.45795339412361
      },
      {
        "geo_name": "Danmark",
        "year": 2015,
        "value": 53.88198757763975
      },
      {
        "geo_name": "Danmark",
        "year": 2016,
        "value": 51.87891440501044
      }
    ]
    "#);
    insta::assert_snapshot!(of("csv"), @r#"
    geo_name,year,value
    Danmark,2014,54.45795339412361
    Danmark,2015,53.88198757763975
    Danmark,2016,51.87891440501044
    "#);
}

#[test]
fn staged_and_derived_tables_can_be_queried_too() {
    let of = |query: &str| published().sql(query)[0]["n"].as_i64().unwrap();
    assert_eq!(of("SELECT COUNT(*) AS n FROM derived.active_practice WHERE year = 2018"), 1841);
    assert!(of("SELECT COUNT(*) AS n FROM staged.yder") > 1841);
}

#[test]
fn the_command_line_that_is_wrong_ends_with_two() {
    let project = published();
    for arguments in [
        &["sql", "SELECT * FROM indicator_values"] as &[&str],
        &["sql", "DROP TABLE indicator_value"],
        &["sql", "SELECT nothing FROM indicator_value"],
        &["sql", SOLO, "--version", "99"],
        &["sql", SOLO, "--version", "nul"],
        &["run", "almen_praxis"],
        &["rejects", "show", "kommune"],
        &["fly"],
        &[],
    ] {
        let told = project.maaltal(arguments);
        assert_eq!((told.code, told.stdout.as_str()), (2, ""), "{arguments:?}: {}", told.stderr);
    }
    let told = project.maaltal(&["sql", "SELECT * FROM indicator_values"]);
    assert!(told.stderr.contains("Did you mean `indicator_value`?"), "{}", told.stderr);
}

#[test]
fn nothing_published_yet_is_told_as_such() {
    let Small(project) = Small::practices("closed");
    for arguments in [&["status"] as &[&str], &["sql", SOLO]] {
        let told = project.maaltal(arguments);
        assert_eq!(told.code, 2);
        assert!(told.stderr.contains("`maaltal run` publishes one"), "{}", told.stderr);
    }
    assert_eq!(project.rows(&["versions"]).len(), 0);
}

#[test]
fn a_store_that_is_not_there_is_empty_and_is_not_made_by_looking() {
    let Small(project) = Small::published();
    for arguments in
        [&["status"] as &[&str], &["sql", SOLO], &["verify"], &["explain", "x", "--year", "2018"], &["rollback", "1"]]
    {
        let told = project.maaltal(&[arguments, &["--store", "dta"]].concat());
        assert_eq!(told.code, 2, "{arguments:?}: {}", told.stderr);
        assert!(told.stderr.contains("dta"), "{arguments:?}: {}", told.stderr);
    }
    for arguments in [&["versions"] as &[&str], &["plan"], &["check"], &["sources"], &["rejects"], &["gc"]] {
        project.succeeds(&[arguments, &["--store", "dta"]].concat());
    }
    assert!(!project.path("dta").exists());
}

#[test]
fn an_address_that_a_mark_cuts_off_is_refused() {
    let Small(project) = Small::practices("closed");
    for address in ["s3://bucket/h#2018", "file:///tmp/h?x"] {
        let told = project.maaltal(&["plan", "--extracts", address]);
        assert!(told.code == 3 && told.stderr.contains("hint: Write %3F or %23"), "{}", told.stderr);
    }
}

#[test]
fn a_project_or_environment_that_is_not_there_ends_with_three() {
    let Small(project) = Small::practices("closed");
    assert_eq!(project.maaltal(&["check", "--project", "elsewhere"]).code, 3);
    let told = project.maaltal(&["check", "--env", "loacl"]);
    assert_eq!(told.code, 3);
    assert!(told.stderr.contains("Did you mean `local`?"), "{}", told.stderr);
}

#[test]
fn json_logs_are_one_object_a_line() {
    let told = Small::practices("closed").0.succeeds(&["run", "--log", "json"]);
    let lines: Vec<serde_json::Value> = told.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["fields"]["message"] == "published"));
}

#[test]
fn errors_are_json_too_where_logs_are() {
    let told = Small::practices("closed").0.maaltal(&["pull", "--extracts", "nowhere", "--log", "json"]);
    let line: serde_json::Value = serde_json::from_str(told.stderr.trim()).unwrap();
    assert_eq!((told.code, &line["fields"]["exit_code"]), (4, &serde_json::json!(4)));
}

#[test]
fn no_escape_codes_where_no_terminal_is() {
    let small = Small::practices("closed");
    let published = small.0.succeeds(&["run"]);
    small.extract("reg.csv", "number\n1\n");
    for told in [published, small.0.maaltal(&["run"])] {
        assert!(!told.stderr.contains('\u{1b}') && !told.stdout.contains('\u{1b}'));
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let project = published();
    let mut child = project
        .process(&["sql", "SELECT * FROM indicator_value"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
