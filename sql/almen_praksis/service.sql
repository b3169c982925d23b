-- One row is what a person had of a service at a provider in the year, corrections taken off.
-- A correction that cancels nothing would leave a negative number: such sums are left out, as Statistics Denmark does.
SELECT
    $year AS year,
    line.person_id,
    line.ydernr,
    code.kategori AS category,
    SUM(line.ydlant) AS services,
    SUM(line.kontakt) AS contacts
FROM sssy AS line
INNER JOIN ydelseskode AS code
    ON code.speciale = line.speciale
WHERE line.speciale LIKE '80%'
GROUP BY line.person_id, line.ydernr, code.kategori
HAVING SUM(line.ydlant) > 0
