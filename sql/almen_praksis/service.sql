-- One row is what a person had of a kind of service at a provider in the year, corrections taken off, and the lines of
-- the register behind it.
-- A correction that cancels nothing would leave a negative number: such a service is left out, as Statistics Denmark
-- does.
-- What a code means, and whether it is a contact, is as of the year's last day.
WITH code AS (
    SELECT code.speciale, code.category, code.is_contact
    FROM service_code AS code
    INNER JOIN speciale AS specialty
        ON specialty.speciale_kode = SUBSTRING(code.speciale, 1, 2)
        AND specialty.er_almen_praksis
    WHERE code.year = $year
)

SELECT
    $year AS year,
    line.person_id,
    line.ydernr,
    code.category,
    SUM(line.services) AS services,
    SUM(CASE WHEN code.is_contact THEN line.contacts ELSE 0 END) AS contacts,
    SUM(line.lines) AS lines
FROM code
INNER JOIN service_line AS line
    ON line.speciale = code.speciale
WHERE line.year = $year AND line.services > 0
GROUP BY line.person_id, line.ydernr, code.category
