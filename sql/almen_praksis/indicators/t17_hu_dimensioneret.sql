-- One row is a geography's planned main courses in all specialties; each specialty stands once more under its name.
SELECT
    geo_level,
    geo_code,
    geo_version,
    CASE WHEN GROUPING(specialty) = 0 THEN 'specialty' ELSE 'all' END AS breakdown_dim,
    COALESCE(specialty, 'all') AS breakdown_value,
    SUM(posts) AS numerator
FROM planned_course
WHERE reference_year = $year AND year = $year AND post_type = 'H'
GROUP BY GROUPING SETS ((geo_level, geo_code, geo_version), (geo_level, geo_code, geo_version, specialty))
