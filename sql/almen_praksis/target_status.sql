-- One row is where a target stands in the country or a region, in the latest year in which it can be judged.
-- A target with a course has goal_progress's verdict of that year.
-- The others are judged by the value alone, in the days when the rule held: a limit and a budget are kept or not, a
-- deadline is achieved, missed or still open.
-- A target of which every year is awaited stands in the last of them, and nobody can tell how.
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
        awaited.indicator_id IS NOT NULL AS is_awaited,
        MAX(CASE WHEN awaited.indicator_id IS NULL THEN series.year END) OVER (PARTITION BY target.target_id) AS last_known_year,
        MAX(series.year) OVER (PARTITION BY target.target_id) AS last_year,
        ROW_NUMBER() OVER (
            PARTITION BY target.target_id, series.geo_level, series.geo_code, series.year
            ORDER BY CASE WHEN version_of_the_day.geo_version IS NULL THEN 1 ELSE 0 END, series.geo_version
        ) AS choice
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
    LEFT JOIN geo_version AS version_of_the_day
        ON version_of_the_day.geo_version = series.geo_version
        AND version_of_the_day.gyldig_fra <= series.reference_date
        AND (version_of_the_day.gyldig_til IS NULL OR version_of_the_day.gyldig_til > series.reference_date)
    LEFT JOIN awaited_value AS awaited
        ON awaited.indicator_id = series.indicator_id
        AND awaited.year = series.year
        AND awaited.geo_level = series.geo_level
        AND awaited.geo_code = series.geo_code
        AND awaited.geo_version = series.geo_version
    WHERE series.breakdown_dim = 'all'
        -- A limit and a deadline of which nobody can tell stand as such, and not where they stood when somebody could. What is
        -- awaited does stand where it stood, and awaited_year says so.
        AND (
            series.value IS NOT NULL
            OR target.target_kind IN ('limit', 'deadline') AND series.obs_status IN ('M', 'O') AND series.geo_level = 'country'
            OR awaited.indicator_id IS NOT NULL AND (target.geo_code IS NOT NULL OR series.geo_level = 'country')
        )
        -- Regions stand in both geographies, and are held against the country's targets in that of the day. A regional
        -- target names its region, which may be no more. There is one country.
        AND CASE series.geo_level
            WHEN 'country' THEN true
            WHEN 'region' THEN version_of_the_day.geo_version IS NOT NULL OR target.geo_code IS NOT NULL
            ELSE false
        END
),

judged AS (
    SELECT
        observed.*,
        progress.method,
        CASE
            WHEN observed.is_awaited THEN 'not_assessable'
            WHEN progress.status IS NOT NULL THEN progress.status
            WHEN observed.target_value IS NULL THEN 'not_assessable'
            WHEN observed.value IS NULL
                THEN CASE WHEN observed.evaluation_year > observed.year THEN 'open' ELSE 'not_assessable' END
            -- Whole posts seldom come out as exact shares.
            WHEN observed.target_kind = 'key'
                THEN CASE WHEN ABS(observed.value - observed.target_value) <= near.vaerdi THEN 'kept' ELSE 'not_kept' END
            WHEN observed.op = '>=' AND observed.value >= observed.target_value
                OR observed.op = '<=' AND observed.value <= observed.target_value
                OR observed.op = '=' AND observed.value = observed.target_value
                THEN CASE WHEN observed.target_kind IN ('limit', 'budget') THEN 'kept' ELSE 'achieved' END
            WHEN observed.target_kind IN ('limit', 'budget') THEN 'not_kept'
            WHEN observed.evaluation_year <= observed.year AND observed.possible_value >= observed.target_value
                THEN 'not_assessable'
            WHEN observed.evaluation_year <= observed.year THEN 'missed'
            ELSE 'open'
        END AS status
    FROM observed
    INNER JOIN taerskel AS near
        ON near.taerskel = 'noegle_afvigelse_hoejst_point'
    LEFT JOIN goal_progress AS progress
        ON progress.target_id = observed.target_id
        AND progress.geo_level = observed.geo_level
        AND progress.geo_code = observed.place
        AND progress.geo_version = observed.geo_version
        AND progress.year = observed.year
    WHERE observed.year = COALESCE(observed.last_known_year, observed.last_year)
        AND observed.is_awaited = (observed.last_known_year IS NULL)
        AND observed.choice = 1
)

SELECT
    judged.target_id,
    judged.geo_level,
    judged.place AS geo_code,
    judged.geo_version,
    judged.indicator_id,
    judged.geo_name,
    judged.target_kind,
    judged.year,
    judged.value,
    judged.unit,
    judged.op,
    CAST(judged.target_value AS DOUBLE) AS target_value,
    CAST(judged.evaluation_year AS INTEGER) AS evaluation_year,
    evaluation.evaluation_date,
    judged.target_scope,
    -- A region beside a number that is set for the country is compared with it and not bound by it.
    judged.geo_code IS NOT NULL OR judged.geo_level = 'country' AS is_own_target,
    judged.method,
    judged.status,
    judged.target_value IS NOT NULL AND judged.status NOT IN ('open', 'not_assessable') AS is_verdict,
    CASE WHEN judged.is_awaited OR waiting.awaited_year > judged.year THEN waiting.awaited_year END AS awaited_year
FROM judged
INNER JOIN target_evaluation AS evaluation
    ON evaluation.target_id = judged.target_id
LEFT JOIN awaited_year AS waiting
    ON waiting.indicator_id = judged.indicator_id
