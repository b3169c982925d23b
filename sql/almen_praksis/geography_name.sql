-- One row is a geography with its name, whatever the period.
SELECT DISTINCT geo_level, geo_code, geo_name
FROM geography
