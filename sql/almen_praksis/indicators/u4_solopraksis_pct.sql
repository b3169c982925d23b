-- One row is a place's practices with known capacities, and those of them with at most one.
SELECT
    'u4_solopraksis_pct' AS indicator_id,
    year,
    reference_date,
    'place' AS geo_level,
    place_code AS geo_code,
    CAST(NULL AS VARCHAR) AS geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    CAST(COUNT(*) FILTER (WHERE is_solo) AS DECIMAL(18, 4)) AS numerator,
    CAST(COUNT(is_solo) AS DECIMAL(18, 4)) AS denominator,
    COUNT(*) - COUNT(is_solo) AS missing
FROM active_practice
WHERE year = $year
GROUP BY year, reference_date, place_code
