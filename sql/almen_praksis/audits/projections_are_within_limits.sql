-- One row is a projection, or a limit of one, that the indicator can't reach.
-- severity: error
-- remedy: Look at `minimum` and `maximum` of the entry beside the indicator's SQL, and at progress_method.sql and target_path.sql.
WITH projected AS (
    SELECT target_id, indicator_id, geo_level, geo_code, geo_version, year, method, projected_value
    FROM progress_method
    UNION ALL
    SELECT target_id, indicator_id, geo_level, geo_code, geo_version, year, 'path', projected_value
    FROM target_path
    UNION ALL
    SELECT target_id, indicator_id, geo_level, geo_code, geo_version, year, 'lower', lower_95
    FROM target_path
    UNION ALL
    SELECT target_id, indicator_id, geo_level, geo_code, geo_version, year, 'upper', upper_95
    FROM target_path
)

SELECT
    projected.target_id,
    projected.geo_level,
    projected.geo_code,
    projected.geo_version,
    projected.year,
    projected.method,
    projected.projected_value
FROM projected
INNER JOIN indicator
    ON indicator.indicator_id = projected.indicator_id
WHERE projected.projected_value < CAST(indicator.minimum AS DOUBLE)
    OR projected.projected_value > CAST(indicator.maximum AS DOUBLE)
    OR indicator.scale IS NULL AND projected.projected_value < 0
    OR indicator.interval_method = 'wilson' AND projected.projected_value > indicator.per
