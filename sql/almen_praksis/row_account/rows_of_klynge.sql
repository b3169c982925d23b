-- One row is how many memberships of clusters are used, or left out: for who is a member, and for the doctors who own a
-- practice on the reference date.
WITH source AS (
    SELECT
        person_id,
        indmeldt <= $reference_date AND (udmeldt IS NULL OR udmeldt > $reference_date) AS is_in_force
    FROM klynge
),

doctor AS (
    SELECT DISTINCT person_id
    FROM active_doctor
    WHERE year = $year AND role = 'EJER'
)

SELECT 'klynge' AS table_name, 'cluster_member' AS used_by, 'used' AS rule, COUNT(*) AS row_count
FROM cluster_member
WHERE year = $year
UNION ALL
SELECT 'klynge', 'cluster_member', 'not_in_force_on_the_reference_date', COUNT(*)
FROM source
WHERE NOT is_in_force
UNION ALL
SELECT
    'klynge',
    'u5_laeger_i_klynge_pct',
    CASE
        WHEN NOT source.is_in_force THEN 'not_in_force_on_the_reference_date'
        WHEN doctor.person_id IS NULL THEN 'no_practising_doctor'
        ELSE 'used'
    END,
    COUNT(*)
FROM source
LEFT JOIN doctor
    ON doctor.person_id = source.person_id
GROUP BY
    CASE
        WHEN NOT source.is_in_force THEN 'not_in_force_on_the_reference_date'
        WHEN doctor.person_id IS NULL THEN 'no_practising_doctor'
        ELSE 'used'
    END
