-- One row is a place's practices with a known intake status, and those of them open to new patients; once more by who
-- owns the practice.
SELECT
    place_code AS geo_code,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COUNT(*) FILTER (WHERE is_open) AS numerator,
    COUNT(is_open) AS denominator,
    COUNT(*) - COUNT(is_open) AS missing
FROM active_practice
WHERE year = $year
GROUP BY place_code
UNION ALL
SELECT
    place_code,
    'ownership',
    COALESCE(ejerform, 'UOPLYST'),
    COUNT(*) FILTER (WHERE is_open),
    COUNT(is_open),
    COUNT(*) - COUNT(is_open)
FROM active_practice
WHERE year = $year
GROUP BY place_code, ejerform
