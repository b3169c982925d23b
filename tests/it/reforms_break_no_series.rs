//! A reform of the regions changes no figure and ends no series: regions stand in both geographies before and after it, all
//! else in one.

use std::fs::File;

use arrow::array::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::support::{Project, text};

fn rows(project: &Project, version: &str, table: &str) -> Vec<RecordBatch> {
    let published = "data/published/almen_praksis";
    let file = project.files(published).into_iter().find(|file| {
        file.starts_with(version) && file.file_name().is_some_and(|name| *name == *format!("{table}.parquet"))
    });
    let file = File::open(project.path(published).join(file.unwrap())).unwrap();
    ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap().map(Result::unwrap).collect()
}

fn folder(project: &Project, version: usize) -> String {
    text(&project.rows(&["versions"])[version], "folder").to_owned()
}

#[test]
fn the_reform_of_the_regions_moved_to_2023_changes_no_value() {
    let project = Project::published(2022, 2024);
    for list in ["geo_version", "region", "kommune"] {
        project.edit(&format!("pipelines/reference/{list}.csv"), |csv| csv.replace(";2027-01-01", ";2023-01-01"));
    }
    project.succeeds(&["run"]);
    let (before, after) = (folder(&project, 0), folder(&project, 1));
    assert!(rows(&project, &before, "indicator_value") == rows(&project, &after, "indicator_value"));
    let progress = |version: &str| {
        let query = "SELECT target_id, geo_level, geo_code, geo_version, year, status FROM goal_progress
                     ORDER BY target_id, geo_level, geo_code, geo_version, year";
        project.rows(&["sql", query, "--version", version])
    };
    assert_eq!(progress("1"), progress("2"));
    // What stands today is of the regions that there are, and an agreed key of those that agreed.
    let standing = project.sql(
        "SELECT DISTINCT geo_level, geo_version, target_id LIKE 'T_-%' AS is_key FROM target_status
         WHERE year >= 2023 ORDER BY 1, 2, 3",
    );
    let standing: Vec<(&str, &str, bool)> = standing
        .iter()
        .map(|row| (text(row, "geo_level"), text(row, "geo_version"), row["is_key"].as_bool().unwrap()))
        .collect();
    assert!(
        standing.contains(&("region", "2027", false)) && standing.contains(&("country", "all", false)),
        "{standing:?}"
    );
    assert!(!standing.contains(&("region", "2007", false)), "{standing:?}");
}
