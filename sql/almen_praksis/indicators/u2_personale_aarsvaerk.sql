-- One row is a place's full-time equivalents of staff; each profession stands once more under its name, and the staff
-- once more by the definition that PLO counted by until 2022.
SELECT place_code AS geo_code, 'all' AS breakdown_dim, 'all' AS breakdown_value, SUM(full_time_equivalents) AS numerator
FROM staff
WHERE year = $year AND counts_as_staff
GROUP BY place_code
UNION ALL
SELECT place_code, 'profession', profession, SUM(full_time_equivalents)
FROM staff
WHERE year = $year AND counts_as_staff
GROUP BY place_code, profession
UNION ALL
SELECT place_code, 'definition', '1', SUM(full_time_equivalents)
FROM staff
WHERE year = $year AND counted_as_staff_before
GROUP BY place_code
