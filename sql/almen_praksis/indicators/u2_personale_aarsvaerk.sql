-- One row is a place's full-time equivalents of staff.
SELECT place_code AS geo_code, SUM(full_time_equivalents) AS numerator
FROM staff
WHERE year = $year AND counts_as_staff
GROUP BY place_code
