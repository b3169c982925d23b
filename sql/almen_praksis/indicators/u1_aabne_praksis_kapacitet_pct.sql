-- One row is a place's doctor capacities in practices with a known intake status, and those in open practices.
SELECT
    'u1_aabne_praksis_kapacitet_pct' AS indicator_id,
    year,
    reference_date,
    'place' AS geo_level,
    place_code AS geo_code,
    CAST(NULL AS VARCHAR) AS geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    CAST(COALESCE(SUM(capacities) FILTER (WHERE is_open), 0) AS DECIMAL(18, 4)) AS numerator,
    CAST(COALESCE(SUM(capacities) FILTER (WHERE is_open IS NOT NULL), 0) AS DECIMAL(18, 4)) AS denominator,
    COUNT(*) - COUNT(is_open) AS missing
FROM active_practice
WHERE year = $year
GROUP BY year, reference_date, place_code
