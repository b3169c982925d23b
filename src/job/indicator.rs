//! An indicator: its entry in the dictionary, its targets, its SQL and where the country stands.

use std::path::PathBuf;

use super::query::VersionReader;
use super::{Context, JobError, Rows};
use crate::definition::Pipeline;
use crate::store::VersionNumber;

/// An indicator in a published version.
#[derive(Debug)]
pub struct Entry {
    /// Its entry in the dictionary: one row.
    pub dictionary: Rows,
    /// Its targets: id, operator, value, unit, year and source.
    pub targets: Rows,
    /// The country's values: year, value and status.
    pub values: Rows,
    /// The file of its SQL, relative to the project.
    pub sql: PathBuf,
}

/// Looks up an indicator.
///
/// # Errors
/// There is no such version or indicator, or a file of the version is gone or damaged.
pub async fn indicator(
    context: &Context,
    pipeline: &Pipeline,
    version: Option<VersionNumber>,
    id: &str,
) -> Result<Entry, JobError> {
    let reader = VersionReader::open(context, pipeline, version).await?;
    // An id is letters, digits and underscores: anything else names no indicator, and would be SQL.
    let known = reader.rows("SELECT indicator_id FROM indicator ORDER BY indicator_id").await?.names();
    if !known.iter().any(|known| known == id) {
        return Err(JobError::unknown("indicator", id, known.iter().map(String::as_str)));
    }
    let dictionary = reader.rows(&format!("SELECT * FROM indicator WHERE indicator_id = '{id}'")).await?;
    let targets = format!(
        "SELECT target_id, op, target_value, unit, target_year, source FROM target
         WHERE indicator_id = '{id}' ORDER BY target_year, target_id"
    );
    let values = format!(
        "SELECT year, value, obs_status FROM indicator_value
         WHERE indicator_id = '{id}' AND geo_level = 'country' AND breakdown_dim = 'all' ORDER BY year"
    );
    let file = context.project.sql(&pipeline.name).join("indicators").join(format!("{id}.sql"));
    let sql = file.strip_prefix(&context.project.root).unwrap_or(&file).to_owned();
    Ok(Entry { dictionary, targets: reader.rows(&targets).await?, values: reader.rows(&values).await?, sql })
}
