-- One row is a place's e-mail consultations of the year.
SELECT place_code AS geo_code, SUM(contacts) AS numerator
FROM activity
WHERE year = $year AND category = 'e_konsultation'
GROUP BY place_code
