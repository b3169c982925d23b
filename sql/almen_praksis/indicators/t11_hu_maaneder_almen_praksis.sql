-- One row is the country's fewest months in general practice among the main courses in general practice of the year
-- whose parts are known; a course without a known part is missing.
WITH placed AS (
    SELECT post_id, COALESCE(SUM(months) FILTER (WHERE kind_of_place = 'ALMEN_PRAKSIS'), 0) AS months
    FROM training_placement
    WHERE year = $year AND post_type = 'H' AND specialty = 'almen_medicin'
    GROUP BY post_id
)

SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    MIN(placed.months) AS numerator,
    COUNT(*) - COUNT(placed.post_id) AS missing
FROM training_post AS course
INNER JOIN national
    ON national.year = course.year
LEFT JOIN placed
    ON placed.post_id = course.post_id
WHERE course.year = $year AND course.post_type = 'H' AND course.specialty = 'almen_medicin'
GROUP BY national.geo_code, national.geo_version
