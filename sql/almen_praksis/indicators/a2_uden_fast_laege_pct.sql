-- One row is a place's persons of insurance group 1, and those of them listed with no practice on the reference date.
SELECT place_code AS geo_code, COUNT(*) - COUNT(ydernr) AS numerator, COUNT(*) AS denominator
FROM listed_person
WHERE year = $year
GROUP BY place_code
