-- One row is the main courses of a training region, and the part of it in one region.
SELECT
    geography.geo_level,
    geography.geo_code,
    geography.geo_version,
    COUNT(DISTINCT CASE WHEN placement.region_code = '1081' THEN placement.post_id END) AS numerator,
    COUNT(DISTINCT placement.post_id) AS denominator
FROM training_placement AS placement
INNER JOIN training_geography AS geography
    ON geography.training_region = placement.training_region
    AND geography.geo_level = 'training_region'
WHERE placement.year = $year AND placement.post_type = 'H' AND placement.training_region = 'NORD'
GROUP BY geography.geo_level, geography.geo_code, geography.geo_version
