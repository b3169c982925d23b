-- One row is the filled foundation courses of the year in a training region, or the country, whose parts are known, and
-- those of them with half a year in general practice; a course without a known part is missing.
WITH placed AS (
    SELECT post_id, COALESCE(SUM(months) FILTER (WHERE kind_of_place = 'ALMEN_PRAKSIS'), 0) AS months_in_practice
    FROM training_placement
    WHERE year = $year AND post_type = 'KBU'
    GROUP BY post_id
)

SELECT
    geography.geo_level,
    geography.geo_code,
    geography.geo_version,
    COUNT(*) FILTER (WHERE placed.months_in_practice >= half_a_year.vaerdi) AS numerator,
    COUNT(placed.post_id) AS denominator,
    COUNT(*) - COUNT(placed.post_id) AS missing
FROM training_post AS course
INNER JOIN training_geography AS geography
    ON geography.training_region = course.training_region
    AND geography.year = course.year
INNER JOIN taerskel AS half_a_year
    ON half_a_year.taerskel = 'kbu_i_almen_praksis_maaneder'
LEFT JOIN placed
    ON placed.post_id = course.post_id
WHERE course.year = $year AND course.post_type = 'KBU' AND course.is_filled
GROUP BY geography.geo_level, geography.geo_code, geography.geo_version
