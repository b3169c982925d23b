-- One row is a code of general practice that services of the year have, and that was not in force on the year's last
-- day.
SELECT $year AS year, line.speciale, COUNT(*) AS lines
FROM sssy AS line
INNER JOIN speciale AS specialty
    ON specialty.speciale_kode = SUBSTRING(line.speciale, 1, 2)
    AND specialty.er_almen_praksis
LEFT JOIN service_code AS code
    ON code.speciale = line.speciale
    AND code.year = $year
WHERE code.speciale IS NULL
GROUP BY line.speciale
