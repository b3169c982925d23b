-- One row is the country's growth in full-time equivalents of staff since the baseline, beside the baseline, from all
-- answers, those that named nobody too: the staff in them times the practices there are over the answers there are.
-- For the country alone: of an answer that named nobody neither practice nor place is known.
WITH answered AS (
    SELECT year, SUM(full_time_equivalents) AS full_time_equivalents
    FROM staff
    WHERE counts_as_staff
    GROUP BY year
),

estimate AS (
    SELECT
        survey.year,
        survey.practices - survey.answers AS missing,
        CAST(
            CAST(answered.full_time_equivalents AS DECIMAL(12, 2)) * CAST(survey.practices AS DECIMAL(10, 0))
            / CAST(survey.answers AS DECIMAL(10, 0))
            AS DECIMAL(18, 4)
        ) AS full_time_equivalents
    FROM staff_survey AS survey
    INNER JOIN answered
        ON answered.year = survey.year
)

SELECT
    national.year,
    national.reference_date,
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    today.full_time_equivalents - baseline.full_time_equivalents AS numerator,
    baseline.full_time_equivalents AS denominator,
    today.missing
FROM national
INNER JOIN estimate AS today
    ON today.year = national.year
INNER JOIN staff_baseline AS first
    ON first.year <= national.year
INNER JOIN estimate AS baseline
    ON baseline.year = first.year
