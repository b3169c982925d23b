-- One row is a place's nurses' full-time equivalents.
SELECT place_code AS geo_code, SUM(full_time_equivalents) AS numerator
FROM staff
WHERE year = $year AND profession = 'sygeplejerske'
GROUP BY place_code
