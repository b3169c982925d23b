-- One row is a place's persons employed as staff, and its doctor capacities.
WITH part AS (
    SELECT place_code, persons, 0 AS capacities
    FROM staff
    WHERE year = $year AND counts_as_staff
    UNION ALL
    SELECT place_code, 0, COALESCE(capacities, 0)
    FROM active_practice
    WHERE year = $year
)

SELECT place_code AS geo_code, SUM(persons) AS numerator, SUM(capacities) AS denominator
FROM part
GROUP BY place_code
