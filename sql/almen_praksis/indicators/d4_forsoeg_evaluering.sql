-- One row is the country's longest time from a trial's start to its evaluation, or to the reference date while there is none,
-- in days, and the days of a year.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    MAX(CAST(LEAST(COALESCE(clinic.evaluated, $reference_date), $reference_date) - clinic.started AS BIGINT)) AS numerator,
    365.25 AS denominator
FROM clinic
CROSS JOIN national
WHERE clinic.year = $year AND clinic.form = 'FORSOEG_233'
GROUP BY national.geo_code, national.geo_version
