-- One row is the country's longest time that a shared practice in an area short of doctors has run on the reference
-- date, in months, and the months of a year.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    MAX(clinic.months) AS numerator,
    12 AS denominator
FROM clinic
INNER JOIN national
    ON national.year = clinic.year
INNER JOIN underserved_place AS area
    ON area.year = clinic.year
    AND area.place_code = clinic.place_code
WHERE clinic.year = $year AND clinic.form = 'DELEPRAKSIS'
GROUP BY national.geo_code, national.geo_version
