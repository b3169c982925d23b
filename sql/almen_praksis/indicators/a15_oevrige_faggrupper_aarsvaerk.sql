-- One row is a place's full-time equivalents of midwives, psychologists and pharmacists.
SELECT place_code AS geo_code, SUM(full_time_equivalents) AS numerator
FROM staff
WHERE year = $year AND profession IN ('jordemoder', 'psykolog', 'farmaceut')
GROUP BY place_code
