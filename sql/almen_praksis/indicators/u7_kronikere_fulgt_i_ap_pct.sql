-- One row is a place's patients with COPD or type 2 diabetes, and those of them followed in general practice; once more
-- by disease, and those followed at a hospital. A count of 1 to 4 is withheld in the delivery: its row is left out of
-- both sides, and counted as missing.
SELECT
    place_code AS geo_code,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COALESCE(SUM(followed) FILTER (WHERE followed IS NOT NULL AND patients IS NOT NULL), 0) AS numerator,
    COALESCE(SUM(patients) FILTER (WHERE followed IS NOT NULL AND patients IS NOT NULL), 0) AS denominator,
    COUNT(*) FILTER (WHERE followed IS NULL OR patients IS NULL) AS missing
FROM chronic_patients
WHERE year = $year
GROUP BY place_code
UNION ALL
SELECT
    place_code,
    'disease',
    disease,
    COALESCE(SUM(followed) FILTER (WHERE followed IS NOT NULL AND patients IS NOT NULL), 0),
    COALESCE(SUM(patients) FILTER (WHERE followed IS NOT NULL AND patients IS NOT NULL), 0),
    COUNT(*) FILTER (WHERE followed IS NULL OR patients IS NULL)
FROM chronic_patients
WHERE year = $year
GROUP BY place_code, disease
UNION ALL
SELECT
    place_code,
    'followed_at',
    'hospital',
    COALESCE(SUM(followed_at_hospital) FILTER (WHERE followed_at_hospital IS NOT NULL AND patients IS NOT NULL), 0),
    COALESCE(SUM(patients) FILTER (WHERE followed_at_hospital IS NOT NULL AND patients IS NOT NULL), 0),
    COUNT(*) FILTER (WHERE followed_at_hospital IS NULL OR patients IS NULL)
FROM chronic_patients
WHERE year = $year
GROUP BY place_code
