-- One row is how many listings with a practice are used, or left out.
WITH source AS (
    SELECT
        person_id,
        fra <= $reference_date AND (til IS NULL OR til > $reference_date) AS is_in_force
    FROM tilmelding
)

SELECT 'tilmelding' AS table_name, 'listed_person' AS used_by, 'used' AS rule, COUNT(ydernr) AS row_count
FROM listed_person
WHERE year = $year
UNION ALL
SELECT
    'tilmelding',
    'listed_person',
    CASE WHEN source.is_in_force THEN 'no_resident_on_the_reference_date' ELSE 'not_in_force_on_the_reference_date' END,
    COUNT(*)
FROM source
LEFT JOIN resident
    ON resident.person_id = source.person_id
    AND resident.year = $year
WHERE resident.person_id IS NULL OR NOT source.is_in_force
GROUP BY CASE WHEN source.is_in_force THEN 'no_resident_on_the_reference_date' ELSE 'not_in_force_on_the_reference_date' END
