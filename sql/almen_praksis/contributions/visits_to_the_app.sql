-- One row is a practice's visits to the app in the last month of the year.
SELECT
    'a14_min_laege_brugere' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    practice.place_code,
    practice.ydernr AS contributor,
    CAST(SUM(used.antal_sessioner) AS DECIMAL(18, 4)) AS amount
FROM digital_brug AS used
INNER JOIN practice_in_year AS practice
    ON practice.ydernr = used.ydernr
WHERE practice.year = $year AND used.vaerktoej = 'MINLAEGE' AND used.maaned = CONCAT(CAST($year AS VARCHAR), '-12')
GROUP BY practice.place_code, practice.ydernr
