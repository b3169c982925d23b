-- One row is how many parts of training posts are used, or left out.
WITH source AS (
    SELECT
        CASE
            WHEN post.post_id IS NOT NULL THEN 'used'
            WHEN any_post.forloeb_id IS NOT NULL THEN 'post_withdrawn'
            ELSE 'unknown_post'
        END AS rule
    FROM forloeb_element AS part
    LEFT JOIN training_post AS post
        ON post.post_id = part.forloeb_id
        AND post.year = $year
    LEFT JOIN uddannelsesforloeb AS any_post
        ON any_post.forloeb_id = part.forloeb_id
)

SELECT 'forloeb_element' AS table_name, 'training_placement' AS used_by, rule, COUNT(*) AS row_count
FROM source
GROUP BY rule
