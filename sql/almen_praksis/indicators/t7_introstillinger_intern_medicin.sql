-- One row is the country's largest number of introduction posts that one doctor has had in the block of internal medicine by the year.
WITH held AS (
    SELECT year, person_id, COUNT(*) AS posts
    FROM training_post
    WHERE post_type = 'I' AND is_filled AND person_id IS NOT NULL AND is_internal_medicine
    GROUP BY year, person_id
),

so_far AS (
    SELECT national.year, held.person_id, SUM(held.posts) AS posts
    FROM national
    INNER JOIN held
        ON held.year <= national.year
    GROUP BY national.year, held.person_id
)

SELECT
    national.year,
    national.reference_date,
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    MAX(so_far.posts) AS numerator
FROM so_far
INNER JOIN national
    ON national.year = so_far.year
GROUP BY national.year, national.reference_date, national.geo_code, national.geo_version
