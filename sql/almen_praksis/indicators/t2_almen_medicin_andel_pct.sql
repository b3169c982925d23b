-- One row is a geography's main courses in the training plan, and those of them in general practice.
SELECT
    geo_level,
    geo_code,
    geo_version,
    COALESCE(SUM(posts) FILTER (WHERE specialty = 'almen_medicin'), 0) AS numerator,
    SUM(posts) AS denominator
FROM planned_course
WHERE reference_year = $year AND year = $year AND post_type = 'H'
GROUP BY geo_level, geo_code, geo_version
