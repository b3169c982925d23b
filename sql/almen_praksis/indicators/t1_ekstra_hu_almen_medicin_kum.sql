-- One row is a geography's main courses in general practice planned beyond the ordinary training plan, since the
-- baseline.
SELECT geo_level, geo_code, geo_version, SUM(posts) AS numerator
FROM planned_course
INNER JOIN (
    SELECT MIN(baseline_year) AS first_year FROM target_definition WHERE indicator_id = $model
) AS baseline
    ON planned_course.year >= baseline.first_year
WHERE reference_year = $year AND year <= $year AND post_type = 'H' AND specialty = 'almen_medicin' AND is_extra
GROUP BY geo_level, geo_code, geo_version
