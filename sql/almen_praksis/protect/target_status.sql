-- One row is where a target stands, without what tells of a hidden value.
WITH first_hidden AS (
    SELECT indicator_id, geo_level, geo_code, geo_version, MIN(year) AS year
    FROM hidden_cell
    WHERE breakdown_dim = 'all'
    GROUP BY indicator_id, geo_level, geo_code, geo_version
)

SELECT
    target_status.target_id,
    target_status.geo_level,
    target_status.geo_code,
    target_status.geo_version,
    target_status.indicator_id,
    target_status.geo_name,
    target_status.target_kind,
    target_status.year,
    CASE WHEN hidden.year IS NULL THEN target_status.value END AS value,
    target_status.unit,
    target_status.op,
    target_status.target_value,
    target_status.evaluation_year,
    target_status.evaluation_date,
    target_status.target_scope,
    target_status.is_own_target,
    CASE WHEN hidden.year IS NULL THEN target_status.method END AS method,
    CASE WHEN hidden.year IS NULL THEN target_status.status ELSE 'not_assessable' END AS status,
    hidden.year IS NULL AND target_status.is_verdict AS is_verdict,
    target_status.awaited_year
FROM target_status
LEFT JOIN first_hidden AS hidden
    ON hidden.indicator_id = target_status.indicator_id
    AND hidden.geo_level = target_status.geo_level
    AND hidden.geo_code = target_status.geo_code
    AND hidden.geo_version = target_status.geo_version
    AND hidden.year <= target_status.year
