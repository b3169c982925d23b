-- One row is a code of general practice that services of the year have, and that was not in force on the year's last
-- day.
SELECT $year AS year, line.speciale, COUNT(*) AS lines
FROM sssy AS line
INNER JOIN speciale AS specialty
    ON specialty.speciale_kode = SUBSTRING(line.speciale, 1, 2)
    AND specialty.er_almen_praksis
LEFT JOIN ydelseskode AS code
    ON code.speciale = line.speciale
    AND code.gyldig_fra <= $reference_date + INTERVAL '1 year' - INTERVAL '1 day'
    AND (code.gyldig_til IS NULL OR code.gyldig_til > $reference_date + INTERVAL '1 year' - INTERVAL '1 day')
WHERE code.speciale IS NULL
GROUP BY line.speciale
