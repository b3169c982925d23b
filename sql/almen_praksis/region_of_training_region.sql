-- One row says which region and which training region a municipality lies in in a year, in each geography of the regions.
SELECT
    $year AS year,
    kommunekode AS place_code,
    regionskode AS region_code,
    videreuddannelsesregion AS training_region,
    geo_version
FROM kommune_geografi
WHERE regionskode IS NOT NULL
