-- One row is a place's patients followed in general practice, and those of them with a care plan; once more by disease,
-- and of all patients.
SELECT
    place_code AS geo_code,
    CASE disease WHEN 'all' THEN 'all' ELSE 'disease' END AS breakdown_dim,
    disease AS breakdown_value,
    numerator,
    denominator,
    missing
FROM chronic_share
WHERE year = $year AND share = 'with_plan_of_followed'
UNION ALL
SELECT place_code, 'share_of', 'all_patients', numerator, denominator, missing
FROM chronic_share
WHERE year = $year AND share = 'with_plan_of_patients' AND disease = 'all'
