-- One row is a place's patients of a disease, or of all, and those of them that a share counts.
-- A count of 1 to 4 is withheld in the delivery: its row is left out of both sides, and counted as missing.
WITH share AS (
    SELECT year, place_code, disease, 'followed_of_patients' AS share, followed AS counted, patients AS total
    FROM chronic_patients
    WHERE year = $year
    UNION ALL
    SELECT year, place_code, disease, 'followed_at_hospital_of_patients', followed_at_hospital, patients
    FROM chronic_patients
    WHERE year = $year
    UNION ALL
    SELECT year, place_code, disease, 'with_plan_of_followed', with_plan, followed
    FROM chronic_patients
    WHERE year = $year
    UNION ALL
    SELECT year, place_code, disease, 'with_plan_of_patients', with_plan, patients
    FROM chronic_patients
    WHERE year = $year
),

by_disease AS (
    SELECT
        year,
        place_code,
        share,
        disease,
        COALESCE(SUM(counted) FILTER (WHERE counted IS NOT NULL AND total IS NOT NULL), 0) AS numerator,
        COALESCE(SUM(total) FILTER (WHERE counted IS NOT NULL AND total IS NOT NULL), 0) AS denominator,
        COUNT(*) FILTER (WHERE counted IS NULL OR total IS NULL) AS missing
    FROM share
    GROUP BY year, place_code, share, disease
)

SELECT year, place_code, share, disease, numerator, denominator, missing
FROM by_disease
UNION ALL
SELECT year, place_code, share, 'all', SUM(numerator), SUM(denominator), SUM(missing)
FROM by_disease
GROUP BY year, place_code, share
