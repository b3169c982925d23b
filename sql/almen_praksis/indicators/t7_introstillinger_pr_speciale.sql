-- One row is the country's largest number of introduction posts that one doctor has had in one specialty by the year.
WITH held AS (
    SELECT year, person_id, specialty, COUNT(*) AS posts
    FROM training_post
    WHERE post_type = 'I' AND is_filled AND person_id IS NOT NULL
    GROUP BY year, person_id, specialty
),

so_far AS (
    SELECT national.year, held.person_id, held.specialty, SUM(held.posts) AS posts
    FROM national
    INNER JOIN held
        ON held.year <= national.year
    GROUP BY national.year, held.person_id, held.specialty
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
