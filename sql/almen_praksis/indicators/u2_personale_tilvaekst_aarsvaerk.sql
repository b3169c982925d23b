-- One row is a place's full-time equivalents of staff less those of the baseline, both weighted up to all practices.
-- Practices of the year without a known answer or capacities are missing.
SELECT
    year,
    reference_date,
    place_code AS geo_code,
    SUM(full_time_equivalents - baseline_full_time_equivalents) AS numerator,
    CAST(0 AS BIGINT) AS missing
FROM staff_growth
GROUP BY year, reference_date, place_code
UNION ALL
SELECT
    year,
    reference_date,
    place_code,
    CAST(0 AS DECIMAL(28, 6)),
    without_answer_or_capacities
FROM staff_missing
WHERE year IN (SELECT year FROM staff_growth)
