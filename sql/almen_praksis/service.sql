-- One row is what a person had of a kind of service at a provider in the year, corrections taken off, and the lines of
-- the register behind it.
-- A correction that cancels nothing would leave a negative number: such a service is left out, as Statistics Denmark
-- does.
-- What a code means, and whether it is a contact, is as of the year's last day.
WITH line AS (
    SELECT person_id, ydernr, speciale, SUM(ydlant) AS services, SUM(kontakt) AS contacts, COUNT(*) AS lines
    FROM sssy
    GROUP BY person_id, ydernr, speciale
    HAVING SUM(ydlant) > 0
)

SELECT
    $year AS year,
    line.person_id,
    line.ydernr,
    code.category,
    SUM(line.services) AS services,
    SUM(CASE WHEN code.is_contact THEN line.contacts ELSE 0 END) AS contacts,
    SUM(line.lines) AS lines
FROM line
INNER JOIN service_code AS code
    ON code.speciale = line.speciale
    AND code.year = $year
INNER JOIN speciale AS specialty
    ON specialty.speciale_kode = SUBSTRING(line.speciale, 1, 2)
    AND specialty.er_almen_praksis
GROUP BY line.person_id, line.ydernr, code.category
