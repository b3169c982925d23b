-- One row is a place's patients followed in general practice, and those of them with a care plan; once more by disease,
-- and of all patients. A count of 1 to 4 is withheld in the delivery: its row is left out of both sides, and counted as
-- missing.
SELECT
    place_code AS geo_code,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COALESCE(SUM(with_plan) FILTER (WHERE with_plan IS NOT NULL AND followed IS NOT NULL), 0) AS numerator,
    COALESCE(SUM(followed) FILTER (WHERE with_plan IS NOT NULL AND followed IS NOT NULL), 0) AS denominator,
    COUNT(*) FILTER (WHERE with_plan IS NULL OR followed IS NULL) AS missing
FROM chronic_patients
WHERE year = $year
GROUP BY place_code
UNION ALL
SELECT
    place_code,
    'disease',
    disease,
    COALESCE(SUM(with_plan) FILTER (WHERE with_plan IS NOT NULL AND followed IS NOT NULL), 0),
    COALESCE(SUM(followed) FILTER (WHERE with_plan IS NOT NULL AND followed IS NOT NULL), 0),
    COUNT(*) FILTER (WHERE with_plan IS NULL OR followed IS NULL)
FROM chronic_patients
WHERE year = $year
GROUP BY place_code, disease
UNION ALL
SELECT
    place_code,
    'share_of',
    'all_patients',
    COALESCE(SUM(with_plan) FILTER (WHERE with_plan IS NOT NULL AND patients IS NOT NULL), 0),
    COALESCE(SUM(patients) FILTER (WHERE with_plan IS NOT NULL AND patients IS NOT NULL), 0),
    COUNT(*) FILTER (WHERE with_plan IS NULL OR patients IS NULL)
FROM chronic_patients
WHERE year = $year
GROUP BY place_code
