//! Figures that tell of a few are hidden in every table and version, with those that they could be calculated from; what is
//! left is enough to steer by.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::published_figures_come_out::{published, told_of_the_run};
use crate::support::{Project, Told, text};

const POLICY: &str = "pipelines/disclosure/almen_praksis.toml";

/// The indicators that a policy protects by counts of persons; of those with `complement`, if it is protected.
fn counts(part: &str) -> String {
    let policy: toml::Table = fs::read_to_string(crate::support::repository().join(POLICY)).unwrap().parse().unwrap();
    let families = policy["family"].as_array().unwrap().iter();
    let protected = families.filter(|it| {
        it["rule"].as_str() == Some("count") && it.get(part).is_none_or(|it| it.as_str() == Some("protected"))
    });
    let names = protected.flat_map(|it| it["indicators"].as_array().unwrap().clone());
    names.map(|it| format!("'{}'", it.as_str().unwrap())).collect::<Vec<_>>().join(", ")
}

/// The keys of the figures that a version hides.
fn hidden(project: &Project, version: &str) -> BTreeSet<String> {
    let query = "SELECT indicator_id, year, geo_level, geo_code, geo_version, breakdown_dim, breakdown_value
                 FROM indicator_value WHERE conf_status = 'C'";
    project.rows(&["sql", "--version", version, query]).iter().map(Value::to_string).collect()
}

#[test]
fn a_hidden_figure_says_nothing_and_every_other_is_free() {
    let told = published().sql(
        "SELECT * FROM indicator_value WHERE conf_status = 'C'
         AND (obs_status <> 'Q' OR value IS NOT NULL OR missing IS NOT NULL OR lower_95 IS NOT NULL OR upper_95 IS NOT NULL
              OR lower_99_8 IS NOT NULL OR upper_99_8 IS NOT NULL OR (numerator IS NOT NULL AND denominator IS NOT NULL))",
    );
    assert_eq!(told, Vec::<Value>::new());
    let words = published().sql("SELECT DISTINCT conf_status FROM indicator_value ORDER BY conf_status");
    assert_eq!(words.iter().map(|row| text(row, "conf_status")).collect::<Vec<_>>(), ["C", "F"]);
}

#[test]
fn no_small_count_of_persons_is_shown() {
    let small = published().sql(&format!(
        "SELECT * FROM indicator_value WHERE indicator_id IN ({}) AND numerator > 0 AND numerator < 5",
        counts("numerator")
    ));
    assert_eq!(small, Vec::<Value>::new());
    // Where nobody has what is counted, all there are do not have it: that is no count of a few among others.
    let others = published().sql(&format!(
        "SELECT * FROM indicator_value WHERE indicator_id IN ({})
         AND denominator - numerator > 0 AND denominator - numerator < 5 AND numerator > 0",
        counts("complement")
    ));
    assert_eq!(others, Vec::<Value>::new());
}

#[test]
fn nobody_subtracts_a_municipality_from_a_region_or_its_council() {
    // Amounts and counts that add up: one hidden part of a sum that is shown would be what is left of it.
    let alone = published().sql(
        "WITH part AS (
             SELECT member.geo_level, member.geo_code, member.geo_version, v.indicator_id, v.year, v.breakdown_dim,
                    v.breakdown_value, COUNT(*) FILTER (WHERE v.conf_status = 'C') AS hidden
             FROM indicator_value AS v
             INNER JOIN derived.geography_member AS member
                 ON member.place_code = v.geo_code AND member.year = v.year
                 AND member.geo_level IN ('region', 'health_council', 'training_region')
             WHERE v.geo_level = 'municipality' AND v.indicator_id IN ('u2_personale_pr_laege', 'u2_personale_aarsvaerk',
                 'u2_sygeplejersker_aarsvaerk', 'a3_personale_truede_omraader', 'u7_forloebsplan_pct', 'u3_henvisninger_indeks')
             GROUP BY member.geo_level, member.geo_code, member.geo_version, v.indicator_id, v.year, v.breakdown_dim,
                 v.breakdown_value
         )
         SELECT part.* FROM part
         INNER JOIN indicator_value AS whole USING (geo_level, geo_code, geo_version, indicator_id, year, breakdown_dim, breakdown_value)
         WHERE part.hidden = 1 AND whole.numerator IS NOT NULL",
    );
    assert_eq!(alone, Vec::<Value>::new());
}

