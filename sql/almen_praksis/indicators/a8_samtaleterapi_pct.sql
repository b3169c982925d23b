-- One row is a place's residents with a contact in the year, and those of them who had talk therapy; persons with a
-- contact who were no residents on the reference date lack a place to count in.
SELECT
    place_code AS geo_code,
    COALESCE(SUM(persons) FILTER (WHERE is_resident AND category = 'samtaleterapi'), 0) AS numerator,
    COALESCE(SUM(persons) FILTER (WHERE is_resident AND category = 'all'), 0) AS denominator,
    COALESCE(SUM(persons) FILTER (WHERE NOT is_resident AND category = 'all'), 0) AS missing
FROM activity
WHERE year = $year AND place_code IS NOT NULL
GROUP BY place_code
