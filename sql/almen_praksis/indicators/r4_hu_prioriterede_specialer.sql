-- One row is a geography's filled main courses in the priority specialties; each specialty stands once more under its
-- name.
WITH filled AS (
    SELECT training_region, specialty
    FROM training_post
    WHERE year = $year AND post_type = 'H' AND is_filled AND is_priority
)

SELECT
    geography.geo_level,
    geography.geo_code,
    geography.geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COUNT(*) AS numerator
FROM filled
INNER JOIN training_geography AS geography
    ON geography.training_region = filled.training_region
GROUP BY geography.geo_level, geography.geo_code, geography.geo_version
UNION ALL
SELECT geography.geo_level, geography.geo_code, geography.geo_version, 'specialty', filled.specialty, COUNT(*)
FROM filled
INNER JOIN training_geography AS geography
    ON geography.training_region = filled.training_region
GROUP BY geography.geo_level, geography.geo_code, geography.geo_version, filled.specialty
