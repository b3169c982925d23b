-- One row is a place's doctor capacities in practices with a known intake status, and those in open practices.
SELECT
    place_code AS geo_code,
    COALESCE(SUM(capacities) FILTER (WHERE is_open), 0) AS numerator,
    COALESCE(SUM(capacities) FILTER (WHERE is_open IS NOT NULL), 0) AS denominator,
    COUNT(*) - COUNT(is_open) AS missing
FROM active_practice
WHERE year = $year
GROUP BY place_code
