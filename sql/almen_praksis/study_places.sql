-- One row is a campus' places and admissions to a level of the medical education in the year, and whether it lies in
-- one of the largest cities.
SELECT
    $year AS year,
    places.campus,
    places.niveau AS level,
    city.kommunekode IS NOT NULL AS is_in_largest_city,
    SUM(places.pladser) AS places,
    SUM(places.optagne) AS admitted
FROM studiepladser AS places
INNER JOIN studiested AS campus
    ON campus.campus = places.campus
LEFT JOIN storby AS city
    ON city.kommunekode = campus.kommunekode
GROUP BY places.campus, places.niveau, city.kommunekode
