-- One row is a target on which target_status and goal_progress differ, or which one of them judges in its last year and
-- the other does not.
-- severity: error
-- remedy: This is a bug in sql/almen_praksis/target_status.sql: what has a course takes its verdict from goal_progress.
SELECT
    standing.target_id,
    standing.geo_level,
    standing.geo_code,
    standing.geo_version,
    standing.year,
    standing.status AS status_there,
    progress.status AS status_on_the_way
FROM target_status AS standing
INNER JOIN goal_progress AS progress
    ON progress.target_id = standing.target_id
    AND progress.geo_level = standing.geo_level
    AND progress.geo_code = standing.geo_code
    AND progress.geo_version = standing.geo_version
    AND progress.year = standing.year
WHERE standing.status <> progress.status
    OR standing.value <> progress.value
    OR standing.is_verdict <> progress.is_verdict
    OR standing.is_own_target <> progress.is_own_target
UNION ALL
SELECT
    progress.target_id,
    progress.geo_level,
    progress.geo_code,
    progress.geo_version,
    progress.year,
    NULL,
    progress.status
FROM goal_progress AS progress
LEFT JOIN target_status AS standing
    ON standing.target_id = progress.target_id
    AND standing.geo_level = progress.geo_level
    AND standing.geo_code = progress.geo_code
WHERE progress.geo_level = 'country' AND (standing.target_id IS NULL OR standing.year < progress.year)
