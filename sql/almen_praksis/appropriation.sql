-- One row is what was appropriated for a purpose in a year: the lowest level that the documents give, so that nothing counts twice.
SELECT grant_line.pulje AS pool, grant_line.formaal AS purpose, grant_line.aar AS grant_year, SUM(grant_line.beloeb_mio_kr) AS million_kr
FROM bevilling AS grant_line
WHERE grant_line.geo_kode = 'DK' OR grant_line.pulje = 'F6'
GROUP BY grant_line.pulje, grant_line.formaal, grant_line.aar
