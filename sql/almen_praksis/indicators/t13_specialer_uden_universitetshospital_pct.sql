-- One row is the number of specialties, and of those with a main course of the year without a university hospital.
WITH course AS (
    SELECT specialty, post_id, BOOL_OR(kind_of_place = 'UNIVERSITETSHOSPITAL') AS has_university_hospital
    FROM training_placement
    WHERE year = $year AND post_type = 'H'
    GROUP BY specialty, post_id
),

counted AS (
    SELECT COUNT(DISTINCT specialty) FILTER (WHERE NOT has_university_hospital) AS without_one
    FROM course
),

known AS (
    SELECT COUNT(*) AS specialties FROM laegespeciale
)

SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    counted.without_one AS numerator,
    known.specialties AS denominator
FROM counted
CROSS JOIN known
CROSS JOIN national
