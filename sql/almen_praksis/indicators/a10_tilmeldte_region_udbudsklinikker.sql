-- One row is a place's patients listed with practices that are owned by the region or run after a tender; none where the
-- number of none of them is known.
SELECT
    place_code AS geo_code,
    SUM(listed_patients) AS numerator,
    COUNT(*) - COUNT(listed_patients) AS missing
FROM active_practice
WHERE year = $year AND ejerform IN ('REGION', 'UDBUD')
GROUP BY place_code
