-- One row is a place in a version of the geography, with the place above it there.
-- Values of the country, of training regions and of municipalities stand under the version `all`; a municipality has a
-- row in each version of the regions too, which tells its region.
WITH place AS (
    SELECT DISTINCT
        'region' AS geo_level,
        regionskode AS geo_code,
        geo_version,
        'country' AS parent_level,
        'DK' AS parent_code
    FROM kommune_geografi
    UNION ALL
    SELECT DISTINCT 'health_council', sundhedsraad, geo_version, 'region', regionskode
    FROM kommune_geografi
    UNION ALL
    SELECT 'municipality', kommunekode, geo_version, 'region', regionskode
    FROM kommune_geografi
)

SELECT
    geography.geo_level,
    geography.geo_code,
    'all' AS geo_version,
    geography.geo_name,
    geography.geo_name_en,
    geography.valid_from,
    geography.valid_to,
    CASE WHEN geography.geo_level = 'training_region' THEN 'country' END AS parent_level,
    CASE WHEN geography.geo_level = 'training_region' THEN 'DK' END AS parent_code
FROM geography
WHERE geography.geo_level IN ('country', 'training_region', 'municipality')
UNION ALL
SELECT
    place.geo_level,
    place.geo_code,
    place.geo_version,
    geography.geo_name,
    geography.geo_name_en,
    version.gyldig_fra,
    version.gyldig_til,
    place.parent_level,
    place.parent_code
FROM place
INNER JOIN geo_version AS version
    ON version.geo_version = place.geo_version
INNER JOIN geography
    ON geography.geo_level = place.geo_level
    AND geography.geo_code = place.geo_code
