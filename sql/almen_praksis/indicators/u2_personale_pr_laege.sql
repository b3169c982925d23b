-- One row is a place's full-time equivalents of staff, and its doctor capacities.
WITH part AS (
    SELECT place_code, full_time_equivalents, 0 AS capacities
    FROM staff
    WHERE year = $year AND counts_as_staff
    UNION ALL
    SELECT place_code, 0, COALESCE(capacities, 0)
    FROM active_practice
    WHERE year = $year
)

SELECT place_code AS geo_code, SUM(full_time_equivalents) AS numerator, SUM(capacities) AS denominator
FROM part
GROUP BY place_code
