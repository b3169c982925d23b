-- One row is a year on a target's path in a geography, from its baseline to the year it is judged on, with or without a
-- value. What is expected is the straight line from the baseline to the target; what is projected carries on from the
-- last value at the mean annual change since the baseline.
WITH observed AS (
    SELECT
        target.target_id,
        target.indicator_id,
        target.unit,
        target.target_scope,
        target.target_value,
        target.baseline_year,
        target.evaluation_year,
        target.geo_code IS NOT NULL OR series.geo_level = 'country' AS is_own_target,
        series.geo_level,
        series.geo_code,
        series.geo_version,
        series.geo_name,
        series.year,
        series.value,
        series.lower_95,
        series.upper_95
    FROM target_definition AS target
    INNER JOIN indicator_value AS series
        ON series.indicator_id = target.indicator_id
        AND series.year BETWEEN COALESCE(target.baseline_year, series.year) AND target.evaluation_year
        AND CASE
            WHEN target.geo_code IS NOT NULL THEN target.geo_code = series.geo_code
            ELSE series.denominator IS NOT NULL OR series.geo_level = 'country'
        END
    WHERE target.target_kind IN ('quantified', 'deadline', 'qualitative')
        AND series.breakdown_dim = 'all'
        AND series.geo_level <> 'municipality'
        AND series.value IS NOT NULL
),

place AS (
    SELECT
        target_id,
        indicator_id,
        unit,
        target_scope,
        target_value,
        baseline_year,
        evaluation_year,
        is_own_target,
        geo_level,
        geo_code,
        geo_version,
        geo_name,
        COALESCE(baseline_year, MIN(year)) AS first_year,
        MAX(year) AS last_year
    FROM observed
    GROUP BY
        target_id,
        indicator_id,
        unit,
        target_scope,
        target_value,
        baseline_year,
        evaluation_year,
        is_own_target,
        geo_level,
        geo_code,
        geo_version,
        geo_name
),

-- As many years as a target of this century can be away.
distance AS (
    SELECT 10 * tens.digit + ones.digit AS years
    FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS tens(digit)
    CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS ones(digit)
),

step AS (
    SELECT place.*, place.first_year + distance.years AS year
    FROM place
    INNER JOIN distance
        ON place.first_year + distance.years <= place.evaluation_year
),

-- Where the line from the baseline through the last value is in a year, in times of the change so far.
ahead AS (
    SELECT
        step.*,
        CAST(step.target_value AS DOUBLE) AS aim,
        last.baseline_value,
        last.value AS last_value,
        last.lower_95 AS last_lower_95,
        last.upper_95 AS last_upper_95,
        last.baseline_lower_95,
        last.baseline_upper_95,
        last.lowest_value,
        last.highest_value,
        CASE
            WHEN step.year >= step.last_year AND last.incomparable_because IS NULL
                THEN CAST(step.year - step.baseline_year AS DOUBLE) / (step.last_year - step.baseline_year)
        END AS times
    FROM step
    LEFT JOIN target_course AS last
        ON last.target_id = step.target_id
        AND last.geo_level = step.geo_level
        AND last.geo_code = step.geo_code
        AND last.geo_version = step.geo_version
        AND last.year = step.last_year
),

projected AS (
    SELECT
        *,
        baseline_value + (last_value - baseline_value) * times AS projected_value,
        -- The limits of a weighted sum of two values come from their own limits (Zou and Donner 2008).
        baseline_value + (last_value - baseline_value) * times
            - SQRT(
                POWER(times * (last_value - last_lower_95), 2) + POWER((times - 1) * (baseline_upper_95 - baseline_value), 2)
            ) AS projected_lower,
        baseline_value + (last_value - baseline_value) * times
            + SQRT(
                POWER(times * (last_upper_95 - last_value), 2) + POWER((times - 1) * (baseline_value - baseline_lower_95), 2)
            ) AS projected_upper
    FROM ahead
)

-- GREATEST and LEAST pass over NULL: a limit that there is not is none, a projection that there is not stays so.
SELECT
    projected.target_id,
    projected.geo_level,
    projected.geo_code,
    projected.geo_version,
    CAST(projected.year AS INTEGER) AS year,
    projected.indicator_id,
    projected.geo_name,
    projected.unit,
    observed.value,
    CASE
        WHEN projected.year = projected.evaluation_year THEN projected.aim
        ELSE projected.baseline_value
            + (projected.aim - projected.baseline_value) * (projected.year - projected.baseline_year)
            / (projected.evaluation_year - projected.baseline_year)
    END AS expected_value,
    CASE
        WHEN projected.projected_value IS NOT NULL
            THEN LEAST(GREATEST(projected.projected_value, projected.lowest_value), projected.highest_value)
    END AS projected_value,
    CASE
        WHEN projected.year <= projected.last_year THEN observed.lower_95
        WHEN projected.projected_lower IS NOT NULL
            THEN LEAST(GREATEST(projected.projected_lower, projected.lowest_value), projected.highest_value)
    END AS lower_95,
    CASE
        WHEN projected.year <= projected.last_year THEN observed.upper_95
        WHEN projected.projected_upper IS NOT NULL
            THEN LEAST(GREATEST(projected.projected_upper, projected.lowest_value), projected.highest_value)
    END AS upper_95,
    evaluation.evaluation_date,
    projected.target_scope,
    projected.is_own_target AS is_own_target
FROM projected
INNER JOIN target_evaluation AS evaluation
    ON evaluation.target_id = projected.target_id
LEFT JOIN observed
    ON observed.target_id = projected.target_id
    AND observed.geo_level = projected.geo_level
    AND observed.geo_code = projected.geo_code
    AND observed.geo_version = projected.geo_version
    AND observed.year = projected.year
