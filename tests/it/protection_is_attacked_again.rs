//! `verify` does not believe that a version was protected: it decides again what is hidden, and attacks what is shown.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Project, sha256, text};
use crate::versions_can_be_proved::forge;

const POLICY: &str = "pipelines/disclosure/almen_praksis.toml";

fn published() -> Project {
    let project = Project::derived(2018, 2018);
    project.succeeds(&["run"]);
    project
}

fn folder(project: &Project) -> PathBuf {
    folder_of(project, "1")
}

fn folder_of(project: &Project, version: &str) -> PathBuf {
    let versions = project.rows(&["versions"]);
    let version = versions.iter().find(|it| text(it, "version") == version).unwrap();
    project.path("data/published/almen_praksis").join(text(version, "folder"))
}

fn proof(project: &Project) -> (i32, Vec<Value>) {
    let told = project.maaltal(&["verify", "--format", "json"]);
    (told.code, serde_json::from_str(&told.stdout).unwrap())
}

/// The lines on a part, without the one that sums it up.
fn lines_on<'a>(lines: &'a [Value], part: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| text(line, "part") == part && !line["what"].is_null()).collect()
}

/// A published table in the place of another, with all digests down to the record's.
fn replace(project: &Project, table: &str, with: &[u8]) {
    let folder = folder(project);
    let (file, manifest) = (folder.join(table), folder.join("manifest.json"));
    let (before, said) = (fs::read(&file).unwrap(), fs::read_to_string(&manifest).unwrap());
    let package = folder.join("datapackage.json");
    let package_said = fs::read_to_string(&package).unwrap();
    let replaced = |text: &str| {
        let text = text.replace(&sha256(&before), &sha256(with));
        text.replace(&format!("\"bytes\": {},", before.len()), &format!("\"bytes\": {},", with.len()))
    };
    let package_now = replaced(&package_said);
    let now = replaced(&said).replace(&sha256(package_said.as_bytes()), &sha256(package_now.as_bytes()));
    assert_ne!(said, now);
    fs::write(file, with).unwrap();
    fs::write(package, &package_now).unwrap();
    fs::write(manifest, &now).unwrap();
    let record = project.path("data/published/almen_praksis/_versions/00000000000000000001.json");
    forge(&record, |record| record.replace(&sha256(said.as_bytes()), &sha256(now.as_bytes())));
}

#[test]
fn figures_that_were_to_be_hidden_are_found_whatever_the_records_say() {
    let (project, open) = (published(), Project::derived(2018, 2018));
    let (code, lines) = proof(&project);
    assert!(code == 0 && lines_on(&lines, "protection").is_empty(), "{lines:?}");
    fs::remove_file(open.path(POLICY)).unwrap();
    fs::remove_dir_all(open.path("sql/almen_praksis/protect")).unwrap();
    open.succeeds(&["run"]);
    let hidden = project.sql("SELECT COUNT(*) AS n FROM indicator_value WHERE conf_status = 'C'")[0]["n"].clone();
    replace(&project, "indicator_value.parquet", &fs::read(folder(&open).join("indicator_value.parquet")).unwrap());
    let (code, lines) = proof(&project);
    // The footer of the file names the other version's key, too.
    assert_eq!(code, 7, "{lines:?}");
    // Every figure that was hidden is shown, and some are given away by those.
    let audits = lines_on(&lines, "audits");
    let audit = audits.iter().find(|line| text(line, "what") == "nothing_hidden_is_shown").unwrap();
    assert!(text(audit, "result").starts_with(&format!("{hidden} rows, and 0 when it was published")), "{audit}");
    let told = lines_on(&lines, "protection");
    let can_be_calculated = |line: &&&Value| text(line, "result").contains("can be calculated from what is published");
    assert!(told.iter().filter(can_be_calculated).count() > 1, "{told:?}");
    // Nobody learns how large they are.
    assert!(
        told.iter().all(|line| !text(line, "result").chars().any(|it| it.is_ascii_digit()) || line["what"] == ""),
        "{told:?}"
    );
}

