-- One row is the region's part of the money set aside for health centres, in million kroner, without a year.
SELECT geo_kode AS geo_code, SUM(beloeb_mio_kr) AS numerator
FROM bevilling
WHERE pulje = 'F6'
GROUP BY geo_kode
