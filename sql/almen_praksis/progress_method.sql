-- One row is a geography's pace towards a target in a year by one method, and how that method alone reads it.
-- linear: the mean annual change since the baseline over the one that the target takes, in units a year.
-- cagr: the compound annual growth since the baseline over the one that the target takes, in percent a year (Open SDG).
-- five_year: the mean of the last five annual changes over the change a year that is left to make, in units a year.
-- The verdict is in goal_progress, and is one: these are beside it.
WITH paced AS (
    SELECT
        *,
        'linear' AS method,
        'linear' AS bands,
        (target_value - baseline_value) / (evaluation_year - baseline_year) AS required_pace,
        CASE
            WHEN incomparable_because IS NULL THEN (value - baseline_value) / (year - baseline_year)
        END AS observed_pace,
        incomparable_because AS unpaced_because
    FROM target_course
    UNION ALL
    SELECT
        *,
        'five_year',
        'five_year',
        CASE WHEN evaluation_year > year THEN (target_value - value) / (evaluation_year - year) END,
        CASE WHEN changes >= 4 THEN mean_change END,
        CASE WHEN changes < 4 THEN 'too_few_years' WHEN evaluation_year <= year THEN 'no_years_left' END
    FROM target_course
),

reading AS (
    SELECT
        *,
        CAST(NULL AS VARCHAR) AS unfit_because,
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
        growth.incomparable_because,
        growth.unfit_because,
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
    reading.target_id,
    reading.geo_level,
    reading.geo_code,
    reading.geo_version,
    CAST(reading.year AS INTEGER) AS year,
    reading.method,
    reading.indicator_id,
    reading.geo_name,
    reading.value,
    reading.unit,
    CAST(CASE WHEN reading.method = 'cagr' THEN reading.start_year ELSE reading.baseline_year END AS INTEGER) AS baseline_year,
    CASE WHEN reading.method = 'cagr' THEN reading.start_value ELSE reading.baseline_value END AS baseline_value,
    reading.target_value,
    CAST(reading.evaluation_year AS INTEGER) AS evaluation_year,
    reading.required_pace,
    reading.observed_pace,
    -- GREATEST and LEAST take the type of the first and pass over NULL.
    CASE
        WHEN reading.projected_value IS NOT NULL
            THEN LEAST(GREATEST(reading.projected_value, reading.lowest_value), reading.highest_value)
    END AS projected_value,
    CASE
        WHEN reading.unfit_because IS NOT NULL THEN 'not_applicable'
        WHEN reading.sign * reading.value >= reading.sign * reading.target_value THEN 'achieved'
        -- It started on the target or beyond, and has fallen back past it.
        WHEN reading.method = 'linear' AND reading.sign * reading.required_pace <= 0 AND reading.observed_pace IS NOT NULL
            THEN 'deteriorating'
        WHEN reading.ratio IS NULL THEN 'not_assessable'
        ELSE COALESCE(band.status, 'not_assessable')
    END AS method_status,
    CASE
        WHEN reading.unfit_because IS NOT NULL THEN reading.unfit_because
        WHEN reading.sign * reading.value >= reading.sign * reading.target_value THEN NULL
        WHEN reading.unpaced_because IS NOT NULL THEN reading.unpaced_because
        WHEN reading.ratio IS NOT NULL THEN NULL
        WHEN reading.target_value IS NULL THEN 'no_target_value'
        WHEN reading.method <> 'linear' THEN 'nothing_required'
    END AS reason,
    -- Open SDG's score; other methods have none.
    CASE
        WHEN reading.method <> 'cagr' OR reading.unfit_because IS NOT NULL THEN NULL
        WHEN reading.sign * reading.value >= reading.sign * reading.target_value THEN CAST(5 AS DOUBLE)
        WHEN reading.ratio IS NOT NULL
            THEN GREATEST(
                CAST(-5 AS DOUBLE),
                LEAST(CAST(5 AS DOUBLE), CAST(band.haeldning AS DOUBLE) * reading.ratio + CAST(band.afskaering AS DOUBLE))
            )
    END AS score
FROM reading
LEFT JOIN fremdrift AS band
    ON band.metode = reading.bands
    AND reading.ratio >= CAST(band.nedre AS DOUBLE)
    AND reading.ratio < CAST(band.oevre AS DOUBLE)
