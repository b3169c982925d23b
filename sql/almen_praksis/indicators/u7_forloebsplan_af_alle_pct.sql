-- One row is a place's patients with COPD or type 2 diabetes, and those of them with a care plan; once more by disease.
SELECT
    place_code AS geo_code,
    CASE disease WHEN 'all' THEN 'all' ELSE 'disease' END AS breakdown_dim,
    disease AS breakdown_value,
    numerator,
    denominator,
    lowest_numerator,
    lowest_denominator,
    highest_numerator,
    highest_denominator,
    told,
    missing
FROM chronic_share
WHERE year = $year AND share = 'with_plan_of_patients'