#[test]
fn what_follows_from_a_hidden_figure_is_hidden_with_it() {
    for (table, numbers) in [
        (
            "goal_progress",
            "it.value IS NOT NULL OR it.gap IS NOT NULL OR it.projected_value IS NOT NULL OR it.is_verdict",
        ),
        ("progress_method", "it.value IS NOT NULL OR it.observed_pace IS NOT NULL OR it.score IS NOT NULL"),
        ("target_path", "it.value IS NOT NULL OR it.projected_value IS NOT NULL"),
        ("target_status", "it.value IS NOT NULL OR it.is_verdict"),
    ] {
        let told = published().sql(&format!(
            "SELECT it.* FROM {table} AS it
             INNER JOIN indicator_value AS figure USING (indicator_id, geo_level, geo_code, geo_version, year)
             WHERE figure.breakdown_dim = 'all' AND figure.conf_status = 'C' AND ({numbers})"
        ));
        assert_eq!(told, Vec::<Value>::new(), "{table}");
    }
}

/// Gives the figures of a family another lowest level.
fn publish_down_to(project: &Project, family: &str, level: &str) {
    project.edit(POLICY, |toml| {
        let (head, rest) = toml.split_once(&format!("id = \"{family}\"")).unwrap();
        let (before, lowest) = rest.split_once("lowest = ").unwrap();
        let (_, after) = lowest.split_once('\n').unwrap();
        format!("{head}id = \"{family}\"{before}lowest = \"{level}\"\n{after}")
    });
}

#[test]
fn progress_towards_a_target_is_hidden_with_its_value() {
    let project = Project::derived(2018, 2019);
    publish_down_to(&project, "staff-growth", "country");
    project.succeeds(&["run"]);
    let progress = |condition: &str| {
        project.sql(&format!(
            "SELECT value, gap, status, is_verdict, reason FROM goal_progress
             WHERE indicator_id = 'u2_personale_vaekst_pct' AND {condition}"
        ))
    };
    let regions = progress("geo_level = 'region'");
    assert!(!regions.is_empty());
    for row in regions {
        assert!(row["value"].is_null() && row["gap"].is_null() && row["is_verdict"] == false, "{row}");
        assert_eq!((text(&row, "status"), text(&row, "reason")), ("not_assessable", "hidden"));
    }
    assert!(progress("geo_level = 'country'").iter().all(|row| !row["value"].is_null()));
}

#[test]
fn the_goals_stay_published_for_the_country_and_every_region() {
    let goals = "'u1_aabne_praksis_pct', 'u2_personale_vaekst_pct', 'u2_personale_aarsvaerk', 'u3_henvisninger_indeks',
        'u3_patienttilfredshed', 'u4_flermandspraksis_pct', 'u5_laeger_i_klynge_pct', 'u6_kvalitetsvaerktoej_pct',
        'u7_forloebsplan_pct', 'u8_patientoverblik_pct'";
    let hidden = published().sql(&format!(
        "SELECT indicator_id, year, geo_code FROM indicator_value WHERE indicator_id IN ({goals})
         AND geo_level IN ('country', 'region') AND breakdown_dim = 'all' AND conf_status <> 'F'"
    ));
    assert_eq!(hidden, Vec::<Value>::new());
    let share = published().sql(
        "SELECT 100.0 * SUM(hidden) / SUM(figures - below_lowest) AS pct FROM protection WHERE geo_level = 'municipality'",
    );
    assert!(share[0]["pct"].as_f64().unwrap() <= 8.0, "{share:?}");
}

#[test]
fn the_table_protection_and_the_manifest_count_what_is_hidden() {
    let counted = published().sql("SELECT SUM(hidden + below_lowest) AS n, SUM(hidden) AS few FROM protection");
    let rows = published().sql("SELECT COUNT(*) AS n FROM indicator_value WHERE conf_status = 'C'");
    assert_eq!(counted[0]["n"], rows[0]["n"]);
    let folder = text(&published().rows(&["versions"])[0], "folder").to_owned();
    let manifest = fs::read(published().path(&format!("data/published/almen_praksis/{folder}/manifest.json"))).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let levels = manifest["hidden"].as_object().unwrap().values().flat_map(|it| it.as_object().unwrap().values());
    assert_eq!(levels.map(|it| it.as_i64().unwrap()).sum::<i64>(), counted[0]["few"].as_i64().unwrap());
}

#[test]
fn what_a_version_hid_stays_hidden_in_the_next() {
    let project = Project::published(2018, 2018);
    let before = hidden(&project, "1");
    project.edit(POLICY, |toml| toml.replace("\nk = 5\n", "\nk = 3\n"));
    project.succeeds(&["run"]);
    let now = hidden(&project, "2");
    assert!(!before.is_empty() && now.is_superset(&before), "{:?}", before.difference(&now).next());
}

