-- One row is a municipality's full-time equivalents of staff in the answers to the survey, by the definition that PLO
-- counted by until 2022: with employed doctors, and without the groups that came in later. Practices that stand in no
-- answer are missing.
SELECT
    place_code AS geo_code,
    CAST(SUM(full_time_equivalents) AS DECIMAL(18, 4)) AS numerator,
    CAST(0 AS BIGINT) AS missing
FROM staff
WHERE year = $year AND counted_as_staff_before
GROUP BY place_code
UNION ALL
SELECT place_code, CAST(0 AS DECIMAL(18, 4)), COUNT(*)
FROM practice_staff
WHERE year = $year AND NOT has_answered
GROUP BY place_code
