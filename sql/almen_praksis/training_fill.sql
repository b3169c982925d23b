-- One row is the posted and the filled main courses of a specialty in a geography.
-- The country and the training regions count courses; a region counts the full-time months that courses spend in it.
SELECT
    post.year,
    geography.geo_level,
    geography.geo_code,
    geography.geo_version,
    post.specialty,
    CAST(COUNT(*) FILTER (WHERE post.is_filled) AS DECIMAL(18, 4)) AS filled,
    CAST(COUNT(*) AS DECIMAL(18, 4)) AS posted
FROM training_post AS post
INNER JOIN training_geography AS geography
    ON geography.training_region = post.training_region
WHERE post.year = $year AND post.post_type = 'H'
GROUP BY post.year, geography.geo_level, geography.geo_code, geography.geo_version, post.specialty
UNION ALL
SELECT
    placement.year,
    'region',
    region.region_code,
    region.geo_version,
    placement.specialty,
    CAST(COALESCE(SUM(placement.full_time_months) FILTER (WHERE placement.is_filled), 0) AS DECIMAL(18, 4)),
    CAST(SUM(placement.full_time_months) AS DECIMAL(18, 4))
FROM training_placement AS placement
INNER JOIN region_of_training_region AS region
    ON region.region_code = placement.region_code
WHERE placement.year = $year AND placement.post_type = 'H'
GROUP BY placement.year, region.region_code, region.geo_version, placement.specialty
