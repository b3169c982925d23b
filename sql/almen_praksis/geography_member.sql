-- One row says that a place belongs to a geography in a year.
-- A place is a municipality, Christiansø, or a region where the municipality is not known: one of the day, or one that is
-- no more and that accounts and registers still name.
-- The country, the training regions and the municipalities are the same before and after a reform of the regions: their
-- version is `all`, and each is one series. Regions and health councils stand in every version that has them, whatever
-- the year, so that a series can be read in either.
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

-- Where every municipality of a region lies in one region of another version, so does the region.
region_place AS (
    SELECT named.region_code AS place_code, other.geo_version, MIN(other.regionskode) AS region_code
    FROM region_municipality AS named
    INNER JOIN kommune_geografi AS other
        ON other.kommunekode = named.place_code
    WHERE named.year = $year
    GROUP BY named.region_code, other.geo_version
    HAVING COUNT(DISTINCT other.regionskode) = 1 AND COUNT(*) = COUNT(other.regionskode)
),

training_region_place AS (
    SELECT region_code AS place_code, MIN(training_region) AS training_region
    FROM region_municipality
    WHERE year = $year
    GROUP BY region_code
    HAVING COUNT(DISTINCT training_region) = 1
),

member AS (
    SELECT kommunekode AS place_code, 'region' AS geo_level, regionskode AS geo_code, geo_version
    FROM kommune_geografi
    WHERE regionskode IS NOT NULL
    UNION
    SELECT place_code, 'region', region_code, geo_version
    FROM region_place
    UNION
    SELECT kommunekode, 'health_council', sundhedsraad, geo_version
    FROM kommune_geografi
    WHERE sundhedsraad IS NOT NULL
    UNION
    SELECT place.kommunekode, 'training_region', place.videreuddannelsesregion, 'all'
    FROM kommune_geografi AS place
    INNER JOIN version_of_the_day
        ON version_of_the_day.geo_version = place.geo_version
    UNION
    SELECT place_code, 'training_region', training_region, 'all'
    FROM training_region_place
    UNION
    SELECT place_code, 'municipality', place_code AS geo_code, 'all'
    FROM municipality
    UNION
    SELECT place_code, 'country', 'DK', 'all'
    FROM municipality
    UNION
    SELECT region_code, 'country', 'DK', 'all'
    FROM region_municipality
    WHERE year = $year
)

SELECT $year AS year, place_code, geo_level, geo_code, geo_version
FROM member
