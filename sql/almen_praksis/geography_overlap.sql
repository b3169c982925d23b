-- One row says that a place, a region of one geography, shares municipalities with a region of another that it does not
-- lie in: how much of what is counted for the place belongs there is not known.
SELECT DISTINCT
    $year AS year,
    named.region_code AS place_code,
    'region' AS geo_level,
    other.regionskode AS geo_code,
    other.geo_version
FROM region_municipality AS named
INNER JOIN kommune_geografi AS other
    ON other.kommunekode = named.place_code
LEFT JOIN geography_member AS member
    ON member.year = $year
    AND member.place_code = named.region_code
    AND member.geo_level = 'region'
    AND member.geo_version = other.geo_version
WHERE named.year = $year AND other.regionskode IS NOT NULL AND member.place_code IS NULL
