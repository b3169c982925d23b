-- One row is a municipality's nurses' full-time equivalents in the answers to the survey. Practices that stand in no
-- answer are missing.
SELECT
    place_code AS geo_code,
    CAST(SUM(full_time_equivalents) AS DECIMAL(18, 4)) AS numerator,
    CAST(0 AS BIGINT) AS missing
FROM staff
WHERE year = $year AND profession = 'sygeplejerske'
GROUP BY place_code
UNION ALL
SELECT place_code, CAST(0 AS DECIMAL(18, 4)), COUNT(*)
FROM practice_staff
WHERE year = $year AND NOT has_answered
GROUP BY place_code
