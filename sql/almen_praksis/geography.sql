-- One row is a geography in a period of validity.
SELECT
    'country' AS geo_level,
    'DK' AS geo_code,
    MIN(gyldig_fra) AS valid_from,
    CAST(NULL AS DATE) AS valid_to,
    'Danmark' AS geo_name,
    CAST(NULL AS VARCHAR) AS parent_code,
    CAST(NULL AS VARCHAR) AS provider_register_code,
    CAST(NULL AS VARCHAR) AS statbank_code,
    CAST(NULL AS VARCHAR) AS successor_code
FROM region
UNION ALL
SELECT 'region', regionskode, gyldig_fra, gyldig_til, regionsnavn, 'DK', yder_kode, statbank_kode, efterfoelger
FROM region
UNION ALL
SELECT 'training_region', training_region.kode, first_day.valid_from, NULL, training_region.navn_da, 'DK', NULL, NULL, NULL
FROM videreuddannelsesregion AS training_region
CROSS JOIN (SELECT MIN(gyldig_fra) AS valid_from FROM region) AS first_day
UNION ALL
SELECT 'municipality', kommunekode, gyldig_fra, gyldig_til, kommunenavn, regionskode, NULL, kommunekode AS statbank_code, NULL
FROM kommune
UNION ALL
-- No code of a health council is official: its name stands for one.
SELECT
    'health_council',
    place.sundhedsraad,
    version.gyldig_fra,
    version.gyldig_til,
    place.sundhedsraad AS geo_name,
    place.regionskode,
    NULL,
    NULL,
    NULL
FROM kommune_geografi AS place
INNER JOIN geo_version AS version
    ON version.geo_version = place.geo_version
WHERE place.sundhedsraad IS NOT NULL
GROUP BY place.sundhedsraad, place.regionskode, version.gyldig_fra, version.gyldig_til
