-- One row is a geography's main courses in all specialties that were posted for the first time to start in the year,
-- and those of them that were filled; each specialty stands once more under its name. A course that is posted again after
-- it stayed vacant is not another course: it counts once, in the year that it was first to start.
SELECT
    geo_level,
    geo_code,
    geo_version,
    CASE WHEN GROUPING(specialty) = 0 THEN 'specialty' ELSE 'all' END AS breakdown_dim,
    COALESCE(specialty, 'all') AS breakdown_value,
    SUM(filled) AS numerator,
    SUM(posted) AS denominator
FROM training_fill
WHERE year = $year AND post_type = 'H'
GROUP BY GROUPING SETS ((geo_level, geo_code, geo_version), (geo_level, geo_code, geo_version, specialty))
