-- One row is the number of specialties with a main course of the year whose parts are known, and of those with a course
-- without a university hospital. Of the other specialties the year's posts tell nothing: they are missing, and are not
-- taken for specialties that need a university hospital.
WITH course AS (
    SELECT specialty, post_id, BOOL_OR(kind_of_place = 'UNIVERSITETSHOSPITAL') AS has_university_hospital
    FROM training_placement
    WHERE year = $year AND post_type = 'H' AND specialty IS NOT NULL
    GROUP BY specialty, post_id
),

counted AS (
    SELECT
        COUNT(DISTINCT specialty) FILTER (WHERE NOT has_university_hospital) AS without_one,
        COUNT(DISTINCT specialty) AS seen
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
    counted.seen AS denominator,
    known.specialties - counted.seen AS missing
FROM counted
CROSS JOIN known
CROSS JOIN national
WHERE national.year = $year
