-- One row is how far a geography is towards a target in a year, by one method.
-- linear: the mean annual change since the baseline over the one that the target takes, in units a year.
-- cagr: the compound annual growth since the baseline over the one that the target takes, in percent a year (Open SDG).
-- five_year: the mean of the last five annual changes over the change a year that is left to make, in units a year.
WITH paced AS (
    SELECT
        *,
        'linear' AS method,
        'linear' AS scale,
        (target_value - baseline_value) / (evaluation_year - baseline_year) AS required_pace,
        CASE WHEN year > baseline_year THEN (value - baseline_value) / (year - baseline_year) END AS observed_pace
    FROM target_course
    WHERE target_value IS NOT NULL
    UNION ALL
    SELECT
        *,
        'five_year',
        'five_year',
        CASE WHEN evaluation_year > year THEN (target_value - value) / (evaluation_year - year) END,
        CASE WHEN changes >= 4 THEN mean_change END
    FROM target_course
    WHERE target_value IS NOT NULL
),

judged AS (
    SELECT
        *,
        value + observed_pace * (evaluation_year - year) AS projected_value,
        observed_pace / NULLIF(required_pace, 0) AS ratio
    FROM paced
    UNION ALL
    SELECT
        course.*,
        'cagr',
        CASE WHEN course.target_value IS NULL THEN 'cagr_uden_maal' ELSE 'cagr' END,
        growth.required_pace,
        growth.observed_pace,
        course.value * POWER(1 + growth.observed_pace / 100, course.evaluation_year - course.year),
        growth.ratio
    FROM target_course AS course
    INNER JOIN growth
        ON growth.target_id = course.target_id
        AND growth.geo_level = course.geo_level
        AND growth.geo_code = course.geo_code
        AND growth.geo_version = course.geo_version
        AND growth.year = course.year
)

SELECT
    judged.target_id,
    judged.geo_level,
    judged.geo_code,
    judged.geo_version,
    CAST(judged.year AS INTEGER) AS year,
    judged.method,
    judged.indicator_id,
    judged.geo_name,
    judged.value,
    judged.unit,
    CAST(CASE WHEN judged.method = 'cagr' THEN judged.start_year ELSE judged.baseline_year END AS INTEGER) AS baseline_year,
    CASE WHEN judged.method = 'cagr' THEN judged.start_value ELSE judged.baseline_value END AS baseline_value,
    CAST(judged.target_year AS INTEGER) AS target_year,
    CAST(judged.evaluation_year AS INTEGER) AS evaluation_year,
    judged.target_value,
    judged.target_scope,
    judged.sign * (judged.target_value - judged.value) AS gap,
    judged.required_pace,
    judged.observed_pace,
    judged.projected_value,
    CASE
        WHEN judged.sign * judged.value >= judged.sign * judged.target_value THEN 'achieved'
        -- It started on the target or beyond, and has fallen back past it.
        WHEN judged.method = 'linear' AND judged.sign * judged.required_pace <= 0 AND judged.observed_pace IS NOT NULL
            THEN 'deteriorating'
        WHEN judged.ratio IS NULL THEN 'not_assessable'
        ELSE COALESCE(band.status, 'not_assessable')
    END AS status,
    -- Open SDG's score; other methods have none. GREATEST and LEAST take the type of the first and pass over NULL.
    CASE
        WHEN judged.method <> 'cagr' THEN NULL
        WHEN judged.sign * judged.value >= judged.sign * judged.target_value THEN CAST(5 AS DOUBLE)
        WHEN judged.ratio IS NOT NULL
            THEN GREATEST(
                CAST(-5 AS DOUBLE),
                LEAST(CAST(5 AS DOUBLE), CAST(band.haeldning AS DOUBLE) * judged.ratio + CAST(band.afskaering AS DOUBLE))
            )
    END AS score
FROM judged
LEFT JOIN fremdrift AS band
    ON band.metode = judged.scale
    AND judged.ratio >= CAST(band.nedre AS DOUBLE)
    AND judged.ratio < CAST(band.oevre AS DOUBLE)
