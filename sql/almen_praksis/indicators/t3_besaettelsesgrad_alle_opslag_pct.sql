-- One row is a geography's main courses in all specialties that were posted to start in the year, those posted again
-- included, and those of them that were filled; each specialty stands once more under its name.
SELECT
    geo_level,
    geo_code,
    geo_version,
    CASE WHEN GROUPING(specialty) = 0 THEN 'specialty' ELSE 'all' END AS breakdown_dim,
    COALESCE(specialty, 'all') AS breakdown_value,
    SUM(filled + filled_again) AS numerator,
    SUM(posted + posted_again) AS denominator
FROM training_fill
WHERE year = $year AND post_type = 'H'
GROUP BY GROUPING SETS ((geo_level, geo_code, geo_version), (geo_level, geo_code, geo_version, specialty))
