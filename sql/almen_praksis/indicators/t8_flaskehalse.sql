-- One row is the country's pairs of specialty and region with a vacant main course and no introduction post that begins
-- there in the year; each region stands once more under its own code.
WITH pair AS (
    SELECT
        begun.specialty,
        region.region_code,
        region.geo_version,
        BOOL_OR(begun.post_type = 'H' AND NOT begun.is_filled) AND NOT BOOL_OR(begun.post_type = 'I') AS is_bottleneck
    FROM training_start AS begun
    INNER JOIN region_of_training_region AS region
        ON region.place_code = begun.place_code
        AND region.year = begun.year
    WHERE begun.year = $year AND begun.specialty IS NOT NULL
    GROUP BY begun.specialty, region.region_code, region.geo_version
)

SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    COUNT(*) FILTER (WHERE pair.is_bottleneck) AS numerator
FROM pair
-- The country's number is of the regions of the first geography, also after a reform, so that the series goes on.
INNER JOIN first_geography
    ON first_geography.geo_version = pair.geo_version
CROSS JOIN national
WHERE national.year = $year
GROUP BY national.geo_code, national.geo_version
UNION ALL
SELECT 'region', region_code, geo_version, COUNT(*) FILTER (WHERE is_bottleneck)
FROM pair
GROUP BY region_code, geo_version
