-- One row is how many persons at providers are doctors of an active practice on the reference date, or left out; and how many
-- times as owner of a general practice they are.
-- Two codes may name one role, and a doctor has it once.
WITH source AS (
    SELECT
        person.person_id,
        person.ydernr,
        person.yder_tilgang_dato,
        code.rolle,
        CASE
            WHEN person.tilgang_dato > $reference_date OR person.afgang_dato <= $reference_date
                THEN 'not_in_force_on_the_reference_date'
            WHEN practice.ydernr IS NULL THEN 'no_active_practice'
            WHEN NOT COALESCE(code.er_laege, false) THEN 'no_doctors_role'
        END AS rule
    FROM yder_person AS person
    LEFT JOIN active_practice AS practice
        ON practice.ydernr = person.ydernr
        AND practice.tilgang_dato = person.yder_tilgang_dato
        AND practice.year = $year
    LEFT JOIN personrolle AS code
        ON code.personrolle_kode = person.personrolle_kode
),

role AS (
    SELECT person_id, ydernr, yder_tilgang_dato, rolle, COUNT(*) - 1 AS more
    FROM source
    WHERE rule IS NULL
    GROUP BY person_id, ydernr, yder_tilgang_dato, rolle
)

SELECT 'yder_person' AS table_name, 'active_doctor' AS used_by, 'used' AS rule, COUNT(*) AS row_count
FROM active_doctor
WHERE year = $year
UNION ALL
SELECT 'yder_person', 'active_doctor', rule, COUNT(*)
FROM source
WHERE rule IS NOT NULL
GROUP BY rule
UNION ALL
SELECT 'yder_person', 'active_doctor', 'same_role_under_another_code', COALESCE(SUM(more), 0)
FROM role
UNION ALL
SELECT 'yder_person', 'owner_period', 'used', COUNT(*)
FROM owner_period
WHERE year = $year
UNION ALL
SELECT
    'yder_person',
    'owner_period',
    CASE WHEN practice.ydernr IS NULL THEN 'no_general_practice' ELSE 'no_owning_doctor' END,
    COUNT(*)
FROM yder_person AS person
LEFT JOIN general_practice AS practice
    ON practice.ydernr = person.ydernr
    AND practice.tilgang_dato = person.yder_tilgang_dato
    AND practice.year = $year
LEFT JOIN personrolle AS code
    ON code.personrolle_kode = person.personrolle_kode
    AND code.er_laege
    AND code.rolle = 'EJER'
WHERE practice.ydernr IS NULL OR code.personrolle_kode IS NULL
GROUP BY CASE WHEN practice.ydernr IS NULL THEN 'no_general_practice' ELSE 'no_owning_doctor' END
