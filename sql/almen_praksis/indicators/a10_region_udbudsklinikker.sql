-- One row is a place's practices that are owned by the region or run after a tender; each form stands once more under
-- its name.
SELECT
    place_code AS geo_code,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COUNT(*) FILTER (WHERE ejerform IN ('REGION', 'UDBUD')) AS numerator,
    COUNT(*) - COUNT(ejerform) AS missing
FROM active_practice
WHERE year = $year
GROUP BY place_code
UNION ALL
SELECT place_code, 'ownership', ejerform, COUNT(*), 0
FROM active_practice
WHERE year = $year AND ejerform IN ('REGION', 'UDBUD')
GROUP BY place_code, ejerform
