-- One row is the country's pairs of specialty and region with a vacant main course and no introduction post that begins
-- there in the year; each region stands once more under its own code.
WITH pair AS (
    SELECT
        specialty,
        region_code,
        BOOL_OR(post_type = 'H' AND NOT is_filled) AND NOT BOOL_OR(post_type = 'I') AS is_bottleneck
    FROM training_start
    WHERE year = $year AND specialty IS NOT NULL
    GROUP BY specialty, region_code
)

SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    COUNT(*) FILTER (WHERE pair.is_bottleneck) AS numerator
FROM pair
CROSS JOIN national
WHERE national.year = $year
GROUP BY national.geo_code, national.geo_version
UNION ALL
SELECT 'region', pair.region_code, national.geo_version, COUNT(*) FILTER (WHERE pair.is_bottleneck)
FROM pair
CROSS JOIN national
WHERE national.year = $year
GROUP BY pair.region_code, national.geo_version
