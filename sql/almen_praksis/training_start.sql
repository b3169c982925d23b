-- One row is a training post with the region that it begins in.
WITH part AS (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY post_id ORDER BY first_part) AS place
    FROM training_placement
    WHERE year = $year
)

SELECT year, post_id, post_type, specialty, training_region, is_filled, is_repeat, place_code, region_code
FROM part
WHERE place = 1
