-- One row is what a person had of a service at a provider in the year, corrections taken off, and the lines of the register
-- behind it. Where a correction cancels nothing, it is less than none.
-- The register's lines are brought together person by person before they are summed: a table of all sums would not fit the
-- memory.
WITH line AS (
    SELECT person_id, ydernr, speciale, ydlant, kontakt
    FROM sssy
    ORDER BY person_id NULLS FIRST
)

SELECT
    $year AS year,
    person_id,
    ydernr,
    speciale,
    SUM(ydlant) AS services,
    SUM(kontakt) AS contacts,
    COUNT(*) AS lines
FROM line
GROUP BY person_id, ydernr, speciale
