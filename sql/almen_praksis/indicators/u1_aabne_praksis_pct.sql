-- One row is a place's practices with a known intake status, and those of them open to new patients; once more by who
-- owns the practice.
WITH practice AS (
    SELECT place_code, is_open, COALESCE(ejerform, 'UOPLYST') AS ownership
    FROM active_practice
    WHERE year = $year
)

SELECT
    place_code AS geo_code,
    CASE WHEN GROUPING(ownership) = 0 THEN 'ownership' ELSE 'all' END AS breakdown_dim,
    COALESCE(ownership, 'all') AS breakdown_value,
    COUNT(*) FILTER (WHERE is_open) AS numerator,
    COUNT(is_open) AS denominator,
    COUNT(*) - COUNT(is_open) AS missing
FROM practice
GROUP BY GROUPING SETS ((place_code), (place_code, ownership))
