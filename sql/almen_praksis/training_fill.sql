-- One row is the posted and the filled posts of a type and a specialty in a geography.
-- The country and the training regions count posts; a region counts the full-time months that posts spend in it.
SELECT
    post.year,
    geography.geo_level,
    geography.geo_code,
    geography.geo_version,
    post.post_type,
    post.specialty,
    CAST(COUNT(*) FILTER (WHERE post.is_filled) AS DECIMAL(18, 4)) AS filled,
    CAST(COUNT(*) AS DECIMAL(18, 4)) AS posted
FROM training_post AS post
INNER JOIN training_geography AS geography
    ON geography.training_region = post.training_region
    AND geography.year = post.year
WHERE post.year = $year AND post.specialty IS NOT NULL
GROUP BY post.year, geography.geo_level, geography.geo_code, geography.geo_version, post.post_type, post.specialty
UNION ALL
SELECT
    placement.year,
    'region',
    region.region_code,
    region.geo_version,
    placement.post_type,
    placement.specialty,
    CAST(COALESCE(SUM(placement.full_time_months) FILTER (WHERE placement.is_filled), 0) AS DECIMAL(18, 4)),
    CAST(SUM(placement.full_time_months) AS DECIMAL(18, 4))
FROM training_placement AS placement
INNER JOIN region_of_training_region AS region
    ON region.region_code = placement.region_code
    AND region.year = placement.year
WHERE placement.year = $year AND placement.specialty IS NOT NULL
GROUP BY placement.year, region.region_code, region.geo_version, placement.post_type, placement.specialty
