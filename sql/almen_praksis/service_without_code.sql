-- One row is a code of general practice that services of the year have, and that was not in force on the year's last
-- day.
-- Lines are counted by code first: there are millions of them, and a join before it would hold them all in memory.
WITH line AS (
    SELECT speciale, COUNT(*) AS lines
    FROM sssy
    GROUP BY speciale
)

SELECT $year AS year, line.speciale, line.lines
FROM line
INNER JOIN speciale AS specialty
    ON specialty.speciale_kode = SUBSTRING(line.speciale, 1, 2)
    AND specialty.er_almen_praksis
LEFT JOIN service_code AS code
    ON code.speciale = line.speciale
    AND code.year = $year
WHERE code.speciale IS NULL
