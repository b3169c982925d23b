-- One row is the full-time months of main courses in Øst outside general practice, and those of them in Region
-- Hovedstaden.
SELECT geo_level, geo_code, geo_version, part AS numerator, whole AS denominator
FROM training_key
WHERE year = $year AND indicator_id = $model
