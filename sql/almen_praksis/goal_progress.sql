-- One row is how far a geography is towards a target in a year, by one method.
-- Linear: the mean annual change since the baseline over the change per year that the target takes.
WITH series AS (
    SELECT indicator_id, geo_level, geo_code, geo_version, geo_name, year, value
    FROM indicator_value
    WHERE breakdown_dim = 'all' AND geo_level <> 'municipality' AND value IS NOT NULL
),

paired AS (
    SELECT
        target.target_id,
        target.indicator_id,
        target.direction,
        target.target_scope,
        target.unit,
        observed.geo_level,
        observed.geo_code,
        observed.geo_version,
        observed.geo_name,
        observed.year,
        observed.value,
        baseline.value AS baseline_value,
        target.baseline_year,
        CAST(target.target_value AS DOUBLE) AS target_value,
        target.target_year,
        target.evaluation_year,
        CASE WHEN target.direction = 'down' THEN -1 ELSE 1 END AS sign
    FROM target_definition AS target
    INNER JOIN series AS observed
        ON observed.indicator_id = target.indicator_id
        AND observed.year BETWEEN target.baseline_year AND target.evaluation_year
    LEFT JOIN series AS baseline
        ON baseline.indicator_id = target.indicator_id
        AND baseline.geo_level = observed.geo_level
        AND baseline.geo_code = observed.geo_code
        AND baseline.geo_version = observed.geo_version
        AND baseline.year = target.baseline_year
),

paced AS (
    SELECT
        *,
        (target_value - baseline_value) / (evaluation_year - baseline_year) AS required_pace,
        CASE WHEN year > baseline_year THEN (value - baseline_value) / (year - baseline_year) END AS observed_pace
    FROM paired
)

SELECT
    paced.target_id,
    paced.geo_level,
    paced.geo_code,
    paced.geo_version,
    CAST(paced.year AS INTEGER) AS year,
    'linear' AS method,
    paced.indicator_id,
    paced.geo_name,
    paced.value,
    paced.unit,
    CAST(paced.baseline_year AS INTEGER) AS baseline_year,
    paced.baseline_value,
    CAST(paced.target_year AS INTEGER) AS target_year,
    CAST(paced.evaluation_year AS INTEGER) AS evaluation_year,
    paced.target_value,
    paced.target_scope,
    paced.sign * (paced.target_value - paced.value) AS gap,
    paced.required_pace,
    paced.observed_pace,
    paced.value + paced.observed_pace * (paced.evaluation_year - paced.year) AS projected_value,
    CASE
        WHEN paced.sign * paced.value >= paced.sign * paced.target_value THEN 'achieved'
        WHEN paced.observed_pace IS NULL THEN 'not_assessable'
        -- It started beyond the target and has fallen back past it.
        WHEN paced.sign * paced.required_pace <= 0 THEN 'deteriorating'
        ELSE band.status
    END AS status
FROM paced
LEFT JOIN fremdrift AS band
    ON band.metode = 'linear'
    AND paced.observed_pace / paced.required_pace >= band.nedre
    AND paced.observed_pace / paced.required_pace < band.oevre
