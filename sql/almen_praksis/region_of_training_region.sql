-- One row says which training region a region belongs to in a year.
SELECT DISTINCT
    $year AS year,
    place.regionskode AS region_code,
    place.videreuddannelsesregion AS training_region,
    place.geo_version
FROM kommune_geografi AS place
INNER JOIN national
    ON national.geo_version = place.geo_version
    AND national.year = $year
WHERE place.regionskode IS NOT NULL
