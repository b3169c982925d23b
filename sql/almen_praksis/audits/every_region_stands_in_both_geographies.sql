-- One row is a region that has a value of an indicator in one geography, and whose counterparts in another geography have
-- none: the region that it lies in, or those that lie in it. An agreed key names its regions, and is of no others.
-- severity: error
-- remedy: Count by municipality, and take the region from geography_member or region_of_training_region, which have both.
WITH lies_in AS (
    SELECT DISTINCT part.year, part.geo_code, part.geo_version, whole.geo_code AS in_code, whole.geo_version AS in_version
    FROM geography_member AS part
    INNER JOIN geography_member AS whole
        ON whole.year = part.year
        AND whole.place_code = part.place_code
        AND whole.geo_level = 'region'
        AND whole.geo_version <> part.geo_version
    -- A region's own code as the place: all of it lies there.
    WHERE part.geo_level = 'region' AND part.place_code = part.geo_code
),

counterpart AS (
    SELECT year, geo_code, geo_version, in_code AS other_code, in_version AS other_version FROM lies_in
    UNION
    SELECT year, in_code, in_version, geo_code, geo_version FROM lies_in
),

counted AS (
    SELECT series.indicator_id, series.year, series.geo_code, series.geo_version
    FROM indicator_value AS series
    LEFT JOIN (SELECT DISTINCT indikator_id FROM fordelingsnoegle) AS agreed
        ON agreed.indikator_id = series.indicator_id
    WHERE series.geo_level = 'region' AND series.breakdown_dim = 'all' AND agreed.indikator_id IS NULL
)

SELECT
    counted.indicator_id,
    counted.year,
    counted.geo_code,
    counted.geo_version,
    MIN(counterpart.other_code) AS other_code,
    counterpart.other_version
FROM counted
INNER JOIN counterpart
    ON counterpart.year = counted.year
    AND counterpart.geo_code = counted.geo_code
    AND counterpart.geo_version = counted.geo_version
LEFT JOIN counted AS there
    ON there.indicator_id = counted.indicator_id
    AND there.year = counted.year
    AND there.geo_code = counterpart.other_code
    AND there.geo_version = counterpart.other_version
GROUP BY counted.indicator_id, counted.year, counted.geo_code, counted.geo_version, counterpart.other_version
HAVING COUNT(there.indicator_id) = 0
