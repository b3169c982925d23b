-- One row is a place's doctor capacities; once more by who owns the clinic.
SELECT
    place_code AS geo_code,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COALESCE(SUM(capacities), 0) AS numerator,
    COUNT(*) - COUNT(capacities) AS missing
FROM active_practice
WHERE year = $year
GROUP BY place_code
UNION ALL
SELECT place_code, 'ownership', ejerform, COALESCE(SUM(capacities), 0), COUNT(*) - COUNT(capacities)
FROM active_practice
WHERE year = $year AND ejerform IS NOT NULL
GROUP BY place_code, ejerform
