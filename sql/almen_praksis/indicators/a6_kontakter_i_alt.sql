-- One row is a place's contacts with general practice of the year.
SELECT place_code AS geo_code, SUM(contacts) AS numerator
FROM activity
WHERE year = $year
GROUP BY place_code
