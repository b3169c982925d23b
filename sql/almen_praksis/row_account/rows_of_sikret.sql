-- One row is how many insured persons are used, or left out.
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
    CASE source.gruppe WHEN '1' THEN 'no_resident_on_the_reference_date' ELSE 'no_resident_and_other_insurance_group' END,
    COUNT(*)
FROM sikret AS source
LEFT JOIN resident
    ON resident.person_id = source.person_id
    AND resident.year = $year
WHERE resident.person_id IS NULL
GROUP BY CASE source.gruppe WHEN '1' THEN 'no_resident_on_the_reference_date' ELSE 'no_resident_and_other_insurance_group' END
