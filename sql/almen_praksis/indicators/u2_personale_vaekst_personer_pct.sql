-- One row is a place's growth in persons employed since the baseline, beside the baseline. Practices of the year
-- without a known answer or capacities are missing.
SELECT
    year,
    reference_date,
    place_code AS geo_code,
    SUM(persons - baseline_persons) AS numerator,
    SUM(baseline_persons) AS denominator,
    CAST(0 AS BIGINT) AS missing
FROM staff_growth
GROUP BY year, reference_date, place_code
UNION ALL
SELECT
    year,
    reference_date,
    place_code,
    CAST(0 AS DECIMAL(28, 6)),
    CAST(0 AS DECIMAL(28, 6)),
    without_answer_or_capacities
FROM staff_missing
WHERE year IN (SELECT year FROM staff_growth)
