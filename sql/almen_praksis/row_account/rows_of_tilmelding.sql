-- One row is how many listings with a practice are used, or left out.
-- Listings and residents are stacked and grouped, and not joined: a grouping goes by the disk where the memory is short, and a join
-- of the whole country's persons does not.
WITH source AS (
    SELECT
        person_id,
        fra <= $reference_date AND (til IS NULL OR til > $reference_date) AS is_in_force
    FROM tilmelding
),

told AS (
    SELECT person_id, 1 AS listings, 0 AS residents
    FROM source
    WHERE is_in_force
    UNION ALL
    SELECT person_id, 0, 1
    FROM resident
    WHERE year = $year
),

no_resident AS (
    SELECT SUM(listings) AS listings
    FROM told
    GROUP BY person_id
    HAVING SUM(residents) = 0
)

SELECT 'tilmelding' AS table_name, 'listed_person' AS used_by, 'used' AS rule, COUNT(ydernr) AS row_count
FROM listed_person
WHERE year = $year
UNION ALL
SELECT 'tilmelding', 'listed_person', 'no_resident_on_the_reference_date', SUM(listings)
FROM no_resident
HAVING COUNT(*) > 0
UNION ALL
SELECT 'tilmelding', 'listed_person', 'not_in_force_on_the_reference_date', COUNT(*)
FROM source
WHERE NOT is_in_force
HAVING COUNT(*) > 0
