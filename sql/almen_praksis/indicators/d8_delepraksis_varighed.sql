-- One row is the country's longest time that a shared practice in an area short of doctors has run on the reference
-- date, in months, and the months of a year; without a time where none runs.
WITH running AS (
    SELECT clinic.year, clinic.months
    FROM clinic
    INNER JOIN underserved_place AS area
        ON area.year = clinic.year
        AND area.place_code = clinic.place_code
    WHERE clinic.year = $year AND clinic.form = 'DELEPRAKSIS'
)

SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    MAX(running.months) AS numerator,
    12 AS denominator
FROM national
CROSS JOIN (SELECT COUNT(*) AS lines FROM alternativ_drift) AS extract
LEFT JOIN running
    ON running.year = national.year
WHERE national.year = $year AND extract.lines > 0
GROUP BY national.geo_code, national.geo_version
