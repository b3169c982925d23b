-- One row is a place's population on the reference date, and those of them aged 75 and over.
SELECT
    'befolkning_75plus_pct' AS indicator_id,
    $year AS year,
    $reference_date AS reference_date,
    'place' AS geo_level,
    omraade AS geo_code,
    CAST(NULL AS VARCHAR) AS geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    CAST(COALESCE(SUM(antal) FILTER (WHERE alder >= 75), 0) AS DECIMAL(18, 4)) AS numerator,
    CAST(SUM(antal) AS DECIMAL(18, 4)) AS denominator,
    CAST(0 AS BIGINT) AS missing
FROM befolkning
WHERE tid = CONCAT(CAST($year AS VARCHAR), 'K1')
GROUP BY omraade
