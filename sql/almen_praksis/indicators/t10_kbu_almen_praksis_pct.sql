-- One row is the foundation courses of the year in a training region, or the country, and those of them with half a
-- year in general practice.
WITH course AS (
    SELECT
        post_id,
        training_region,
        COALESCE(SUM(months) FILTER (WHERE kind_of_place = 'ALMEN_PRAKSIS'), 0) AS months_in_practice
    FROM training_placement
    WHERE year = $year AND post_type = 'KBU' AND is_filled
    GROUP BY post_id, training_region
)

SELECT
    geography.geo_level,
    geography.geo_code,
    geography.geo_version,
    COUNT(*) FILTER (WHERE course.months_in_practice >= half_a_year.vaerdi) AS numerator,
    COUNT(*) AS denominator
FROM course
INNER JOIN training_geography AS geography
    ON geography.training_region = course.training_region
INNER JOIN taerskel AS half_a_year
    ON half_a_year.taerskel = 'kbu_i_almen_praksis_maaneder'
WHERE geography.year = $year
GROUP BY geography.geo_level, geography.geo_code, geography.geo_version
