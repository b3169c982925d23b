-- One row is a geography's compound annual growth of an indicator since its start, in percent a year, beside the growth
-- that the target takes, and their ratio; without a target the ratio is the growth in the wished direction. Open SDG's
-- progress measure.
WITH fit AS (
    -- Open SDG puts 0.001 where the start or the target is zero; here there is no rate then, since any small number
    -- would do and each gives another rate. An indicator that is itself a change, or a score on a scale without a zero,
    -- grows by no percentage at all: its entry in the dictionary says so.
    SELECT
        *,
        CASE
            WHEN scale = 'change' THEN 'is_a_change'
            WHEN scale = 'score' THEN 'is_a_score'
            WHEN start_value = 0 THEN 'start_is_zero'
            WHEN target_value = 0 THEN 'target_is_zero'
            WHEN value / start_value < 0 OR target_value / start_value < 0 THEN 'change_of_sign'
        END AS unfit_because
    FROM target_course
),

times AS (
    -- How many times the start.
    SELECT
        *,
        CASE WHEN unfit_because IS NULL THEN value / start_value END AS observed_times,
        CASE WHEN unfit_because IS NULL THEN target_value / start_value END AS target_times
    FROM fit
),

rate AS (
    SELECT
        *,
        CASE
            WHEN evaluation_year > start_year
                THEN 100 * (POWER(target_times, CAST(1 AS DOUBLE) / (evaluation_year - start_year)) - 1)
        END AS required_pace,
        CASE
            WHEN year > start_year AND NOT has_break_since_start
                THEN 100 * (POWER(observed_times, CAST(1 AS DOUBLE) / (year - start_year)) - 1)
        END AS observed_pace,
        -- Falling from a negative start is a growth of the number's size.
        CASE WHEN start_value < 0 THEN -sign ELSE sign END AS way
    FROM times
),

room AS (
    -- The nearer the start is to the indicator's natural limit, the less growth is asked for: from 1 far away to 0 at
    -- the limit.
    SELECT
        *,
        CASE
            WHEN natural_limit IS NULL OR ABS(start_value) >= 2 * ABS(natural_limit) THEN 1
            ELSE 1 - POWER(1 - ABS(1 - ABS(start_value) / ABS(natural_limit)), 4.44)
        END AS share_of_growth
    FROM rate
)

SELECT
    target_id,
    geo_level,
    geo_code,
    geo_version,
    year,
    start_year,
    start_value,
    required_pace,
    observed_pace,
    CASE
        WHEN observed_pace IS NULL THEN NULL
        WHEN target_value IS NOT NULL THEN way * observed_pace / ABS(NULLIF(required_pace, 0))
        WHEN way * observed_pace < 0 THEN way * observed_pace
        -- Who starts at the limit can't get further: any ratio beyond the best band.
        WHEN share_of_growth = 0 THEN 100
        ELSE way * observed_pace / share_of_growth
    END AS ratio,
    unfit_because,
    CASE
        WHEN year = start_year THEN 'too_few_years'
        WHEN has_break_since_start THEN 'break_in_series'
    END AS incomparable_because
FROM room
