-- One row is a place's e-mail consultations of the year, and its residents on the reference date.
WITH part AS (
    SELECT place_code, contacts, 0 AS residents
    FROM activity
    WHERE year = $year AND category = 'e_konsultation'
    UNION ALL
    SELECT place_code, 0, COUNT(*)
    FROM resident
    WHERE year = $year
    GROUP BY place_code
)

SELECT place_code AS geo_code, SUM(contacts) AS numerator, SUM(residents) AS denominator
FROM part
GROUP BY place_code
