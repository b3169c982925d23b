-- One row is a provider of general practice in the register of a year, whenever it was active, with its region.
-- A provider number is handed on after a closure, so a practice is the number and its first day.
SELECT
    $year AS year,
    provider.ydernr,
    provider.tilgang_dato,
    provider.afgang_dato,
    region.regionskode AS region_code
FROM yder AS provider
INNER JOIN speciale AS specialty
    ON specialty.speciale_kode = provider.speciale_kode
    AND specialty.er_almen_praksis
INNER JOIN region
    ON region.yder_kode = provider.regionskode