/// A project whose first version was published under no policy, and whose second hides what tells of a few.
fn protected_late() -> Project {
    let project = Project::derived(2018, 2018);
    let policy = fs::read_to_string(project.path(POLICY)).unwrap();
    let (masks, aside) = (project.path("sql/almen_praksis/protect"), project.path("aside"));
    fs::remove_file(project.path(POLICY)).unwrap();
    fs::rename(&masks, &aside).unwrap();
    project.succeeds(&["run"]);
    fs::write(project.path(POLICY), policy).unwrap();
    fs::rename(&aside, &masks).unwrap();
    project.succeeds(&["run"]);
    project
}

#[test]
fn what_was_published_and_tells_of_a_few_is_hidden_from_now_on_and_said_to_be_known() {
    let project = protected_late();
    assert!(hidden(&project, "1").is_empty());
    assert!(!hidden(&project, "2").is_empty());
    let folder = text(&project.rows(&["versions"])[1], "folder").to_owned();
    let manifest = fs::read_to_string(project.path(&format!("data/published/almen_praksis/{folder}/manifest.json")));
    let manifest: Value = serde_json::from_str(&manifest.unwrap()).unwrap();
    let known = manifest["known_before"].as_array().unwrap();
    let is_doctors =
        |it: &Value| it.as_str().unwrap().starts_with("2018: a1_laeger_65plus_pct.numerator @ municipality");
    assert!(known.iter().any(is_doctors), "{known:?}");
}

#[test]
fn a_version_that_hides_nothing_does_not_take_the_place_of_one_that_does() {
    let project = protected_late();
    let told = project.maaltal(&["rollback", "1"]);
    assert_eq!(told.code, 3, "{}", told.stderr);
    assert!(told.stderr.contains("it was published under no disclosure policy"), "{}", told.stderr);
    assert_eq!(project.rows(&["versions"]).len(), 2);
}

#[test]
fn an_indicator_in_no_family_is_published_for_the_country_alone() {
    let project = Project::derived(2018, 2018);
    project.edit(POLICY, |toml| toml.replace("    \"a4_patienter_pr_kapacitet\",\n", ""));
    let told = project.succeeds(&["run"]);
    assert!(told.stderr.contains("every_indicator_is_in_a_family"), "{}", told.stderr);
    let levels = project.sql(
        "SELECT DISTINCT geo_level FROM indicator_value
         WHERE indicator_id = 'a4_patienter_pr_kapacitet' AND numerator IS NOT NULL",
    );
    assert_eq!(levels.iter().map(|row| text(row, "geo_level")).collect::<Vec<_>>(), ["country"]);
}

#[test]
fn an_amount_whose_makers_nobody_tells_is_not_hidden_for_good() {
    let project = Project::derived(2018, 2018);
    fs::remove_file(project.path("sql/almen_praksis/contributions/referrals_of_practices.sql")).unwrap();
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 6, "{}", told.stderr);
    for word in ["every_amount_has_its_makers: 3 rows", "u3_henvisning_spredning, 2018", "u3_henvisninger_indeks, 2018"]
    {
        assert!(told.stderr.contains(word), "`{word}` is not in {}", told.stderr);
    }
}

#[test]
fn every_indicator_of_the_project_is_in_a_family() {
    let told = &told_of_the_run().stderr;
    assert!(!told.contains("every_indicator_is_in_a_family"), "{told}");
}

#[test]
fn a_relation_of_a_column_that_is_not_there_is_an_error_of_the_definitions() {
    let project = Project::defined(2018, 2018);
    for (wrong, told) in [
        (
            "a2_uden_fast_laege_pct.nominator",
            "no column of a family's indicator is named `a2_uden_fast_laege_pct.nominator`",
        ),
        ("a2_uden_laege_pct.numerator", "no column of a family's indicator is named `a2_uden_laege_pct.numerator`"),
    ] {
        let policy = fs::read_to_string(project.path(POLICY)).unwrap();
        project.edit(POLICY, |toml| toml.replace("\"a2_uden_fast_laege_pct.numerator\"", &format!("\"{wrong}\"")));
        let Told { code, stderr, .. } = project.maaltal(&["check"]);
        assert!(code == 3 && stderr.contains(told), "{stderr}");
        fs::write(project.path(POLICY), policy).unwrap();
    }
}

