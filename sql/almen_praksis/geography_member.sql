-- One row says that a place belongs to a geography, as seen on the reference date.
-- A place is a municipality, Christiansø, or a region where the municipality is not known.
-- Regions appear in both versions, so that a series can be read in either, and health councils in the one that has
-- them; all else in the version of the day.
WITH version_of_the_day AS (
    SELECT geo_version
    FROM geo_version
    WHERE gyldig_fra <= $reference_date AND (gyldig_til IS NULL OR gyldig_til > $reference_date)
),

municipality AS (
    SELECT kommunekode AS place_code
    FROM kommune
    WHERE gyldig_fra <= $reference_date AND (gyldig_til IS NULL OR gyldig_til > $reference_date)
),

-- Where every municipality of today's region lies in one region of the other version, so does the region.
region_place AS (
    SELECT
        today.regionskode AS place_code,
        other.geo_version,
        MIN(other.regionskode) AS regionskode,
        MIN(other.videreuddannelsesregion) AS videreuddannelsesregion
    FROM kommune_geografi AS today
    INNER JOIN version_of_the_day ON version_of_the_day.geo_version = today.geo_version
    INNER JOIN kommune_geografi AS other ON other.kommunekode = today.kommunekode
    GROUP BY today.regionskode, other.geo_version
    HAVING COUNT(DISTINCT other.regionskode) = 1
),

place AS (
    SELECT kommunekode AS place_code, geo_version, regionskode, videreuddannelsesregion, sundhedsraad
    FROM kommune_geografi
    UNION ALL
    SELECT place_code, geo_version, regionskode, videreuddannelsesregion, NULL
    FROM region_place
),

member AS (
    SELECT place.place_code, 'region' AS geo_level, place.regionskode AS geo_code, place.geo_version
    FROM place
    UNION
    SELECT place.place_code, 'health_council', place.sundhedsraad, place.geo_version
    FROM place
    WHERE place.sundhedsraad IS NOT NULL
    UNION
    SELECT place.place_code, 'training_region', place.videreuddannelsesregion, place.geo_version
    FROM place
    INNER JOIN version_of_the_day ON version_of_the_day.geo_version = place.geo_version
    UNION
    SELECT municipality.place_code, 'municipality', municipality.place_code AS geo_code, version_of_the_day.geo_version
    FROM municipality
    CROSS JOIN version_of_the_day
    UNION
    SELECT place.place_code, 'country', 'DK', place.geo_version
    FROM place
    INNER JOIN version_of_the_day ON version_of_the_day.geo_version = place.geo_version
    UNION
    SELECT municipality.place_code, 'country', 'DK', version_of_the_day.geo_version
    FROM municipality
    CROSS JOIN version_of_the_day
)

SELECT $year AS year, place_code, geo_level, geo_code, geo_version
FROM member
