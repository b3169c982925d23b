-- One row is the country's largest number of introduction posts in one specialty that a doctor has had who begins one of
-- them in the year, the earlier ones counted in.
SELECT year, reference_date, 'country' AS geo_level, geo_code, geo_version, most_posts AS numerator
FROM introduction_limit
WHERE indicator_id = $model
