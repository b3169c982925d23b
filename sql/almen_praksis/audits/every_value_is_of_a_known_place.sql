-- One row is a place and a version that values stand under, and that a reader who joins the geographies would lose or
-- find more than once.
-- severity: error
-- remedy: A level takes part in geography.sql and geography_version.sql, or a reference list has a code twice.
WITH used AS (
    SELECT DISTINCT geo_level, geo_code, geo_version FROM indicator_value
)

SELECT used.geo_level, used.geo_code, used.geo_version, COUNT(place.geo_code) AS places, COUNT(version.geo_code) AS versions
FROM used
LEFT JOIN geography AS place
    ON place.geo_level = used.geo_level
    AND place.geo_code = used.geo_code
LEFT JOIN geography_version AS version
    ON version.geo_level = used.geo_level
    AND version.geo_code = used.geo_code
    AND version.geo_version = used.geo_version
GROUP BY used.geo_level, used.geo_code, used.geo_version
HAVING COUNT(place.geo_code) <> 1 OR COUNT(version.geo_code) <> 1
