-- One row is a geography's posted courses of the year that combine introduction and main course, or are held by a team;
-- one that is posted again counts in its first year only.
SELECT
    geography.geo_level,
    geography.geo_code,
    geography.geo_version,
    COUNT(*) FILTER (WHERE post.is_combined OR post.is_team) AS numerator
FROM training_post AS post
INNER JOIN training_geography AS geography
    ON geography.training_region = post.training_region
    AND geography.year = post.year
WHERE post.year = $year AND NOT post.is_repeat
GROUP BY geography.geo_level, geography.geo_code, geography.geo_version
