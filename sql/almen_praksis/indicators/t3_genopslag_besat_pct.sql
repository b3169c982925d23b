-- One row is a geography's main courses that stayed vacant and were posted again to start in the year, and those of them
-- that were filled this time.
SELECT geo_level, geo_code, geo_version, SUM(filled_again) AS numerator, SUM(posted_again) AS denominator
FROM training_fill
WHERE year = $year AND post_type = 'H'
GROUP BY geo_level, geo_code, geo_version
