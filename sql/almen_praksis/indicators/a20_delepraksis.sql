-- One row is a place's shared practices that run on the reference date; once more by whether the place is on the national
-- list of those short of doctors. A place without one has none.
WITH running AS (
    SELECT place.place_code, place.is_underserved, COUNT(clinic.drift_id) AS clinics
    FROM clinic_place AS place
    LEFT JOIN clinic
        ON clinic.year = place.year
        AND clinic.place_code = place.place_code
        AND clinic.form = 'DELEPRAKSIS'
    WHERE place.year = $year
    GROUP BY place.place_code, place.is_underserved
)

SELECT place_code AS geo_code, 'all' AS breakdown_dim, 'all' AS breakdown_value, clinics AS numerator
FROM running
UNION ALL
SELECT place_code, 'underserved', 'yes', CASE WHEN is_underserved THEN clinics ELSE CAST(0 AS BIGINT) END
FROM running
UNION ALL
SELECT place_code, 'underserved', 'no', CASE WHEN is_underserved THEN CAST(0 AS BIGINT) ELSE clinics END
FROM running
