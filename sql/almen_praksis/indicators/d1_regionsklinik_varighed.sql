-- One row is the country's longest time that a region-run clinic has run on the reference date, in months, and the
-- months of a year.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    MAX(clinic.months) AS numerator,
    12 AS denominator
FROM clinic
INNER JOIN national
    ON national.year = clinic.year
WHERE clinic.year = $year AND clinic.form = 'REGIONSKLINIK'
GROUP BY national.geo_code, national.geo_version
