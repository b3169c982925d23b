-- One row is the main courses of Nord, and those of them that begin in Region Midtjylland.
SELECT geo_level, geo_code, geo_version, part AS numerator, whole AS denominator
FROM training_key
WHERE year = $year AND indicator_id = $model
