-- One row is how far a geography is towards a target in a year, and the one verdict on it.
-- A target with a number is judged by the straight line from its baseline: where it stands, and before the day it is
-- judged on the mean annual change so far over the one that the target takes. The other methods stand in
-- progress_method.
-- A goal without a number has no verdict: nobody has said how much is enough. Its status says which way it has gone.
WITH changed AS (
    -- The limits of a change come from the limits of its two values (Newcombe 1998, method 10; Zou and Donner 2008), as
    -- though those were independent. The same practices are counted both times, so the true limits are rather nearer.
    SELECT
        *,
        value - baseline_value AS change,
        value - baseline_value - SQRT(POWER(value - lower_95, 2) + POWER(baseline_upper_95 - baseline_value, 2)) AS change_lower_95,
        value - baseline_value + SQRT(POWER(upper_95 - value, 2) + POWER(baseline_value - baseline_lower_95, 2)) AS change_upper_95
    FROM target_course
    WHERE incomparable_because IS NULL
),

seen AS (
    SELECT
        changed.*,
        CASE
            -- Where no number says how far is far, a change has to be more than what the series does every year, too: a
            -- mean of answers comes and goes with who is asked, which the limits of a single year do not know.
            WHEN changed.target_value IS NULL AND changed.swings < 4 THEN NULL
            WHEN changed.target_value IS NULL AND ABS(changed.change) < CAST(swing.vaerdi AS DOUBLE) * changed.mean_swing
                THEN false
            WHEN changed.change_lower_95 IS NOT NULL THEN changed.change_lower_95 > 0 OR changed.change_upper_95 < 0
            -- A count has changed when it has changed.
            ELSE true
        END AS is_clear
    FROM changed
    INNER JOIN taerskel AS swing
        ON swing.taerskel = 'aendring_mindst_udsving'
),

directed AS (
    SELECT
        course.*,
        seen.change,
        seen.change_lower_95,
        seen.change_upper_95,
        seen.is_clear,
        CASE
            WHEN seen.is_clear IS NULL THEN 'not_assessable'
            WHEN NOT seen.is_clear OR seen.change = 0 THEN 'no_clear_change'
            WHEN course.sign * seen.change > 0 THEN 'improving'
            ELSE 'worsening'
        END AS observed_change
    FROM target_course AS course
    LEFT JOIN seen
        ON seen.target_id = course.target_id
        AND seen.geo_level = course.geo_level
        AND seen.geo_code = course.geo_code
        AND seen.geo_version = course.geo_version
        AND seen.year = course.year
),

judged AS (
    SELECT
        directed.*,
        linear.method,
        linear.required_pace,
        linear.observed_pace,
        linear.projected_value,
        CASE
            WHEN directed.target_value IS NULL THEN directed.observed_change
            WHEN directed.sign * directed.value >= directed.sign * directed.target_value THEN 'achieved'
            -- The day is over: what was not reached by then is missed, whatever the pace.
            WHEN directed.year >= directed.evaluation_year THEN 'missed'
            WHEN directed.incomparable_because IS NOT NULL THEN 'not_assessable'
            WHEN NOT directed.is_clear THEN 'no_clear_change'
            ELSE linear.method_status
        END AS status
    FROM directed
    INNER JOIN progress_method AS linear
        ON linear.target_id = directed.target_id
        AND linear.geo_level = directed.geo_level
        AND linear.geo_code = directed.geo_code
        AND linear.geo_version = directed.geo_version
        AND linear.year = directed.year
        AND linear.method = 'linear'
)

SELECT
    judged.target_id,
    judged.geo_level,
    judged.geo_code,
    judged.geo_version,
    CAST(judged.year AS INTEGER) AS year,
    judged.indicator_id,
    judged.geo_name,
    judged.value,
    judged.unit,
    CAST(judged.baseline_year AS INTEGER) AS baseline_year,
    judged.baseline_value,
    CAST(judged.target_year AS INTEGER) AS target_year,
    CAST(judged.evaluation_year AS INTEGER) AS evaluation_year,
    evaluation.evaluation_date,
    judged.target_value,
    judged.target_scope,
    judged.is_own_target AS is_own_target,
    judged.sign * (judged.target_value - judged.value) AS gap,
    judged.change,
    judged.change_lower_95,
    judged.change_upper_95,
    judged.observed_change,
    judged.method,
    judged.required_pace,
    judged.observed_pace,
    judged.projected_value,
    judged.status,
    judged.target_value IS NOT NULL AND judged.status <> 'not_assessable' AS is_verdict,
    CASE WHEN judged.status = 'not_assessable' THEN COALESCE(judged.incomparable_because, 'too_few_years') END AS reason,
    waiting.awaited_year
FROM judged
INNER JOIN target_evaluation AS evaluation
    ON evaluation.target_id = judged.target_id
LEFT JOIN awaited_year AS waiting
    ON waiting.indicator_id = judged.indicator_id
