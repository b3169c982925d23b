-- One row is a place's population on the reference date, and those of them aged 75 and over.
SELECT
    people.omraade AS geo_code,
    COALESCE(SUM(people.antal) FILTER (WHERE people.alder >= old.vaerdi), 0) AS numerator,
    SUM(people.antal) AS denominator
FROM befolkning AS people
INNER JOIN taerskel AS old
    ON old.taerskel = 'aeldre_borger_fra_aar'
WHERE people. tid = CONCAT(CAST($year AS VARCHAR), 'K1')
GROUP BY people.omraade
