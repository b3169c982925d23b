-- One row is a training region's fill rate in general practice less that of its lowest region, in percentage points,
-- both weighted by the full-time months that courses spend in a region: zero in a training region of one region.
WITH region AS (
    SELECT place.training_region, fill.geo_version, fill.filled, fill.posted
    FROM training_fill AS fill
    INNER JOIN region_of_training_region AS place
        ON place.region_code = fill.geo_code
        AND place.year = fill.year
    WHERE fill.year = $year
        AND fill.geo_level = 'region'
        AND fill.post_type = 'H'
        AND fill.specialty = 'almen_medicin'
        AND fill.posted > 0
)

SELECT
    'training_region' AS geo_level,
    training_region AS geo_code,
    geo_version,
    100 * SUM(filled) / SUM(posted) - MIN(100 * filled / posted) AS numerator
FROM region
GROUP BY training_region, geo_version
