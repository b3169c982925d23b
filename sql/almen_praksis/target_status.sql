-- One row is where a target stands in the country or a region, in the latest year in which it can be judged.
-- Targets with a course are judged by pace: linear, or by the last five years, or by growth where nothing else can be
-- told.
-- The others are judged by the value alone, in the days when the rule held: a limit and a budget are kept or not, a
-- deadline is achieved, missed or still open.
WITH observed AS (
    SELECT
        target.*,
        series.geo_level,
        series.geo_version,
        series.geo_code AS place,
        series.geo_name,
        series.year,
        series.value,
        -- What nobody tells of may count too, where no denominator leaves it out.
        CASE WHEN series.denominator IS NULL THEN series.value + series.missing ELSE series.value END AS possible_value,
        MAX(series.year) OVER (PARTITION BY target.target_id) AS last_year
    FROM target_definition AS target
    INNER JOIN indicator_value AS series
        ON series.indicator_id = target.indicator_id
        AND series.year <= COALESCE(target.evaluation_year, series.year)
        AND series.reference_date >= COALESCE(target.valid_from, series.reference_date)
        AND (target.valid_to IS NULL OR series.reference_date < target.valid_to)
        AND CASE
            WHEN target.geo_code IS NOT NULL THEN target.geo_code = series.geo_code
            ELSE series.denominator IS NOT NULL OR series.geo_level = 'country'
        END
    INNER JOIN geo_version AS version_of_the_day
        ON version_of_the_day.geo_version = series.geo_version
        AND version_of_the_day.gyldig_fra <= series.reference_date
        AND (version_of_the_day.gyldig_til IS NULL OR version_of_the_day.gyldig_til > series.reference_date)
    WHERE series.breakdown_dim = 'all' AND series.geo_level IN ('country', 'region') AND series.value IS NOT NULL
),

paced AS (
    SELECT
        target_id,
        geo_level,
        geo_code,
        geo_version,
        year,
        method,
        status,
        ROW_NUMBER() OVER (
            PARTITION BY target_id, geo_level, geo_code, geo_version, year
            ORDER BY CASE method WHEN 'linear' THEN 1 WHEN 'five_year' THEN 2 ELSE 3 END
        ) AS choice
    FROM goal_progress
    WHERE status <> 'not_assessable'
)

SELECT
    observed.target_id,
    observed.geo_level,
    observed.place AS geo_code,
    observed.geo_version,
    observed.indicator_id,
    observed.geo_name,
    observed.target_kind,
    observed.year,
    observed.value,
    observed.unit,
    observed.op,
    CAST(observed.target_value AS DOUBLE) AS target_value,
    CAST(observed.evaluation_year AS INTEGER) AS evaluation_year,
    paced.method,
    CASE
        -- The day is over: what was not reached by then is missed, whatever the pace.
        WHEN paced.status <> 'achieved' AND observed.target_value IS NOT NULL AND observed.evaluation_year <= observed.year
            THEN 'missed'
        WHEN paced.status IS NOT NULL THEN paced.status
        WHEN observed.target_value IS NULL THEN 'not_assessable'
        -- Whole posts seldom come out as exact shares.
        WHEN observed.target_kind = 'key'
            THEN CASE WHEN ABS(observed.value - observed.target_value) <= near.vaerdi THEN 'kept' ELSE 'not_kept' END
        WHEN observed.op = '>=' AND observed.value >= observed.target_value
            OR observed.op = '<=' AND observed.value <= observed.target_value
            OR observed.op = '=' AND observed.value = observed.target_value
            THEN CASE WHEN observed.target_kind IN ('limit', 'budget') THEN 'kept' ELSE 'achieved' END
        WHEN observed.target_kind IN ('limit', 'budget') THEN 'not_kept'
        WHEN observed.evaluation_year <= observed.year AND observed.possible_value >= observed.target_value THEN 'not_assessable'
        WHEN observed.evaluation_year <= observed.year THEN 'missed'
        ELSE 'open'
    END AS status
FROM observed
INNER JOIN taerskel AS near
    ON near.taerskel = 'noegle_afvigelse_hoejst_point'
LEFT JOIN paced
    ON paced.target_id = observed.target_id
    AND paced.geo_level = observed.geo_level
    AND paced.geo_code = observed.place
    AND paced.geo_version = observed.geo_version
    AND paced.year = observed.year
    AND paced.choice = 1
WHERE observed.year = observed.last_year
