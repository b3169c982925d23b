-- One row is the country's longest time that a region-run clinic has run on the reference date, in days, and the days of a year.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    MAX(clinic.days) AS numerator,
    365.25 AS denominator
FROM clinic
CROSS JOIN national
WHERE clinic.year = $year AND clinic.form = 'REGIONSKLINIK'
GROUP BY national.geo_code, national.geo_version
