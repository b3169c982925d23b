-- One row is a place's practices that are owned by the region or run after a tender.
SELECT place_code AS geo_code, COUNT(*) FILTER (WHERE ejerform IN ('REGION', 'UDBUD')) AS numerator, COUNT(*) - COUNT(ejerform) AS missing
FROM active_practice
WHERE year = $year
GROUP BY place_code
