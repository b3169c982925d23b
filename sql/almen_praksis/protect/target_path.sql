-- One row is the course to a target in a year, without the numbers that tell of a hidden one: the straight line begins at the
-- baseline's value.
WITH first_hidden AS (
    SELECT indicator_id, geo_level, geo_code, geo_version, MIN(year) AS year
    FROM hidden_cell
    WHERE breakdown_dim = 'all'
    GROUP BY indicator_id, geo_level, geo_code, geo_version
)

SELECT
    target_path.target_id,
    target_path.geo_level,
    target_path.geo_code,
    target_path.geo_version,
    target_path.year,
    target_path.indicator_id,
    target_path.geo_name,
    target_path.unit,
    CASE WHEN hidden.year IS NULL THEN target_path.value END AS value,
    CASE WHEN hidden.year IS NULL THEN target_path.expected_value END AS expected_value,
    CASE WHEN hidden.year IS NULL THEN target_path.projected_value END AS projected_value,
    CASE WHEN hidden.year IS NULL THEN target_path.lower_95 END AS lower_95,
    CASE WHEN hidden.year IS NULL THEN target_path.upper_95 END AS upper_95,
    target_path.evaluation_date,
    target_path.target_scope,
    target_path.is_own_target
FROM target_path
LEFT JOIN first_hidden AS hidden
    ON hidden.indicator_id = target_path.indicator_id
    AND hidden.geo_level = target_path.geo_level
    AND hidden.geo_code = target_path.geo_code
    AND hidden.geo_version = target_path.geo_version
    AND hidden.year <= target_path.year
