-- One row is a geography's compound annual growth of an indicator since its start, in percent a year, beside the growth
-- that the target takes, and their ratio; without a target the ratio is the growth in the wished direction. Open SDG's
-- progress measure.
WITH base AS (
    -- A start or a target of zero has no growth rate: 0.001 stands for it.
    SELECT
        *,
        CASE WHEN start_value = 0 THEN 0.001 ELSE start_value END AS start_size,
        CASE WHEN target_value = 0 THEN 0.001 ELSE target_value END AS target_size
    FROM target_course
),

times AS (
    -- How many times the start; below zero there is a change of sign, which has no growth rate.
    SELECT *, value / start_size AS observed_times, target_size / start_size AS target_times
    FROM base
),

rate AS (
    SELECT
        *,
        CASE
            WHEN evaluation_year > start_year AND target_times > 0
                THEN 100 * (POWER(target_times, CAST(1 AS DOUBLE) / (evaluation_year - start_year)) - 1)
        END AS required_pace,
        CASE
            WHEN year > start_year AND observed_times >= 0
                THEN 100 * (POWER(observed_times, CAST(1 AS DOUBLE) / (year - start_year)) - 1)
        END AS observed_pace,
        -- Falling from a negative start is a growth of the number's size.
        CASE WHEN start_size < 0 THEN -sign ELSE sign END AS way
    FROM times
),

room AS (
    -- The nearer the start is to the indicator's natural limit, the less growth is asked for: from 1 far away to 0 at
    -- the limit.
    SELECT
        *,
        CASE
            WHEN natural_limit IS NULL OR ABS(start_size) >= 2 * ABS(natural_limit) THEN 1
            ELSE 1 - POWER(1 - ABS(1 - ABS(start_size) / ABS(natural_limit)), 4.44)
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
    END AS ratio
FROM room
