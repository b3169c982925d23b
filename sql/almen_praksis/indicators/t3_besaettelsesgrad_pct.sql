-- One row is a geography's posted main courses in all specialties, and those of them that were filled. Each specialty
-- stands once more under its name; introduction posts, which are no main courses, under `post_type`; and a region once
-- more by the courses that begin in it.
SELECT
    geo_level,
    geo_code,
    geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    SUM(filled) AS numerator,
    SUM(posted) AS denominator
FROM training_fill
WHERE year = $year AND post_type = 'H'
GROUP BY geo_level, geo_code, geo_version
UNION ALL
SELECT geo_level, geo_code, geo_version, 'specialty', specialty, filled, posted
FROM training_fill
WHERE year = $year AND post_type = 'H'
UNION ALL
SELECT geo_level, geo_code, geo_version, 'post_type', 'introduction', SUM(filled), SUM(posted)
FROM training_fill
WHERE year = $year AND post_type = 'I'
GROUP BY geo_level, geo_code, geo_version
UNION ALL
SELECT
    'region',
    region.region_code,
    region.geo_version,
    'counted_by',
    'first_placement',
    COUNT(*) FILTER (WHERE begun.is_filled),
    COUNT(*)
FROM training_start AS begun
INNER JOIN region_of_training_region AS region
    ON region.region_code = begun.region_code
    AND region.year = begun.year
WHERE begun.year = $year AND begun.post_type = 'H'
GROUP BY region.region_code, region.geo_version
