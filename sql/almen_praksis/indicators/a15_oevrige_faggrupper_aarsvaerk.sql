-- One row is a place's full-time equivalents of pharmacists, physiotherapists and psychologists.
SELECT place_code AS geo_code, SUM(full_time_equivalents) AS numerator
FROM staff
WHERE year = $year AND profession IN ('farmaceut', 'fysioterapeut', 'psykolog')
GROUP BY place_code
