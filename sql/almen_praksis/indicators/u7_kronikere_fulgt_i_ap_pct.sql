-- One row is a place's patients with COPD or type 2 diabetes, and those of them followed in general practice; once more
-- by disease, and those followed at a hospital.
SELECT
    place_code AS geo_code,
    CASE disease WHEN 'all' THEN 'all' ELSE 'disease' END AS breakdown_dim,
    disease AS breakdown_value,
    numerator,
    denominator,
    missing
FROM chronic_share
WHERE year = $year AND share = 'followed_of_patients'
UNION ALL
SELECT place_code, 'followed_at', 'hospital', numerator, denominator, missing
FROM chronic_share
WHERE year = $year AND share = 'followed_at_hospital_of_patients' AND disease = 'all'
