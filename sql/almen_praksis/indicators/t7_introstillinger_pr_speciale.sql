-- One row is the country's largest number of introduction posts that one doctor has begun in one specialty,
-- and once more how many doctors are beyond the limit.
SELECT
    year,
    reference_date,
    'country' AS geo_level,
    geo_code,
    geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    most_posts AS numerator
FROM introduction_limit
WHERE indicator_id = $model
UNION ALL
SELECT year, reference_date, 'country', geo_code, geo_version, 'doctors', 'beyond_the_limit', doctors_beyond
FROM introduction_limit
WHERE indicator_id = $model
