-- One row is how many counts of chronic patients are used, or left out.
SELECT 'kronikere' AS table_name, 'chronic_patients' AS used_by, 'used' AS rule, COUNT(*) AS row_count
FROM chronic_patients
WHERE year = $year
UNION ALL
SELECT 'kronikere', 'chronic_patients', 'no_practice_in_the_year', COUNT(*)
FROM kronikere AS source
LEFT JOIN practice_in_year AS practice
    ON practice.ydernr = source.ydernr
    AND practice.year = $year
WHERE practice.ydernr IS NULL
