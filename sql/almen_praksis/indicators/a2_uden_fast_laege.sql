-- One row is a place's persons of insurance group 1 who are listed with no practice on the reference date.
SELECT place_code AS geo_code, COUNT(*) - COUNT(ydernr) AS numerator
FROM listed_person
WHERE year = $year
GROUP BY place_code
