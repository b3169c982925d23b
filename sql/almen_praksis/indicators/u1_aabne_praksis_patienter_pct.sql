-- One row is a place's listed patients of practices with a known intake status, and those of open practices. A practice
-- without a known number of patients is missing.
SELECT
    place_code AS geo_code,
    COALESCE(SUM(listed_patients) FILTER (WHERE is_open), 0) AS numerator,
    COALESCE(SUM(listed_patients) FILTER (WHERE is_open IS NOT NULL), 0) AS denominator,
    COUNT(*) FILTER (WHERE is_open IS NULL OR listed_patients IS NULL) AS missing
FROM active_practice
WHERE year = $year
GROUP BY place_code
