-- One row is a place's full-time equivalents of staff less those of the year before.
SELECT
    year,
    reference_date,
    place_code AS geo_code,
    SUM(full_time_equivalents - full_time_equivalents_year_before) AS numerator
FROM staff_growth
WHERE full_time_equivalents_year_before IS NOT NULL
GROUP BY year, reference_date, place_code
