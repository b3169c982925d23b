//! A figure as every version had it.

use super::query::VersionReader;
use super::status::known;
use super::{Context, JobError, Rows};
use crate::definition::Pipeline;
use crate::store::VersionLog;

/// What of a figure is told, in this order. What an earlier version's table did not have is NULL.
const COLUMNS: [&str; 8] =
    ["year", "geo_code", "geo_version", "value", "numerator", "denominator", "obs_status", "definition_version"];

/// A figure.
#[derive(Debug, Clone)]
pub struct Figure {
    /// The indicator.
    pub indicator: String,
    /// The code of the geography; the country if none is given.
    pub geo: Option<String>,
    /// The year; all if none is given.
    pub year: Option<i16>,
}

/// The figure in every version, the first version first: its year and geography, the version and its day, and what it said.
///
/// # Errors
/// Nothing is published, no version has such an indicator or geography, or a file is gone or damaged.
pub async fn revisions(context: &Context, pipeline: &Pipeline, figure: &Figure) -> Result<Rows, JobError> {
    let commits = VersionLog::new(&context.store, &pipeline.dataset).all().await?;
    let Some(last) = commits.last().map(|commit| commit.version) else {
        return Err(JobError::nothing_published(&context.store, &pipeline.dataset, None));
    };
    let mut columns = vec!["version".to_owned(), "committed_at".to_owned()];
    columns.extend(COLUMNS.map(str::to_owned));
    let mut rows = Vec::new();
    let mut unknown = None;
    for number in commits.iter().map(|commit| commit.version) {
        let reader = VersionReader::open(context, pipeline, Some(number)).await?;
        let found = match figure.query(&reader).await {
            Ok(query) => reader.rows(&query).await?,
            // An indicator or a geography may be new, or gone. Where no version has it, the latest says what it has.
            Err(error) if is_unknown(&error) => {
                if number == last {
                    unknown = Some(error);
                }
                continue;
            }
            Err(error) => return Err(error),
        };
        let commit = &reader.version.commit;
        for row in found.rows {
            let version = [number.to_string().into(), commit.committed_at.clone().into()];
            rows.push(version.into_iter().chain(row).collect::<Vec<_>>());
        }
    }
    if let Some(unknown) = unknown.filter(|_| rows.is_empty()) {
        return Err(unknown);
    }
    // Figure by figure, each as the versions followed one another: the sort keeps their order.
    rows.sort_by_key(|row| [&row[2], &row[3], &row[4]].map(ToString::to_string));
    Ok(Rows { columns, rows })
}

fn is_unknown(error: &JobError) -> bool {
    matches!(error, JobError::Unknown { .. })
}

impl Figure {
    /// The indicator as the version has it.
    pub(super) async fn known(&self, reader: &VersionReader<'_>) -> Result<String, JobError> {
        let names = "SELECT DISTINCT indicator_id FROM indicator_value ORDER BY indicator_id";
        known("indicator", &self.indicator, &reader.rows(names).await?.names()).map(str::to_owned)
    }

    /// The query over one version; names are looked up in it first, so that nothing else gets into it.
    pub(super) async fn query(&self, reader: &VersionReader<'_>) -> Result<String, JobError> {
        let indicator = self.known(reader).await?;
        let places = reader.rows("SELECT DISTINCT geo_code FROM indicator_value ORDER BY geo_code").await?.names();
        let geo = known("geography", self.geo.as_deref().unwrap_or("DK"), &places)?;
        let there = reader.rows("SELECT * FROM indicator_value WHERE false").await?.columns;
        let selected = COLUMNS.map(|column| match there.iter().any(|it| it == column) {
            true => column.to_owned(),
            false => format!("CAST(NULL AS VARCHAR) AS {column}"),
        });
        let year = self.year.map(|year| format!("AND year = {year}")).unwrap_or_default();
        Ok(format!(
            "SELECT {} FROM indicator_value WHERE indicator_id = '{indicator}' AND geo_code = '{geo}' \
             AND breakdown_dim = 'all' {year} ORDER BY year, geo_version",
            selected.join(", ")
        ))
    }
}
