-- One row is the country's bachelor places in medicine less those of the baseline.
SELECT year, reference_date, 'country' AS geo_level, geo_code, geo_version, places AS numerator
FROM study_place_growth
WHERE indicator_id = $model
