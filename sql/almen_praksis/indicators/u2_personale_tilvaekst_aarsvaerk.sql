-- One row is a place's full-time equivalents of staff less those of the baseline.
SELECT
    year,
    reference_date,
    place_code AS geo_code,
    SUM(full_time_equivalents - baseline_full_time_equivalents) AS numerator
FROM staff_growth
GROUP BY year, reference_date, place_code
