//! A part of the goals, or all without a register, is one line in the pipeline: what falls away with it is listed, and the
//! figures that are left are the same.

use std::collections::BTreeSet;

use crate::support::made::made;
use crate::support::{Project, text};

/// Two years, with a line more in the pipeline.
fn with_line(line: &str) -> Project {
    let project = Project::with_years(2018, 2019);
    project.edit("pipelines/almen_praksis.toml", |pipeline| format!("{line}\n{pipeline}"));
    project
}

fn names(project: &Project, query: &str) -> BTreeSet<String> {
    project.sql(query).iter().map(|row| text(row, "name").to_owned()).collect()
}

/// The figures of the indicators that a project has are those of the whole pipeline, before anything is hidden: fewer figures
/// give fewer away.
fn has_the_same_figures(project: &Project) {
    let indicators = names(project, "SELECT DISTINCT indicator_id AS name FROM indicator_value");
    assert!(!indicators.is_empty());
    let listed: Vec<String> = indicators.iter().map(|name| format!("'{name}'")).collect();
    let query = format!(
        "SELECT indicator_id, year, geo_level, geo_code, geo_version, breakdown_dim, breakdown_value, numerator, \
         denominator, value, lower_95, missing, obs_status FROM derived.indicator_value WHERE indicator_id IN ({}) ORDER BY 1, 2, 3, 4, 5, 6, 7",
        listed.join(", ")
    );
    assert_eq!(project.sql(&query), made(2018, 2019).project.sql(&query));
}

#[test]
fn goals_run_with_what_they_need_and_nothing_else() {
    let project = with_line("goals = [\"u1\", \"u4\"]");
    project.succeeds(&["run", "--complete"]);
    let goals = names(&project, "SELECT DISTINCT goal_id AS name FROM indicator");
    assert_eq!(goals, BTreeSet::from(["u1".to_owned(), "u4".to_owned()]));
    let sources = names(&project, "SELECT source AS name FROM availability WHERE state = 'delivered'");
    let registers = sources
        .iter()
        .filter(|source| ["yderregister", "yder_status", "plo_personale", "sssy"].contains(&source.as_str()));
    assert_eq!(registers.collect::<Vec<_>>(), ["yder_status", "yderregister"]);
    let of_others = "SELECT indicator_id AS name FROM target EXCEPT SELECT indicator_id FROM indicator";
    assert_eq!(names(&project, of_others), BTreeSet::new(), "targets of other goals");
    has_the_same_figures(&project);
    let plan = project.rows(&["plan"]);
    let left = |stage: &str| {
        plan.iter().filter(|row| text(row, "action") == "leave out" && text(row, "stage") == stage).count()
    };
    assert!(left("pull") > 15 && left("derive") > 150 && left("publish") > 1, "what falls away is listed");
    let told = with_line("goals = [\"u11\"]").maaltal(&["run"]);
    assert_eq!(told.code, 2, "{}", told.stderr);
    assert!(told.stderr.contains("no goal is named `u11`"), "{}", told.stderr);
}

#[test]
fn goals_whose_models_account_for_shared_registers_run_by_themselves() {
    // What accounts for the rows of alternativ_drift reads a model of another goal too.
    let project = with_line("goals = [\"aims\"]");
    project.succeeds(&["run"]);
    has_the_same_figures(&project);
}

#[test]
fn an_organisation_without_a_register_publishes_the_rest() {
    let project = with_line("without = [\"plo_personale\"]");
    std::fs::remove_dir_all(project.path("testdata/personale")).unwrap();
    project.succeeds(&["run", "--complete"]);
    let indicators = names(&project, "SELECT DISTINCT indicator_id AS name FROM indicator_value");
    assert!(indicators.contains("u1_aabne_praksis_pct") && !indicators.contains("u2_personale_vaekst_pct"));
    has_the_same_figures(&project);
    let state = project.sql("SELECT DISTINCT state FROM availability WHERE source = 'plo_personale'");
    assert_eq!(state, [serde_json::json!({ "state": "left_out" })]);
    let told = with_line("without = [\"plo_personel\"]").maaltal(&["check"]);
    assert_eq!(told.code, 3);
    assert!(told.stderr.contains("Did you mean `plo_personale`?"), "{}", told.stderr);
}

#[test]
fn a_part_that_reads_no_required_source_has_the_years_of_the_whole() {
    let project = with_line("goals = [\"money\"]");
    project.edit("pipelines/almen_praksis.toml", |pipeline| {
        let (head, rest) = pipeline.split_once("years = {").unwrap();
        let (_, tail) = rest.split_once('}').unwrap();
        format!("{head}years = {{ from = 2018 }}{tail}")
    });
    project.succeeds(&["run"]);
    let years = project.sql("SELECT MIN(year) AS first, MAX(year) AS last FROM availability");
    assert_eq!((years[0]["first"].as_i64(), years[0]["last"].as_i64()), (Some(2018), Some(2019)));
    has_the_same_figures(&project);
}
