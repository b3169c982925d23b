-- One row is a place's growth in social and health assistants' full-time equivalents since the baseline, beside the
-- baseline.
SELECT
    year,
    reference_date,
    place_code AS geo_code,
    SUM(full_time_equivalents - baseline_full_time_equivalents) AS numerator,
    SUM(baseline_full_time_equivalents) AS denominator
FROM staff_growth
WHERE profession = 'sosu_assistent'
GROUP BY year, reference_date, place_code
