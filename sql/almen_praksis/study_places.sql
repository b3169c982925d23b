-- One row is a campus' places and admissions to a level of the medical education in the year.
SELECT $year AS year, campus, niveau AS level, SUM(pladser) AS places, SUM(optagne) AS admitted
FROM studiepladser
GROUP BY campus, niveau