#[test]
fn a_mask_that_lets_something_through_stops_publication() {
    let project = Project::derived(2018, 2018);
    project.edit("sql/almen_praksis/protect/indicator_value.sql", |sql| {
        let hides = "CASE WHEN hidden.indicator_id IS NULL THEN indicator_value.numerator END AS numerator";
        assert!(sql.contains(hides));
        sql.replace(hides, "indicator_value.numerator")
    });
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 6, "{}", told.stderr);
    assert!(told.stderr.contains("nothing_hidden_is_shown"), "{}", told.stderr);
}

#[test]
fn a_year_that_was_protected_before_is_not_protected_anew() {
    let project = Project::published(2018, 2018);
    let files = |zone: &str| -> BTreeMap<PathBuf, Vec<u8>> {
        let below = format!("data/{zone}");
        let paths = project.files(&below).into_iter().map(|file| project.path(&below).join(file));
        paths.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    };
    let (found, version) = (files("derived/hidden_cell"), files("published/almen_praksis"));
    let remove_tables = || {
        version.keys().filter(|it| it.ends_with("indicator_value.parquet")).for_each(|it| fs::remove_file(it).unwrap())
    };
    assert_eq!(found.len(), 2, "a table and its record: {:?}", found.keys());
    remove_tables();
    project.succeeds(&["run"]);
    assert!(files("derived/hidden_cell") == found && files("published/almen_praksis") == version);

    // What is read in place of being found is held to its record like every other table, by a proof and by a run.
    let pattern = found.keys().find(|it| it.ends_with("hidden_cell.parquet")).unwrap();
    let mut damaged = found[pattern].clone();
    damaged[8] ^= 1;
    // The file is a link to one that other projects have too.
    fs::remove_file(pattern).unwrap();
    fs::write(pattern, damaged).unwrap();
    let told = project.maaltal(&["verify"]);
    assert!(told.code == 7 && told.stdout.contains("hidden_cell.parquet"), "{}", told.stdout);
    remove_tables();
    let told = project.maaltal(&["run"]);
    assert!(told.code == 7 && told.stderr.contains("hidden_cell.parquet"), "{}", told.stderr);
}

#[test]
fn a_figure_that_gives_the_hidden_one_of_another_year_stops_publication() {
    let project = Project::derived(2018, 2019);
    publish_down_to(&project, "doctors-who-stop-or-stay", "region");
    let told = project.maaltal(&["run"]);
    assert_eq!(told.code, 6, "{}", told.stderr);
    assert!(told.stderr.contains("no_other_year_tells_what_is_hidden: 1 row"), "{}", told.stderr);
}

#[test]
fn a_policy_that_is_gone_does_not_publish_what_it_hid() {
    let project = Project::derived(2018, 2018);
    fs::remove_file(project.path(POLICY)).unwrap();
    let told = project.maaltal(&["run"]);
    assert!(told.code == 3 && told.stderr.contains("no policy says what they hide"), "{}", told.stderr);
}

#[test]
fn a_version_whose_record_is_gone_is_not_forgotten() {
    let project = Project::published(2018, 2018);
    project.edit(POLICY, |toml| toml.replace("\nk = 5\n", "\nk = 4\n"));
    project.succeeds(&["run"]);
    fs::remove_file(project.path("data/published/almen_praksis/_versions/00000000000000000001.json")).unwrap();
    project.edit(POLICY, |toml| toml.replace("\nk = 4\n", "\nk = 5\n"));
    let told = project.maaltal(&["run"]);
    assert!(told.code == 7 && told.stderr.contains("00000000000000000001.json"), "{}", told.stderr);
}

#[test]
fn what_is_missing_is_counted_for_regions_and_never_for_a_municipality() {
    let counted = |level: &str| {
        let query = format!("SELECT COUNT(missing) AS n FROM indicator_value WHERE geo_level = '{level}'");
        published().sql(&query)[0]["n"].as_i64().unwrap()
    };
    assert!(counted("country") > 0 && counted("region") > 0);
    assert_eq!((counted("health_council"), counted("municipality")), (0, 0));
}

#[test]
fn the_staff_of_one_practice_is_no_difference_of_two_figures_that_are_nearly_one() {
    let shown = published().sql(
        "SELECT * FROM indicator_value AS it
         WHERE indicator_id = 'a3_svarsum_pr_10_laeger' AND geo_level IN ('municipality', 'health_council') AND numerator IS NOT NULL",
    );
    assert_eq!(shown, Vec::<Value>::new());
}
