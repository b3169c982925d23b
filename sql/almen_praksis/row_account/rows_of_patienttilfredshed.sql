-- One row is how many practices' answers to a question are used, or left out.
SELECT
    'patienttilfredshed' AS table_name,
    'satisfaction' AS used_by,
    'used' AS rule,
    COALESCE(SUM(practices), 0) AS row_count
FROM satisfaction
WHERE year = $year
UNION ALL
SELECT 'patienttilfredshed', 'satisfaction', 'no_practice_in_the_year', COUNT(*)
FROM patienttilfredshed AS source
LEFT JOIN practice_in_year AS practice
    ON practice.ydernr = source.ydernr
    AND practice.year = $year
WHERE practice.ydernr IS NULL
