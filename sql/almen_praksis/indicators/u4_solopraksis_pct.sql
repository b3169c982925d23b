-- One row is a place's practices with known capacities, and those of them with at most one.
SELECT
    place_code AS geo_code,
    COUNT(*) FILTER (WHERE is_solo) AS numerator,
    COUNT(is_solo) AS denominator,
    COUNT(*) - COUNT(is_solo) AS missing
FROM active_practice
WHERE year = $year
GROUP BY place_code
