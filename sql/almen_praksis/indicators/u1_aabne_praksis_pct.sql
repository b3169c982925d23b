-- One row is a place's practices with a known intake status, and those of them open to new patients.
SELECT
    'u1_aabne_praksis_pct' AS indicator_id,
    year,
    reference_date,
    'place' AS geo_level,
    place_code AS geo_code,
    CAST(NULL AS VARCHAR) AS geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    CAST(COUNT(*) FILTER (WHERE is_open) AS DECIMAL(18, 4)) AS numerator,
    CAST(COUNT(is_open) AS DECIMAL(18, 4)) AS denominator,
    COUNT(*) - COUNT(is_open) AS missing
FROM active_practice
WHERE year = $year
GROUP BY year, reference_date, place_code
