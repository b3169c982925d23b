-- One row is a region's participants of the staff's courses in the year; each type of course stands once more under its
-- name.
SELECT regionskode AS geo_code, 'all' AS breakdown_dim, 'all' AS breakdown_value, SUM(deltagere) AS numerator
FROM kursus_personale
WHERE aar = $year
GROUP BY regionskode
UNION ALL
SELECT regionskode, 'course', kursustype, SUM(deltagere)
FROM kursus_personale
WHERE aar = $year
GROUP BY regionskode, kursustype
