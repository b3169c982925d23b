-- One row is a place's visits to the app in the last month of the year.
SELECT practice.place_code AS geo_code, SUM(used.antal_sessioner) AS numerator
FROM digital_brug AS used
INNER JOIN active_practice AS practice
    ON practice.ydernr = used.ydernr
WHERE practice.year = $year AND used.vaerktoej = 'MINLAEGE' AND used.maaned = CONCAT(CAST($year AS VARCHAR), '-12')
GROUP BY practice.place_code
