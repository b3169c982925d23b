-- One row is a training region's fill rate in general practice less that of its lowest region, in percentage points,
-- both weighted by the full-time months that courses spend in a region. A training region of one region has nothing to
-- average out, so it has no figure, rather than a zero.
WITH region AS (
    SELECT place.training_region, fill.filled, fill.posted
    FROM training_months AS fill
    -- The regions that are compared stay the same after a reform, so that the series goes on.
    INNER JOIN first_geography
        ON first_geography.geo_version = fill.geo_version
    INNER JOIN (SELECT DISTINCT year, region_code, geo_version, training_region FROM region_of_training_region) AS place
        ON place.region_code = fill.geo_code
        AND place.geo_version = fill.geo_version
        AND place.year = fill.year
    WHERE fill.year = $year
        AND fill.geo_level = 'region'
        AND fill.specialty = 'almen_medicin'
        AND fill.posted > 0
)

SELECT
    'training_region' AS geo_level,
    training_region AS geo_code,
    'all' AS geo_version,
    CASE WHEN COUNT(*) > 1 THEN 100 * SUM(filled) / SUM(posted) - MIN(100 * filled / posted) END AS numerator
FROM region
GROUP BY training_region
