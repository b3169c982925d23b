-- One row is a geography's main courses in general practice that the training plan adds in the year beyond its own level.
SELECT
    geo_level,
    geo_code,
    geo_version,
    COALESCE(SUM(posts) FILTER (WHERE is_extra), 0) AS numerator
FROM planned_course
WHERE reference_year = $year AND year = $year AND post_type = 'H' AND specialty = 'almen_medicin'
GROUP BY geo_level, geo_code, geo_version
