-- One row is a municipality's full-time equivalents of staff in the answers to the survey; each profession stands once
-- more under its name. Practices that stand in no answer are missing.
SELECT
    place_code AS geo_code,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    CAST(SUM(full_time_equivalents) AS DECIMAL(18, 4)) AS numerator,
    CAST(0 AS BIGINT) AS missing
FROM staff
WHERE year = $year AND counts_as_staff
GROUP BY place_code
UNION ALL
SELECT place_code, 'all', 'all', CAST(0 AS DECIMAL(18, 4)), COUNT(*)
FROM practice_staff
WHERE year = $year AND NOT has_answered
GROUP BY place_code
UNION ALL
SELECT
    place_code,
    'profession',
    profession,
    CAST(SUM(full_time_equivalents) AS DECIMAL(18, 4)),
    CAST(0 AS BIGINT)
FROM staff
WHERE year = $year AND counts_as_staff
GROUP BY place_code, profession
