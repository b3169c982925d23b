-- One row is a place's contacts with general practice of the year: of its residents, and at its practices of others.
SELECT place_code AS geo_code, SUM(contacts) AS numerator
FROM activity
WHERE year = $year AND category = 'all' AND place_code IS NOT NULL
GROUP BY place_code
