-- One row is a place's growth in social and health assistants' full-time equivalents in the answers since the baseline,
-- beside the baseline. Practices of the year without a known answer are missing.
SELECT
    year,
    reference_date,
    place_code AS geo_code,
    SUM(full_time_equivalents - baseline_full_time_equivalents) AS numerator,
    SUM(baseline_full_time_equivalents) AS denominator,
    CAST(0 AS BIGINT) AS missing
FROM answer_growth
WHERE profession = 'sosu_assistent'
GROUP BY year, reference_date, place_code
UNION ALL
SELECT
    year,
    reference_date,
    place_code,
    CAST(0 AS DECIMAL(28, 2)),
    CAST(0 AS DECIMAL(28, 2)),
    without_answer
FROM staff_missing
WHERE year IN (SELECT year FROM answer_growth)
