-- One row is a place that figures are counted for, with its names; whatever the period and the version.
WITH first_day AS (
    SELECT MIN(gyldig_fra) AS valid_from FROM region
),

-- A municipality changes its region and not itself: from its first day to its last, under its latest name.
municipality AS (
    SELECT
        kommunekode,
        MIN(gyldig_fra) AS valid_from,
        CASE WHEN BOOL_OR(gyldig_til IS NULL) THEN NULL ELSE MAX(gyldig_til) END AS valid_to,
        FIRST_VALUE(kommunenavn ORDER BY gyldig_fra DESC) AS name_da,
        FIRST_VALUE(navn_en ORDER BY gyldig_fra DESC) AS name_en
    FROM kommune
    GROUP BY kommunekode
),

health_council AS (
    SELECT
        place.sundhedsraad,
        MIN(version.gyldig_fra) AS valid_from,
        CASE WHEN BOOL_OR(version.gyldig_til IS NULL) THEN NULL ELSE MAX(version.gyldig_til) END AS valid_to
    FROM kommune_geografi AS place
    INNER JOIN geo_version AS version
        ON version.geo_version = place.geo_version
    WHERE place.sundhedsraad IS NOT NULL
    GROUP BY place.sundhedsraad
)

SELECT
    'country' AS geo_level,
    'DK' AS geo_code,
    'Danmark' AS geo_name,
    'Denmark' AS geo_name_en,
    first_day.valid_from,
    CAST(NULL AS DATE) AS valid_to,
    CAST(NULL AS VARCHAR) AS provider_register_code,
    CAST(NULL AS VARCHAR) AS statbank_code,
    CAST(NULL AS VARCHAR) AS successor_code
FROM first_day
UNION ALL
SELECT 'region', regionskode, regionsnavn, navn_en, gyldig_fra, gyldig_til, yder_kode, statbank_kode, efterfoelger
FROM region
UNION ALL
SELECT 'training_region', place.kode, place.navn_da, place.navn_en, first_day.valid_from, NULL, NULL, NULL, NULL
FROM videreuddannelsesregion AS place
CROSS JOIN first_day
UNION ALL
SELECT 'municipality', kommunekode, name_da, COALESCE(name_en, name_da), valid_from, valid_to, NULL, kommunekode AS statbank_code, NULL
FROM municipality
UNION ALL
-- No code of a health council is official: its name stands for one.
SELECT
    'health_council',
    sundhedsraad,
    sundhedsraad AS geo_name,
    REPLACE(sundhedsraad, 'Sundhedsråd ', 'Health Council '),
    valid_from,
    valid_to,
    NULL,
    NULL,
    NULL
FROM health_council
