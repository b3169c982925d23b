-- One row is how many clinics of a form run in a place on the reference date; once more by whether the place is on the
-- national list of those short of doctors. A place without one has none, in both parts.
WITH running AS (
    SELECT form.driftsform AS form, place.place_code, place.is_underserved, COUNT(clinic.drift_id) AS clinics
    FROM clinic_place AS place
    CROSS JOIN (SELECT DISTINCT driftsform FROM driftsform) AS form
    LEFT JOIN clinic
        ON clinic.year = place.year
        AND clinic.place_code = place.place_code
        AND clinic.form = form.driftsform
    WHERE place.year = $year
    GROUP BY form.driftsform, place.place_code, place.is_underserved
),

part AS (
    SELECT 'all' AS breakdown_dim, 'all' AS breakdown_value, CAST(NULL AS BOOLEAN) AS is_listed
    UNION ALL
    SELECT 'underserved', 'yes', true
    UNION ALL
    SELECT 'underserved', 'no', false
)

SELECT
    $year AS year,
    running.form,
    running.place_code,
    part.breakdown_dim,
    part.breakdown_value,
    CASE
        WHEN part.is_listed IS NULL OR part.is_listed = running.is_underserved THEN running.clinics
        ELSE CAST(0 AS BIGINT)
    END AS clinics
FROM running
CROSS JOIN part
