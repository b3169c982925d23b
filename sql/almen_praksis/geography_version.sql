-- One row is a place in a version of the geography, with the place above it there.
-- Values of the country, of training regions and of municipalities stand under the version `all`; a municipality has a
-- row in each version of the regions too, which tells its region.
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
SELECT DISTINCT
    'region',
    place.regionskode,
    place.geo_version,
    geography.geo_name,
    geography.geo_name_en,
    version.gyldig_fra,
    version.gyldig_til,
    'country',
    'DK'
FROM kommune_geografi AS place
INNER JOIN geo_version AS version
    ON version.geo_version = place.geo_version
INNER JOIN geography
    ON geography.geo_level = 'region'
    AND geography.geo_code = place.regionskode
UNION ALL
SELECT DISTINCT
    'health_council',
    place.sundhedsraad,
    place.geo_version,
    geography.geo_name,
    geography.geo_name_en,
    version.gyldig_fra,
    version.gyldig_til,
    'region',
    place.regionskode
FROM kommune_geografi AS place
INNER JOIN geo_version AS version
    ON version.geo_version = place.geo_version
INNER JOIN geography
    ON geography.geo_level = 'health_council'
    AND geography.geo_code = place.sundhedsraad
UNION ALL
SELECT
    'municipality',
    place.kommunekode,
    place.geo_version,
    geography.geo_name,
    geography.geo_name_en,
    version.gyldig_fra,
    version.gyldig_til,
    'region',
    place.regionskode
FROM kommune_geografi AS place
INNER JOIN geo_version AS version
    ON version.geo_version = place.geo_version
INNER JOIN geography
    ON geography.geo_level = 'municipality'
    AND geography.geo_code = place.kommunekode
