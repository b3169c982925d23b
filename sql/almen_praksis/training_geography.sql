-- One row says that a training region is a part of a geography, itself and the country, in a year.
SELECT
    $year AS year,
    training_region.kode AS training_region,
    'training_region' AS geo_level,
    training_region.kode AS geo_code,
    national.geo_version
FROM videreuddannelsesregion AS training_region
CROSS JOIN national
WHERE national.year = $year
UNION ALL
SELECT $year, training_region.kode, 'country', national.geo_code, national.geo_version
FROM videreuddannelsesregion AS training_region
CROSS JOIN national
WHERE national.year = $year
