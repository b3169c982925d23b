-- One row is the country's largest number of introduction posts that one doctor has begun in the block of internal
-- medicine, and once more how many doctors are beyond the limit. The rule is for posts to come: those of the years
-- before it do not count.
WITH rule AS (
    SELECT MAX(target_value) AS most, MIN(DATE_PART('year', valid_from)) AS first_year
    FROM target_definition
    WHERE indicator_id = $model
),

held AS (
    SELECT national.year, national.reference_date, national.geo_code, national.geo_version, post.person_id, COUNT(*) AS posts
    FROM national
    CROSS JOIN rule
    INNER JOIN training_post AS post
        ON post.year BETWEEN rule.first_year AND national.year
    WHERE post.post_type = 'I' AND post.is_filled AND post.person_id IS NOT NULL AND post.is_internal_medicine
    GROUP BY
        national.year,
        national.reference_date,
        national.geo_code,
        national.geo_version,
        post.person_id
)

SELECT
    year,
    reference_date,
    'country' AS geo_level,
    geo_code,
    geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    MAX(posts) AS numerator
FROM held
GROUP BY year, reference_date, geo_code, geo_version
UNION ALL
SELECT
    held.year,
    held.reference_date,
    'country',
    held.geo_code,
    held.geo_version,
    'doctors',
    'beyond_the_limit',
    COUNT(DISTINCT CASE WHEN held.posts > rule.most THEN held.person_id END)
FROM held
CROSS JOIN rule
GROUP BY held.year, held.reference_date, held.geo_code, held.geo_version
