//! `status`: where the country and its regions stand, at a glance.

use serde_json::Value;

use super::Context;
use super::build::engine;
use super::error::CliError;
use super::output::Answer;
use super::sql::{answer, register_published};
use crate::engine::Session;
use crate::publish::read_manifest;
use crate::store::VersionNumber;

/// Every target of a goal, the country first, then the regions. Limits, keys and budgets are told by their goals.
const STANDING: &str = "
    SELECT s.target_id, i.title_da, s.op, s.target_value, s.unit, s.year, s.geo_name, s.value, i.decimals, s.status
    FROM target_status AS s
    INNER JOIN indicator AS i ON i.indicator_id = s.indicator_id
    WHERE s.target_kind IN ('quantified', 'deadline', 'qualitative')
    ORDER BY s.indicator_id, s.evaluation_year, s.target_id, s.geo_level, s.geo_name";

/// The years of a goal's indicators in one geography, each beside its targets.
const YEARS: &str = "
    SELECT v.indicator_id, v.year, ROUND(v.value, 2) AS value, v.unit, v.obs_status,
           p.target_id, t.op, p.target_value, p.evaluation_year, p.status, m.method,
           ROUND(m.required_pace, 2) AS required_pace, ROUND(m.observed_pace, 2) AS observed_pace,
           ROUND(m.projected_value, 1) AS projected_value, m.method_status
    FROM indicator_value AS v
    INNER JOIN indicator AS i ON i.indicator_id = v.indicator_id
    LEFT JOIN goal_progress AS p
        ON p.indicator_id = v.indicator_id AND p.year = v.year AND p.geo_level = v.geo_level
        AND p.geo_code = v.geo_code AND p.geo_version = v.geo_version
    LEFT JOIN progress_method AS m
        ON m.target_id = p.target_id AND m.year = p.year AND m.geo_level = p.geo_level
        AND m.geo_code = p.geo_code AND m.geo_version = p.geo_version
    LEFT JOIN target AS t ON t.target_id = p.target_id
    WHERE v.breakdown_dim = 'all' AND i.goal_id IN ({goals}) AND v.geo_code = '{geo}'
    ORDER BY v.indicator_id, v.year, v.geo_version, p.evaluation_year, p.target_id, m.method";

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
    fn is_asked_for(&self) -> bool {
        self.goal.is_some() || self.geo.is_some()
    }

    /// The query; names are looked up in the version first, so that nothing else gets into it.
    async fn query(&self, session: &Session) -> Result<String, CliError> {
        let goals = names(session, "SELECT DISTINCT goal_id FROM indicator ORDER BY goal_id").await?;
        let places = names(session, "SELECT DISTINCT geo_code FROM indicator_value ORDER BY geo_code").await?;
        let goals = match &self.goal {
            Some(goal) => vec![known("goal", goal, &goals)?],
            None => goals.iter().map(String::as_str).collect(),
        };
        let geo = known("geography", self.geo.as_deref().unwrap_or("DK"), &places)?;
        let goals: Vec<String> = goals.iter().map(|goal| format!("'{goal}'")).collect();
        Ok(YEARS.replace("{goals}", &goals.join(", ")).replace("{geo}", geo))
    }
}

/// The name as the version has it.
fn known<'a>(kind: &'static str, name: &str, known: &'a [String]) -> Result<&'a str, CliError> {
    let names = known.iter().map(String::as_str);
    let found = names.clone().find(|one| one.eq_ignore_ascii_case(name));
    found.ok_or_else(|| CliError::unknown(kind, name, names))
}

async fn names(session: &Session, query: &str) -> Result<Vec<String>, CliError> {
    let Answer::Rows { rows, .. } = answer(session, query).await? else { return Err(CliError::Bug) };
    Ok(rows.iter().filter_map(|row| Some(row.first()?.as_str()?.to_owned())).collect())
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
    let tables = ["goal_progress", "progress_method", "target", "target_status", "indicator", "indicator_value"];
    register_published(&session, &context.store, &commit, &manifest, &tables).await?;
    if closer.is_asked_for() {
        return answer(&session, &closer.query(&session).await?).await;
    }
    let Answer::Rows { rows, .. } = answer(&session, STANDING).await? else { return Err(CliError::Bug) };
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
        let [target, title, op, target_value, unit, year, geography, value, decimals, status] = row.as_slice() else {
            continue;
        };
        if last_target != Some(target) {
            table.push(vec![title.clone(), wanted(target, op, target_value, unit).into(), year.clone()]);
            last_target = Some(target);
        }
        let name = text(geography).trim_start_matches("Region ").to_owned();
        let column = columns.iter().position(|column| *column == name).unwrap_or_else(|| {
            columns.push(name);
            columns.len() - 1
        });
        if let Some(line) = table.last_mut() {
            line.resize(line.len().max(column + 1), Value::Null);
            line[column] = format!("{} {}", number(value, places(decimals)), text(status).replace('_', " ")).into();
        }
    }
    for line in &mut table {
        line.resize(columns.len(), Value::Null);
    }
    Answer::Rows { columns, rows: table }
}

/// As `U1-2030 >= 70 %`; a wish without a number is its name alone.
fn wanted(target: &Value, op: &Value, value: &Value, unit: &Value) -> String {
    if value.is_null() {
        return text(target).to_owned();
    }
    let unit = if text(unit) == "pct" { " %" } else { "" };
    format!("{} {} {}{unit}", text(target), text(op), number(value, 0))
}

fn places(decimals: &Value) -> usize {
    decimals.as_u64().and_then(|places| places.try_into().ok()).unwrap_or(1)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value, decimals: usize) -> String {
    value.as_f64().map(|number| format!("{number:.decimals$}")).unwrap_or_default()
}
