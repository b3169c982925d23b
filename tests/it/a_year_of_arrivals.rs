//! A year of the synthetic country, as its extracts arrive one by one: no version says what a later one takes back.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::made::made;
use crate::support::{Project, repository};

/// What is said by `table`, but for what it says of what it does not have, and for what is missing below the region, which is
/// published nowhere.
fn said_by(table: &str) -> String {
    format!(
        "SELECT indicator_id, year, geo_level, geo_code, geo_version, breakdown_dim, breakdown_value,
             numerator, denominator, value, lower_95, upper_95,
             CASE WHEN geo_level NOT IN ('municipality', 'health_council') THEN missing END AS missing, obs_status
         FROM {table} WHERE conf_status = 'F' AND (obs_status <> 'O' OR numerator IS NOT NULL)"
    )
}

/// The figures that are hidden.
const HIDDEN: &str = "SELECT indicator_id, year, geo_level, geo_code, geo_version, breakdown_dim, breakdown_value \
                      FROM indicator_value WHERE conf_status = 'C'";

/// The figures that are shown as a whole.
const SHOWN: &str = "SELECT indicator_id, year, geo_level, geo_code, geo_version, breakdown_dim, breakdown_value \
                     FROM indicator_value WHERE conf_status = 'F' AND (numerator IS NOT NULL OR value IS NOT NULL)";

/// The last year's extracts in the order in which they come: the required register in January, most in spring, the
/// admissions and training posts in autumn, and the staff, which is late.
fn arrivals() -> Vec<PathBuf> {
    let all = Project::with_years(2018, 2019).files("testdata");
    let before = Project::with_years(2018, 2018).files("testdata");
    let mut new: Vec<PathBuf> = all.into_iter().filter(|file| !before.contains(file)).collect();
    let month = |file: &PathBuf| match file.to_str().unwrap() {
        name if name.starts_with("yderregister") => 1,
        name if name.starts_with("bef") || name.starts_with("statbank") => 3,
        name if name.starts_with("uddannelse") => 10,
        name if name.starts_with("personale") => 11,
        _ => 5,
    };
    new.sort_by_key(|file| (month(file), file.clone()));
    new
}

#[test]
fn no_version_says_what_a_later_one_takes_back() {
    let complete = made(2018, 2019);
    // What is hidden depends on the versions before, so what is said is held to what was derived.
    let said: Vec<Value> = complete.project.sql(&said_by("derived.indicator_value"));
    let said: BTreeSet<String> = said.iter().map(ToString::to_string).collect();
    let project = Project::with_years(2018, 2018);
    project.edit("pipelines/almen_praksis.toml", |text| text.replace(", to = 2018", ""));
    project.succeeds(&["run"]);
    let hidden =
        |project: &Project| -> BTreeSet<String> { project.sql(HIDDEN).iter().map(ToString::to_string).collect() };
    let mut hidden_before = hidden(&project);
    let mut awaited_before = usize::MAX;
    for file in arrivals() {
        fs::create_dir_all(project.path("testdata").join(&file).parent().unwrap()).unwrap();
        fs::copy(repository().join("testdata").join(&file), project.path("testdata").join(&file)).unwrap();
        project.succeeds(&["run"]);
        for row in project.sql(&said_by("indicator_value")) {
            assert!(said.contains(&row.to_string()), "after {}: {row}", file.display());
        }
        let awaited = project.sql("SELECT source FROM availability WHERE state IN ('awaited', 'not_due')").len();
        assert!(awaited < awaited_before, "after {} {awaited} are awaited", file.display());
        awaited_before = awaited;
        let shown: BTreeSet<String> = project.sql(SHOWN).iter().map(ToString::to_string).collect();
        let again = hidden_before.intersection(&shown).next();
        assert_eq!(again, None, "after {} it is shown again", file.display());
        hidden_before.extend(hidden(&project));
    }
    assert_eq!(awaited_before, 0);
    for table in ["indicator_value", "goal_progress", "target_status", "reconciliation", "availability"] {
        assert!(project.derived_rows(table) == complete.project.derived_rows(table), "{table}");
    }
}
