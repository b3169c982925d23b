-- One row is a geography's filled main courses in the priority specialties; each specialty stands once more under its
-- name.
SELECT
    geography.geo_level,
    geography.geo_code,
    geography.geo_version,
    CASE WHEN GROUPING(post.specialty) = 0 THEN 'specialty' ELSE 'all' END AS breakdown_dim,
    COALESCE(post.specialty, 'all') AS breakdown_value,
    COUNT(*) AS numerator
FROM training_post AS post
INNER JOIN training_geography AS geography
    ON geography.training_region = post.training_region
WHERE post.year = $year AND post.post_type = 'H' AND post.is_filled AND post.is_priority
GROUP BY GROUPING SETS (
    (geography.geo_level, geography.geo_code, geography.geo_version),
    (geography.geo_level, geography.geo_code, geography.geo_version, post.specialty)
)
