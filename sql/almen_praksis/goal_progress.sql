-- One row is how far a geography is towards a target in a year, by one method.
-- linear: the mean annual change since the baseline over the one that the target takes, in units a year.
-- cagr: the compound annual growth since the baseline over the one that the target takes, in percent a year (Open SDG).
-- five_year: the mean of the last five annual changes over the change a year that is left to make, in units a year.
WITH started AS (
    -- A start or a target of zero has no growth rate: 0.001 stands for it.
    SELECT
        *,
        CASE WHEN baseline_value = 0 THEN 0.001 ELSE baseline_value END AS start_value,
        CASE WHEN target_value = 0 THEN 0.001 ELSE target_value END AS end_value
    FROM target_course
),

course AS (
    -- How many times the start; below zero there is a change of sign, which has no growth rate either.
    SELECT
        *,
        end_value / start_value AS target_growth,
        value / start_value AS observed_growth
    FROM started
),

paced AS (
    SELECT
        *,
        'linear' AS method,
        (target_value - baseline_value) / (evaluation_year - baseline_year) AS required_pace,
        CASE WHEN year > baseline_year THEN (value - baseline_value) / (year - baseline_year) END AS observed_pace
    FROM course
    UNION ALL
    SELECT
        *,
        'cagr',
        CASE
            WHEN target_growth > 0 THEN 100 * (POWER(target_growth, 1.0 / (evaluation_year - baseline_year)) - 1)
        END,
        CASE
            WHEN year > baseline_year AND observed_growth > 0
                THEN 100 * (POWER(observed_growth, 1.0 / (year - baseline_year)) - 1)
        END
    FROM course
    UNION ALL
    SELECT
        *,
        'five_year',
        CASE WHEN evaluation_year > year THEN (target_value - value) / (evaluation_year - year) END,
        CASE WHEN changes >= 4 THEN mean_change END
    FROM course
),

judged AS (
    SELECT
        *,
        CASE
            WHEN method = 'cagr' THEN value * POWER(1 + observed_pace / 100, evaluation_year - year)
            ELSE value + observed_pace * (evaluation_year - year)
        END AS projected_value,
        -- Falling from a negative start is a growth of the number's size.
        CASE
            WHEN method = 'cagr' AND baseline_value < 0 THEN -sign * observed_pace / ABS(NULLIF(required_pace, 0))
            WHEN method = 'cagr' THEN sign * observed_pace / ABS(NULLIF(required_pace, 0))
            ELSE observed_pace / NULLIF(required_pace, 0)
        END AS ratio
    FROM paced
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
    CAST(judged.baseline_year AS INTEGER) AS baseline_year,
    judged.baseline_value,
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
        WHEN judged.observed_pace IS NULL OR judged.required_pace IS NULL OR judged.required_pace = 0 THEN 'not_assessable'
        -- It started beyond the target and has fallen back past it.
        WHEN judged.method = 'linear' AND judged.sign * judged.required_pace <= 0 THEN 'deteriorating'
        ELSE COALESCE(band.status, 'not_assessable')
    END AS status
FROM judged
LEFT JOIN fremdrift AS band
    ON band.metode = judged.method
    AND judged.ratio >= band.nedre
    AND judged.ratio < band.oevre
