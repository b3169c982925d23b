-- One row is how many insured persons are used, or left out.
-- Both registers are stacked and grouped, and not joined: a grouping goes by the disk where the memory is short, and a join of the
-- whole country's persons does not.
WITH told AS (
    SELECT person_id, gruppe, 1 AS insured, 0 AS residents
    FROM sikret
    UNION ALL
    SELECT person_id, NULL, 0, 1
    FROM resident
    WHERE year = $year
),

no_resident AS (
    SELECT MIN(gruppe) AS gruppe, SUM(insured) AS insured
    FROM told
    GROUP BY person_id
    HAVING SUM(residents) = 0
)

SELECT
    'sikret' AS table_name,
    'listed_person' AS used_by,
    CASE insurance_group WHEN '1' THEN 'used' ELSE 'other_insurance_group' END AS rule,
    COUNT(*) AS row_count
FROM listed_person
WHERE year = $year AND insurance_group IS NOT NULL
GROUP BY CASE insurance_group WHEN '1' THEN 'used' ELSE 'other_insurance_group' END
UNION ALL
SELECT
    'sikret',
    'listed_person',
    CASE gruppe WHEN '1' THEN 'no_resident_on_the_reference_date' ELSE 'no_resident_and_other_insurance_group' END,
    SUM(insured)
FROM no_resident
GROUP BY CASE gruppe WHEN '1' THEN 'no_resident_on_the_reference_date' ELSE 'no_resident_and_other_insurance_group' END
