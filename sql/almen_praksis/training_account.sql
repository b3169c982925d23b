-- One row is a geography's main courses in general practice of a year, as Sundhedsstyrelsen has counted them.
WITH counted AS (
    SELECT
        account.aar AS year,
        account.videreuddannelsesregion AS training_region,
        CAST(SUM(account.dimensioneret) AS DECIMAL(18, 4)) AS planned,
        SUM(account.opslaaet) AS posted,
        SUM(account.besat) AS filled
    FROM hovedforloeb_opgoerelse AS account
    INNER JOIN laegespeciale_alias AS spelling
        ON spelling.stavemaade = account.speciale
    WHERE account.type = 'H' AND spelling.laegespeciale = 'almen_medicin'
    GROUP BY account.aar, account.videreuddannelsesregion
)

SELECT year, 'training_region' AS geo_level, training_region AS geo_code, planned, posted, filled
FROM counted
UNION ALL
SELECT year, 'country', 'DK', CAST(SUM(planned) AS DECIMAL(18, 4)), SUM(posted), SUM(filled)
FROM counted
GROUP BY year
