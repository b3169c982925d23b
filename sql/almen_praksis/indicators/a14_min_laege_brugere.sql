-- One row is a place's visits to the app in the last month of the year, at practices that were there in the year.
SELECT
    practice.place_code AS geo_code,
    MAKE_DATE($year, 12, 1) AS period_start,
    MAKE_DATE($year, 12, 31) AS period_end,
    SUM(used.antal_sessioner) AS numerator
FROM digital_brug AS used
INNER JOIN practice_in_year AS practice
    ON practice.ydernr = used.ydernr
WHERE practice.year = $year AND used.vaerktoej = 'MINLAEGE' AND used.maaned = CONCAT(CAST($year AS VARCHAR), '-12')
GROUP BY practice.place_code
