-- One row is how many counts of participants of courses are of a year that is derived, or left out.
WITH derived AS (
    SELECT DISTINCT year FROM national
)

SELECT
    'kursus_personale' AS table_name,
    'f3_kursusdeltagere' AS used_by,
    'all' AS serves,
    CASE WHEN derived.year IS NULL THEN 'year_not_derived' ELSE 'used' END AS rule,
    COUNT(*) AS row_count
FROM kursus_personale AS source
LEFT JOIN derived
    ON derived.year = source.aar
GROUP BY CASE WHEN derived.year IS NULL THEN 'year_not_derived' ELSE 'used' END
