-- One row is a place's practices with a known intake status, and those of them open to new patients.
SELECT
    place_code AS geo_code,
    COUNT(*) FILTER (WHERE is_open) AS numerator,
    COUNT(is_open) AS denominator,
    COUNT(*) - COUNT(is_open) AS missing
FROM active_practice
WHERE year = $year
GROUP BY place_code
