-- One row is what was appropriated for a purpose in a year: before it was shared out to the regions, so that nothing
-- counts twice. F6 is a part of F5 that is earmarked for one region.
SELECT
    pulje AS pool,
    formaal AS purpose,
    aar AS grant_year,
    geo_kode AS geo_code,
    MAX(kanal) AS channel,
    SUM(beloeb_mio_kr) AS million_kr
FROM bevilling
WHERE geo_kode = 'DK' OR pulje = 'F6'
GROUP BY pulje, formaal, aar, geo_kode
