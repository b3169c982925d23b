-- One row is a value that figures are broken down by, with its names, its place in the order, the value above it, and
-- whether the parts of its breakdown make up the row `all`.
WITH part AS (
    SELECT
        opdeling AS breakdown_dim,
        vaerdi AS breakdown_value,
        navn_da AS name_da,
        navn_en AS name_en,
        raekkefoelge AS sort_order,
        CASE WHEN opdeling <> 'all' THEN 'all' END AS parent_dim,
        CASE WHEN opdeling <> 'all' THEN 'all' END AS parent_value
    FROM opdelingsvaerdi
    UNION ALL
    SELECT 'specialty', laegespeciale, navn_da, navn_en, CAST(ROW_NUMBER() OVER (ORDER BY navn_da) AS BIGINT), 'all', 'all'
    FROM laegespeciale
    UNION ALL
    SELECT 'profession', faggruppe, navn_da, navn_en, CAST(ROW_NUMBER() OVER (ORDER BY navn_da) AS BIGINT), 'all', 'all'
    FROM faggruppe
    WHERE gyldig_til IS NULL
    UNION ALL
    SELECT 'disease', sygdom, navn_da, navn_en, CAST(ROW_NUMBER() OVER (ORDER BY sygdom) AS BIGINT), 'all', 'all'
    FROM sygdom
    UNION ALL
    SELECT 'intake', status_kode, navn_da, navn_en, CAST(ROW_NUMBER() OVER (ORDER BY status_kode) AS BIGINT), 'all', 'all'
    FROM tilgangsstatus
    WHERE NOT er_aaben
    UNION ALL
    SELECT 'pool', formaal, navn_da, navn_en, CAST(ROW_NUMBER() OVER (ORDER BY formaal) AS BIGINT), 'all', 'all'
    FROM bevillingsformaal
    WHERE formaal = pulje
    UNION ALL
    SELECT 'purpose', formaal, navn_da, navn_en, CAST(ROW_NUMBER() OVER (ORDER BY formaal) AS BIGINT), 'pool', pulje
    FROM bevillingsformaal
    WHERE formaal <> pulje
)

SELECT
    part.breakdown_dim,
    part.breakdown_value,
    breakdown.navn_da AS dim_name_da,
    breakdown.navn_en AS dim_name_en,
    part.name_da,
    part.name_en,
    CAST(part.sort_order AS INTEGER) AS sort_order,
    part.parent_dim,
    part.parent_value,
    breakdown.deler_alle AS is_partition
FROM part
INNER JOIN opdeling AS breakdown
    ON breakdown.opdeling = part.breakdown_dim
