-- One row is a geography's planned main courses in all specialties; each specialty stands once more under its name.
SELECT geo_level, geo_code, geo_version, 'all' AS breakdown_dim, 'all' AS breakdown_value, SUM(posts) AS numerator
FROM planned_course
WHERE reference_year = $year AND year = $year AND post_type = 'H'
GROUP BY geo_level, geo_code, geo_version
UNION ALL
SELECT geo_level, geo_code, geo_version, 'specialty', specialty, SUM(posts)
FROM planned_course
WHERE reference_year = $year AND year = $year AND post_type = 'H'
GROUP BY geo_level, geo_code, geo_version, specialty
