-- One row is the country's fewest months in general practice among the main courses in general practice of the year.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    MIN(course.months) AS numerator
FROM national
CROSS JOIN (
    SELECT post_id, COALESCE(SUM(months) FILTER (WHERE kind_of_place = 'ALMEN_PRAKSIS'), 0) AS months
    FROM training_placement
    WHERE year = $year AND post_type = 'H' AND specialty = 'almen_medicin'
    GROUP BY post_id
) AS course
GROUP BY national.geo_code, national.geo_version
