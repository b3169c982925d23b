-- One row is a national value of an indicator in a year of an extract that goes further back than the others.
WITH account AS (
    SELECT year, SUM(planned) AS planned, SUM(posted) AS posted, SUM(filled) AS filled
    FROM training_account
    GROUP BY year
)

SELECT 't3_hu_dimensioneret' AS indicator_id, 'DK' AS geo_code, year, CAST(planned AS DOUBLE) AS value FROM account
UNION ALL
SELECT 't3_hu_opslaaet', 'DK', year, CAST(posted AS DOUBLE) FROM account
UNION ALL
SELECT 't3_hu_besat', 'DK', year, CAST(filled AS DOUBLE) FROM account
