-- One row is the country's bachelor places in medicine in Aalborg less those of the year that the target counts from.
WITH places AS (
    SELECT year, SUM(places) AS places
    FROM study_places
    WHERE level = 'BA' AND campus = 'Aalborg'
    GROUP BY year
),

baseline AS (
    SELECT places.year, places.places
    FROM places
    INNER JOIN (
        SELECT MIN(baseline_year) AS year FROM target_definition WHERE indicator_id = $model
    ) AS first
        ON first.year = places.year
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
INNER JOIN baseline
    ON baseline.year <= places.year
