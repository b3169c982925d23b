-- One row is a geography's main courses in general practice in the training plan.
SELECT geo_level, geo_code, geo_version, SUM(posts) AS numerator
FROM planned_course
WHERE reference_year = $year AND year = $year AND post_type = 'H' AND specialty = 'almen_medicin'
GROUP BY geo_level, geo_code, geo_version
