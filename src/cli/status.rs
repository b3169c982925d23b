//! `status`: where the country and its regions stand, at a glance.

use serde_json::Value;

use super::Context;
use super::build::engine;
use super::error::CliError;
use super::output::Answer;
use super::sql::{answer, register_published};
use crate::publish::read_manifest;
use crate::store::VersionNumber;

/// Every target in the last year that it can be judged in, the country first, then the regions of that day.
const LAST_PROGRESS: &str = "
    SELECT p.indicator_id, i.title_da, p.target_id, t.op, p.target_value, p.evaluation_year, p.year,
           p.geo_name, p.value, p.status
    FROM goal_progress AS p
    INNER JOIN target AS t ON t.target_id = p.target_id
    INNER JOIN indicator AS i ON i.indicator_id = p.indicator_id
    INNER JOIN (SELECT target_id, MAX(year) AS year FROM goal_progress GROUP BY target_id) AS last
        ON last.target_id = p.target_id AND last.year = p.year
    INNER JOIN (
        SELECT year, MAX(geo_version) AS geo_version FROM goal_progress WHERE geo_level = 'country' GROUP BY year
    ) AS of_the_day
        ON of_the_day.year = p.year AND of_the_day.geo_version = p.geo_version
    WHERE p.geo_level IN ('country', 'region') AND p.method = 'linear'
    ORDER BY p.indicator_id, p.evaluation_year, p.geo_level, p.geo_name";

/// The years of a goal's indicators in one geography, each beside its targets.
const YEARS: &str = "
    SELECT v.indicator_id, v.year, ROUND(v.value, 2) AS value, v.unit, v.obs_status,
           p.target_id, t.op, p.target_value, p.evaluation_year, p.method, ROUND(p.required_pace, 2) AS required_pace,
           ROUND(p.observed_pace, 2) AS observed_pace, ROUND(p.projected_value, 1) AS projected_value, p.status
    FROM indicator_value AS v
    INNER JOIN indicator AS i ON i.indicator_id = v.indicator_id
    LEFT JOIN goal_progress AS p
        ON p.indicator_id = v.indicator_id AND p.year = v.year AND p.geo_level = v.geo_level
        AND p.geo_code = v.geo_code AND p.geo_version = v.geo_version
    LEFT JOIN target AS t ON t.target_id = p.target_id
    WHERE v.breakdown_dim = 'all' AND ('{goal}' = '' OR i.goal_id = '{goal}') AND v.geo_code = '{geo}'
    ORDER BY v.indicator_id, v.year, v.geo_version, p.evaluation_year, p.target_id, p.method";

/// What is looked at closer.
#[derive(Debug, clap::Args)]
pub(super) struct Closer {
    /// A goal, as u4: its indicators year by year
    #[arg(long)]
    goal: Option<String>,
    /// A geography, as DK, 1084 or 751
    #[arg(long)]
    geo: Option<String>,
}

impl Closer {
    /// The query, where something is asked for. Names of goals and geographies are letters and digits.
    fn query(&self) -> Option<String> {
        let plain = |text: &Option<String>, default: &str| -> String {
            let text = text.as_deref().unwrap_or(default);
            text.chars().filter(|letter| letter.is_alphanumeric()).collect()
        };
        (self.goal.is_some() || self.geo.is_some())
            .then(|| YEARS.replace("{goal}", &plain(&self.goal, "")).replace("{geo}", &plain(&self.geo, "DK")))
    }
}

pub(super) async fn status(
    context: &Context,
    pipeline: Option<&String>,
    version: Option<VersionNumber>,
    closer: &Closer,
) -> Result<Answer, CliError> {
    let dataset = &context.pipeline(pipeline)?.dataset;
    let Some((commit, manifest)) = read_manifest(&context.store, dataset, version).await? else {
        let version = version.map(|version| version.to_string());
        return Err(CliError::NothingPublished { dataset: dataset.clone(), version });
    };
    let session = engine(context)?.session();
    let tables = ["goal_progress", "target", "indicator", "indicator_value"];
    register_published(&session, &commit, &manifest, &tables).await?;
    if let Some(query) = closer.query() {
        return answer(&session, &query).await;
    }
    let Answer::Rows { rows, .. } = answer(&session, LAST_PROGRESS).await? else { return Err(CliError::Bug) };
    eprintln!(
        "{} version {}{}\n",
        manifest.dataset,
        commit.version,
        if manifest.synthetic { ": SYNTHETIC figures, of no real country" } else { "" }
    );
    Ok(pivot(&rows))
}

/// One row a target, one column a geography.
fn pivot(rows: &[Vec<Value>]) -> Answer {
    let mut columns: Vec<String> = ["goal", "target", "year"].map(str::to_owned).into();
    let mut table: Vec<Vec<Value>> = Vec::new();
    let mut last_target = None;
    for row in rows {
        let [_, title, target, op, target_value, _, year, geography, value, status] = row.as_slice() else { continue };
        if last_target != Some(target) {
            let target_text = format!("{} {} {} %", text(target), text(op), number(target_value, 0));
            table.push(vec![title.clone(), target_text.into(), year.clone()]);
            last_target = Some(target);
        }
        let name = text(geography).trim_start_matches("Region ").to_owned();
        let column = columns.iter().position(|column| *column == name).unwrap_or_else(|| {
            columns.push(name);
            columns.len() - 1
        });
        if let Some(line) = table.last_mut() {
            line.resize(line.len().max(column + 1), Value::Null);
            line[column] = format!("{} {}", number(value, 1), text(status).replace('_', " ")).into();
        }
    }
    for line in &mut table {
        line.resize(columns.len(), Value::Null);
    }
    Answer::Rows { columns, rows: table }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value, decimals: usize) -> String {
    value.as_f64().map(|number| format!("{number:.decimals$}")).unwrap_or_default()
}
