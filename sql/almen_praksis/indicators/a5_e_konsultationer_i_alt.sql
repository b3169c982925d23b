-- One row is a place's e-mail consultations of the year: of its residents, and at its practices of others.
SELECT place_code AS geo_code, SUM(contacts) AS numerator
FROM activity
WHERE year = $year AND category = 'e_konsultation' AND place_code IS NOT NULL
GROUP BY place_code
