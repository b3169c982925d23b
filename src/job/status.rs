//! Where the country and its regions stand, in a published version.

use std::collections::BTreeMap;

use maaltal_protection::Level;

use super::query::VersionReader;
use super::{Context, JobError, Rows};
use crate::definition::Pipeline;
use crate::publish::PublishedVersion;
use crate::store::{Hold, VersionLog, VersionNumber};

/// Every target of a goal, the country first, then the regions. Limits, keys and budgets are told by their goals.
const STANDING: &str = "
    SELECT s.target_id, i.title_da, s.op, s.target_value, s.unit, s.year, s.geo_name, s.value, i.decimals, s.status,
           s.awaited_year
    FROM target_status AS s
    INNER JOIN indicator AS i ON i.indicator_id = s.indicator_id
    WHERE s.target_kind IN ('quantified', 'deadline', 'qualitative')
    ORDER BY s.indicator_id, s.evaluation_year, s.target_id, s.geo_level, s.geo_name";

/// The indicators of those targets.
const INDICATORS: &str = "
    SELECT DISTINCT indicator_id FROM target_status WHERE target_kind IN ('quantified', 'deadline', 'qualitative')";

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
#[derive(Debug, Clone, Default)]
pub struct Closer {
    /// A goal; all if none is given.
    pub goal: Option<String>,
    /// The code of a geography; the country if none is given.
    pub geo: Option<String>,
}

/// Where every target stands.
#[derive(Debug)]
pub struct Standing {
    /// The version that says it.
    pub version: PublishedVersion,
    /// Whether it restores an earlier one and is held.
    pub hold: Option<Hold>,
    /// A row a target and geography, the country first.
    pub rows: Rows,
    /// How many figures of the targets' indicators are hidden since they tell of a few, by level; of all years.
    pub hidden: BTreeMap<Level, u64>,
}

/// Every target in the country and its regions.
///
/// # Errors
/// There is no such version, or a file of it is gone or damaged.
pub async fn standing(
    context: &Context,
    pipeline: &Pipeline,
    version: Option<VersionNumber>,
) -> Result<Standing, JobError> {
    let reader = VersionReader::open(context, pipeline, version).await?;
    let log = VersionLog::new(&context.store, &pipeline.dataset);
    // A version that others came after is held no more.
    let is_latest = log.numbers().await?.last() == Some(&reader.version.commit.version);
    let hold = if is_latest { log.hold(&reader.version.commit).await? } else { None };
    let rows = reader.rows(STANDING).await?;
    let indicators = reader.rows(INDICATORS).await?.names();
    let mut hidden = BTreeMap::new();
    for (level, figures) in indicators.iter().filter_map(|it| reader.version.manifest.hidden.get(it)).flatten() {
        if let Ok(level) = level.parse::<Level>() {
            *hidden.entry(level).or_default() += figures;
        }
    }
    Ok(Standing { hold, rows, hidden, version: reader.version })
}

/// The years of indicators in one geography.
///
/// # Errors
/// There is no such version, goal or geography, or a file of the version is gone or damaged.
pub async fn closer(
    context: &Context,
    pipeline: &Pipeline,
    version: Option<VersionNumber>,
    closer: &Closer,
) -> Result<Rows, JobError> {
    let reader = VersionReader::open(context, pipeline, version).await?;
    let query = closer.query(&reader).await?;
    reader.rows(&query).await
}

impl Closer {
    /// The query; names are looked up in the version first, so that nothing else gets into it.
    async fn query(&self, reader: &VersionReader<'_>) -> Result<String, JobError> {
        let goals = reader.rows("SELECT DISTINCT goal_id FROM indicator ORDER BY goal_id").await?.names();
        let places = reader.rows("SELECT DISTINCT geo_code FROM indicator_value ORDER BY geo_code").await?.names();
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
pub(super) fn known<'a>(kind: &'static str, name: &str, known: &'a [String]) -> Result<&'a str, JobError> {
    let names = known.iter().map(String::as_str);
    let found = names.clone().find(|one| one.eq_ignore_ascii_case(name));
    found.ok_or_else(|| JobError::unknown(kind, name, names))
}
