-- One row is a geography's main courses in general practice that were filled to start in the year, whether posted for the
-- first time or again, less the training plan's own level.
SELECT plan.geo_level, plan.geo_code, plan.geo_version, fill.filled + fill.filled_again - plan.posts AS numerator
FROM training_fill AS fill
INNER JOIN (
    SELECT geo_level, geo_code, geo_version, COALESCE(SUM(posts) FILTER (WHERE NOT is_extra), 0) AS posts
    FROM planned_course
    WHERE reference_year = $year AND year = $year AND post_type = 'H' AND specialty = 'almen_medicin'
    GROUP BY geo_level, geo_code, geo_version
) AS plan
    ON plan.geo_level = fill.geo_level
    AND plan.geo_code = fill.geo_code
    AND plan.geo_version = fill.geo_version
WHERE fill.year = $year AND fill.post_type = 'H' AND fill.specialty = 'almen_medicin'
