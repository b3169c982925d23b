-- One row is how many answers on staff are used, or left out: for a municipality, and for single practices.
WITH source AS (
    SELECT answer.ydernr, profession.faggruppe AS profession
    FROM plo_personale AS answer
    LEFT JOIN faggruppe_alias AS spelling
        ON spelling.stavemaade = answer.faggruppe
    LEFT JOIN faggruppe AS profession
        ON profession.faggruppe = spelling.faggruppe
        AND profession.gyldig_til IS NULL
)

SELECT
    'plo_personale' AS table_name,
    'staff' AS used_by,
    CASE WHEN profession IS NULL THEN 'unknown_profession' ELSE 'used' END AS rule,
    COUNT(*) AS row_count
FROM source
GROUP BY CASE WHEN profession IS NULL THEN 'unknown_profession' ELSE 'used' END
UNION ALL
SELECT
    'plo_personale',
    'a11_solo_uden_personale',
    CASE
        WHEN source.profession IS NULL THEN 'unknown_profession'
        WHEN source.ydernr IS NULL THEN 'no_provider_number'
        WHEN practice.ydernr IS NULL THEN 'no_active_solo_practice'
        ELSE 'used'
    END,
    COUNT(*)
FROM source
LEFT JOIN active_practice AS practice
    ON practice.ydernr = source.ydernr
    AND practice.year = $year
    AND practice.is_solo
GROUP BY
    CASE
        WHEN source.profession IS NULL THEN 'unknown_profession'
        WHEN source.ydernr IS NULL THEN 'no_provider_number'
        WHEN practice.ydernr IS NULL THEN 'no_active_solo_practice'
        ELSE 'used'
    END