#[test]
fn a_figure_that_is_another_than_was_derived_is_found_whatever_the_records_say() {
    let (project, other) = (published(), Project::derived(2018, 2018));
    other.edit("sql/almen_praksis/protect/indicator_value.sql", |sql| {
        let shown = "THEN indicator_value.numerator END AS numerator";
        assert!(sql.contains(shown));
        sql.replace(shown, "THEN indicator_value.numerator + 1 END AS numerator")
    });
    // Audits find it, and keep the candidate.
    other.maaltal(&["run"]);
    let kept = other.files("data/candidates").into_iter().find(|file| file.ends_with("indicator_value.parquet"));
    let file = match kept {
        Some(kept) => other.path("data/candidates").join(kept),
        None => folder(&other).join("indicator_value.parquet"),
    };
    replace(&project, "indicator_value.parquet", &fs::read(file).unwrap());
    let (_, lines) = proof(&project);
    let told = lines_on(&lines, "protection");
    assert!(told.iter().any(|line| text(line, "what").contains("is another number than was derived")), "{told:?}");
}

#[test]
fn a_mask_that_leaves_the_value_of_what_is_hidden_stops_publication() {
    let project = Project::derived(2018, 2018);
    project.edit("sql/almen_praksis/protect/indicator_value.sql", |sql| {
        let hidden = "CASE WHEN hidden.indicator_id IS NULL THEN indicator_value.value END AS value";
        assert!(sql.contains(hidden));
        sql.replace(hidden, "indicator_value.value")
    });
    let told = project.maaltal(&["run"]);
    assert!(told.code == 6 && told.stderr.contains("nothing_hidden_is_shown"), "{}", told.stderr);
}

#[test]
fn under_another_policy_nobody_can_tell_what_was_to_be_hidden() {
    let project = published();
    project.edit(POLICY, |toml| toml.replace("\nk = 5\n", "\nk = 6\n"));
    let (code, lines) = proof(&project);
    assert_eq!(code, 0, "{lines:?}");
    let told = lines_on(&lines, "protection");
    assert!(told.len() == 1 && text(told[0], "result").contains("not judged: pipelines/disclosure/"), "{told:?}");
    assert_eq!(lines_on(&lines, "audits").len(), 5, "{lines:?}");
    fs::remove_file(project.path(POLICY)).unwrap();
    let (code, lines) = proof(&project);
    assert!(code == 0 && text(lines_on(&lines, "protection")[0], "result").contains("has no policy"), "{lines:?}");
}

#[test]
fn a_version_is_not_proved_without_the_one_before_to_which_its_protection_is_held() {
    let project = published();
    project.edit(POLICY, |policy| policy.replace("rounds = 40", "rounds = 41"));
    project.succeeds(&["run"]);
    let before = folder_of(&project, "1").join("indicator_value.parquet");
    fs::remove_file(before).unwrap();
    let (code, lines) = proof(&project);
    assert_eq!(code, 7, "{lines:?}");
    let told = lines_on(&lines, "earlier");
    assert!(told.len() == 1 && text(told[0], "what").ends_with("indicator_value.parquet"), "{told:?}");
    assert!(text(told[0], "what").contains("/v1-") && text(told[0], "result") == "it is gone", "{told:?}");
}

#[test]
fn what_is_hidden_of_the_goals_is_told_with_them() {
    let project = Project::published(2018, 2018);
    let told = project.succeeds(&["status"]).stderr;
    let line = told.lines().find(|line| line.starts_with("hidden of these goals")).unwrap();
    let goals = "SELECT SUM(hidden) AS n FROM protection WHERE geo_level = 'municipality' AND indicator_id IN (
        SELECT indicator_id FROM target_status WHERE target_kind IN ('quantified', 'deadline', 'qualitative'))";
    let hidden = project.sql(goals)[0]["n"].clone();
    assert!(line.ends_with(&format!("municipality {hidden}")), "{line}");
}
