-- One row is a national value of an indicator in a year of an extract that goes further back than the others.
SELECT 't3_hu_dimensioneret' AS indicator_id, geo_code, year, CAST(planned AS DOUBLE) AS value
FROM training_account
WHERE geo_level = 'country'
UNION ALL
SELECT 't3_hu_opslaaet', geo_code, year, CAST(posted AS DOUBLE)
FROM training_account
WHERE geo_level = 'country'
UNION ALL
SELECT 't3_hu_besat', geo_code, year, CAST(filled AS DOUBLE)
FROM training_account
WHERE geo_level = 'country'
