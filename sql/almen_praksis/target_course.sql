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
        lower_95,
        upper_95,
        is_ratio,
        last_break,
        -- The mean of up to five annual changes, and how many they are; a year without a value is no change.
        AVG(change) OVER last_changes AS mean_change,
        COUNT(change) OVER last_changes AS changes,
        -- How far the value moves from one year to the next, whichever way, and in how many years that was seen.
        AVG(ABS(change)) OVER all_changes AS mean_swing,
        COUNT(change) OVER all_changes AS swings
    FROM (
        SELECT
            *,
            denominator IS NOT NULL AS is_ratio,
            MAX(CASE WHEN obs_status = 'B' THEN year END) OVER series_of AS last_break,
            -- What a break in series moves has not changed.
            CASE
                WHEN LAG(year) OVER series_of = year - 1 AND obs_status <> 'B' THEN value - LAG(value) OVER series_of
            END AS change
        FROM indicator_value
        WHERE breakdown_dim = 'all' AND geo_level <> 'municipality' AND value IS NOT NULL
        WINDOW series_of AS (PARTITION BY indicator_id, geo_level, geo_code, geo_version ORDER BY year)
    ) AS changed
    WINDOW
        last_changes AS (
            PARTITION BY indicator_id, geo_level, geo_code, geo_version ORDER BY year RANGE BETWEEN 4 PRECEDING AND CURRENT ROW
        ),
        all_changes AS (PARTITION BY indicator_id, geo_level, geo_code, geo_version ORDER BY year)
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
    -- A region beside a number that is set for the country is compared with it and not bound by it.
    target.geo_code IS NOT NULL OR observed.geo_level = 'country' AS is_own_target,
    observed.year,
    observed.value,
    observed.lower_95,
    observed.upper_95,
    observed.mean_change,
    observed.changes,
    observed.mean_swing,
    observed.swings,
    baseline.value AS baseline_value,
    baseline.lower_95 AS baseline_lower_95,
    baseline.upper_95 AS baseline_upper_95,
    target.baseline_year,
    -- Why the value can't be held against the baseline.
    CASE
        WHEN baseline.value IS NULL THEN 'no_baseline'
        WHEN observed.year = target.baseline_year THEN 'too_few_years'
        WHEN observed.last_break > target.baseline_year THEN 'break_in_series'
    END AS incomparable_because,
    -- Where the baseline year has no value, growth is counted from the first later year that has one (Open SDG).
    FIRST_VALUE(observed.value) OVER course AS start_value,
    FIRST_VALUE(observed.year) OVER course AS start_year,
    COALESCE(observed.last_break > FIRST_VALUE(observed.year) OVER course, false) AS has_break_since_start,
    CAST(target.target_value AS DOUBLE) AS target_value,
    CAST(target.natural_limit AS DOUBLE) AS natural_limit,
    definition.scale,
    -- What the value can't pass. A share, which is what has Wilson's interval, lies between nothing and everything.
    CAST(COALESCE(definition.minimum, CASE WHEN definition.scale IS NULL THEN 0 END) AS DOUBLE) AS lowest_value,
    CAST(COALESCE(definition.maximum, CASE WHEN definition.interval_method = 'wilson' THEN definition.per END) AS DOUBLE)
        AS highest_value,
    target.target_year,
    target.evaluation_year,
    CASE WHEN target.direction = 'down' THEN -1 ELSE 1 END AS sign
FROM target_definition AS target
INNER JOIN indicator_definition AS definition
    ON definition.indicator_id = target.indicator_id
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
