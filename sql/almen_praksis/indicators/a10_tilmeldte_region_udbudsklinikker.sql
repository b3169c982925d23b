-- One row is a place's patients listed with practices that are owned by the region or run after a tender.
SELECT
    place_code AS geo_code,
    COALESCE(SUM(listed_patients), 0) AS numerator,
    COUNT(*) - COUNT(listed_patients) AS missing
FROM active_practice
WHERE year = $year AND ejerform IN ('REGION', 'UDBUD')
GROUP BY place_code
