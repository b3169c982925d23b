-- One row is the country's bachelor places in medicine in Aalborg, Køge and Esbjerg less those of 2024.
WITH places AS (
    SELECT year, SUM(places) AS places
    FROM study_places
    WHERE level = 'BA' AND campus IN ('Aalborg', 'Køge', 'Esbjerg')
    GROUP BY year
)

SELECT
    national.year,
    national.reference_date,
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    places.places - baseline.places AS numerator
FROM places
INNER JOIN national
    ON national.year = places.year
INNER JOIN places AS baseline
    ON baseline.year = 2024
WHERE national.year >= 2024
