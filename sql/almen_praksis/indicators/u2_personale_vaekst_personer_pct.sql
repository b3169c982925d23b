-- One row is a place's growth in persons employed since the baseline, beside the baseline.
SELECT
    year,
    reference_date,
    place_code AS geo_code,
    SUM(persons - baseline_persons) AS numerator,
    SUM(baseline_persons) AS denominator
FROM staff_growth
GROUP BY year, reference_date, place_code
