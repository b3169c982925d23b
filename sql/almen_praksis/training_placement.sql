-- One row is the time of a training post at one kind of place in a municipality, in months of full time, and the place
-- of its first part there in the post.
SELECT
    post.year,
    post.post_id,
    post.post_type,
    post.specialty,
    post.training_region,
    post.is_filled,
    post.is_repeat,
    placement.kommunekode AS place_code,
    placement.regionskode AS region_code,
    placement.stedtype AS kind_of_place,
    MIN(placement.sekvens) AS first_part,
    SUM(placement.maaneder) AS months,
    SUM(CAST(placement.maaneder * placement.fuldtidsandel AS DECIMAL(12, 4))) AS full_time_months
FROM training_post AS post
INNER JOIN forloeb_element AS placement
    ON placement.forloeb_id = post.post_id
WHERE post.year = $year
GROUP BY
    post.year,
    post.post_id,
    post.post_type,
    post.specialty,
    post.training_region,
    post.is_filled,
    post.is_repeat,
    placement.kommunekode,
    placement.regionskode,
    placement.stedtype
