-- One row is the full-time months of main courses in general practice of a training region, and the part of it in one region.
SELECT
    geography.geo_level,
    geography.geo_code,
    geography.geo_version,
    COALESCE(SUM(placement.full_time_months) FILTER (WHERE placement.region_code = '1085'), 0) AS numerator,
    SUM(placement.full_time_months) AS denominator
FROM training_placement AS placement
INNER JOIN training_geography AS geography
    ON geography.training_region = placement.training_region
    AND geography.geo_level = 'training_region'
WHERE placement.year = $year AND placement.post_type = 'H' AND placement.training_region = 'OEST' AND placement.specialty = 'almen_medicin'
GROUP BY geography.geo_level, geography.geo_code, geography.geo_version
