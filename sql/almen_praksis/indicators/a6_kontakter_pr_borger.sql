-- One row is a place's contacts with general practice of the year, and its residents on the reference date.
SELECT place_code AS geo_code, SUM(contacts) AS numerator, MAX(residents) AS denominator
FROM activity_and_residents
WHERE year = $year
GROUP BY place_code
