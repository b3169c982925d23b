-- One row is the country's students admitted to medicine in the largest cities; each city stands once more under its
-- name.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    SUM(places.admitted) AS numerator
FROM national
INNER JOIN study_places AS places
    ON places.year = national.year
WHERE national.year = $year AND places.level = 'BA' AND places.is_in_largest_city
GROUP BY national.geo_code, national.geo_version
UNION ALL
SELECT 'country', national.geo_code, national.geo_version, 'campus', places.campus, SUM(places.admitted)
FROM national
INNER JOIN study_places AS places
    ON places.year = national.year
WHERE national.year = $year AND places.level = 'BA' AND places.is_in_largest_city
GROUP BY national.geo_code, national.geo_version, places.campus
