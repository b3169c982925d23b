-- One row is a place's patients with COPD or type 2 diabetes, and those of them followed in general practice. A count of 1 to 4 is withheld in the delivery:
-- its row is left out of both sides, and counted as missing.
SELECT
    place_code AS geo_code,
    COALESCE(SUM(followed) FILTER (WHERE followed IS NOT NULL AND patients IS NOT NULL), 0) AS numerator,
    COALESCE(SUM(patients) FILTER (WHERE followed IS NOT NULL AND patients IS NOT NULL), 0) AS denominator,
    COUNT(*) FILTER (WHERE followed IS NULL OR patients IS NULL) AS missing
FROM chronic_patients
WHERE year = $year
GROUP BY place_code
