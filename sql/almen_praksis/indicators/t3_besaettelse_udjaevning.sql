-- One row is a training region's fill rate in general practice less that of its lowest region, in percentage points.
WITH rate AS (
    SELECT geo_level, geo_code, geo_version, 100 * filled / posted AS pct
    FROM training_fill
    WHERE year = $year AND specialty = 'almen_medicin' AND posted > 0
),

lowest AS (
    SELECT region.training_region, MIN(rate.pct) AS pct
    FROM rate
    INNER JOIN region_of_training_region AS region
        ON region.region_code = rate.geo_code
    WHERE rate.geo_level = 'region'
    GROUP BY region.training_region
)

SELECT rate.geo_level, rate.geo_code, rate.geo_version, rate.pct - lowest.pct AS numerator
FROM rate
INNER JOIN lowest
    ON lowest.training_region = rate.geo_code
WHERE rate.geo_level = 'training_region'
