-- One row is how far a geography is towards a target in a year, without the numbers that tell of a hidden one: a gap, a pace or a
-- status each give a value away, and a baseline that of another year.
WITH first_hidden AS (
    SELECT indicator_id, geo_level, geo_code, geo_version, MIN(year) AS year
    FROM hidden_cell
    WHERE breakdown_dim = 'all'
    GROUP BY indicator_id, geo_level, geo_code, geo_version
)

SELECT
    goal_progress.target_id,
    goal_progress.geo_level,
    goal_progress.geo_code,
    goal_progress.geo_version,
    goal_progress.year,
    goal_progress.indicator_id,
    goal_progress.geo_name,
    CASE WHEN hidden.year IS NULL THEN goal_progress.value END AS value,
    goal_progress.unit,
    goal_progress.baseline_year,
    CASE WHEN hidden.year IS NULL THEN goal_progress.baseline_value END AS baseline_value,
    goal_progress.target_year,
    goal_progress.evaluation_year,
    goal_progress.evaluation_date,
    goal_progress.target_value,
    goal_progress.target_scope,
    goal_progress.is_own_target,
    CASE WHEN hidden.year IS NULL THEN goal_progress.gap END AS gap,
    CASE WHEN hidden.year IS NULL THEN goal_progress.change END AS change,
    CASE WHEN hidden.year IS NULL THEN goal_progress.change_lower_95 END AS change_lower_95,
    CASE WHEN hidden.year IS NULL THEN goal_progress.change_upper_95 END AS change_upper_95,
    CASE WHEN hidden.year IS NULL THEN goal_progress.observed_change ELSE 'not_assessable' END AS observed_change,
    goal_progress.method,
    CASE WHEN hidden.year IS NULL THEN goal_progress.required_pace END AS required_pace,
    CASE WHEN hidden.year IS NULL THEN goal_progress.observed_pace END AS observed_pace,
    CASE WHEN hidden.year IS NULL THEN goal_progress.projected_value END AS projected_value,
    CASE WHEN hidden.year IS NULL THEN goal_progress.status ELSE 'not_assessable' END AS status,
    hidden.year IS NULL AND goal_progress.is_verdict AS is_verdict,
    CASE WHEN hidden.year IS NULL THEN goal_progress.reason ELSE 'hidden' END AS reason,
    goal_progress.awaited_year
FROM goal_progress
LEFT JOIN first_hidden AS hidden
    ON hidden.indicator_id = goal_progress.indicator_id
    AND hidden.geo_level = goal_progress.geo_level
    AND hidden.geo_code = goal_progress.geo_code
    AND hidden.geo_version = goal_progress.geo_version
    AND hidden.year <= goal_progress.year
