-- One row is a place's practices with known capacities, and those of them with more than one.
SELECT
    place_code AS geo_code,
    COUNT(*) FILTER (WHERE NOT is_solo) AS numerator,
    COUNT(is_solo) AS denominator,
    COUNT(*) - COUNT(is_solo) AS missing
FROM active_practice
WHERE year = $year
GROUP BY place_code
