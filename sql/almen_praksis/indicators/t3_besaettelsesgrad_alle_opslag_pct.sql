-- One row is a geography's main courses in all specialties that were posted to start in the year, those posted again
-- included, and those of them that were filled; each specialty stands once more under its name.
SELECT
    geo_level,
    geo_code,
    geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    SUM(filled + filled_again) AS numerator,
    SUM(posted + posted_again) AS denominator
FROM training_fill
WHERE year = $year AND post_type = 'H'
GROUP BY geo_level, geo_code, geo_version
UNION ALL
SELECT geo_level, geo_code, geo_version, 'specialty', specialty, filled + filled_again, posted + posted_again
FROM training_fill
WHERE year = $year AND post_type = 'H'
