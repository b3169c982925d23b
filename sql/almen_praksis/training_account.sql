-- One row is a year's main courses in general practice in a training region, as Sundhedsstyrelsen has counted them.
SELECT
    counted.aar AS year,
    counted.videreuddannelsesregion AS training_region,
    SUM(counted.dimensioneret) AS planned,
    SUM(counted.opslaaet) AS posted,
    SUM(counted.besat) AS filled
FROM hovedforloeb_opgoerelse AS counted
INNER JOIN laegespeciale_alias AS spelling
    ON spelling.stavemaade = counted.speciale
WHERE counted.type = 'H' AND spelling.laegespeciale = 'almen_medicin'
GROUP BY counted.aar, counted.videreuddannelsesregion
