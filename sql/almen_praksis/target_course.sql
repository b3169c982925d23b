-- One row is a geography's value of an indicator in a year beside a target it is held against, with the baseline there.
-- A regional target is held against its region only. A national one is held against the country; and every region too,
-- where it is a share: a number that the whole country is to reach is nobody else's.
WITH series AS (
    SELECT
        indicator_id,
        geo_level,
        geo_code,
        geo_version,
        geo_name,
        year,
        value,
        is_ratio,
        -- The mean of up to five annual changes, and how many they are; a year without a value is no change.
        AVG(change) OVER last_changes AS mean_change,
        COUNT(change) OVER last_changes AS changes
    FROM (
        SELECT
            *,
            denominator IS NOT NULL AS is_ratio,
            CASE WHEN LAG(year) OVER series_of = year - 1 THEN value - LAG(value) OVER series_of END AS change
        FROM indicator_value
        WHERE breakdown_dim = 'all' AND geo_level <> 'municipality' AND value IS NOT NULL
        WINDOW series_of AS (PARTITION BY indicator_id, geo_level, geo_code, geo_version ORDER BY year)
    ) AS changed
    WINDOW last_changes AS (
        PARTITION BY indicator_id, geo_level, geo_code, geo_version ORDER BY year RANGE BETWEEN 4 PRECEDING AND CURRENT ROW
    )
)

SELECT
    target.target_id,
    target.indicator_id,
    target.target_scope,
    target.unit,
    observed.geo_level,
    observed.geo_code,
    observed.geo_version,
    observed.geo_name,
    observed.year,
    observed.value,
    observed.mean_change,
    observed.changes,
    baseline.value AS baseline_value,
    target.baseline_year,
    -- Where the baseline year has no value, growth is counted from the first later year that has one (Open SDG).
    FIRST_VALUE(observed.value) OVER course AS start_value,
    FIRST_VALUE(observed.year) OVER course AS start_year,
    CAST(target.target_value AS DOUBLE) AS target_value,
    CAST(target.natural_limit AS DOUBLE) AS natural_limit,
    target.target_year,
    target.evaluation_year,
    CASE WHEN target.direction = 'down' THEN -1 ELSE 1 END AS sign
FROM target_definition AS target
INNER JOIN series AS observed
    ON observed.indicator_id = target.indicator_id
    AND observed.year BETWEEN target.baseline_year AND target.evaluation_year
    AND CASE
        WHEN target.geo_code IS NOT NULL THEN target.geo_code = observed.geo_code
        ELSE observed.is_ratio OR observed.geo_level = 'country'
    END
LEFT JOIN series AS baseline
    ON baseline.indicator_id = target.indicator_id
    AND baseline.geo_level = observed.geo_level
    AND baseline.geo_code = observed.geo_code
    AND baseline.geo_version = observed.geo_version
    AND baseline.year = target.baseline_year
-- Progress needs a direction and two points in time, and a number unless the wish itself has none; the others are in
-- `target`.
WHERE (target.target_value IS NOT NULL OR target.target_kind = 'qualitative')
    AND target.direction IN ('up', 'down')
    AND target.evaluation_year > target.baseline_year
WINDOW course AS (
    PARTITION BY target.target_id, observed.geo_level, observed.geo_code, observed.geo_version ORDER BY observed.year
)
