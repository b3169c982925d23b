-- One row is a geography's doctors in general practice, each counted once, whatever the form of the clinic; once more
-- by who owns the clinic, by whether the doctor owns it, and by whether it lies in an area short of doctors.
-- Who has several clinics or roles in the geography counts in one part of each: under the first form of ownership of the
-- order EJER, REGION, UDBUD, as an owner before an employed doctor, and in an area short of doctors before the others.
WITH doctor AS (
    SELECT
        doctor.geo_level,
        doctor.geo_code,
        doctor.geo_version,
        doctor.person_id,
        -- The order is that of the alphabet.
        COALESCE(MIN(doctor.ownership), 'UOPLYST') AS ownership,
        CASE WHEN BOOL_OR(doctor.role = 'EJER') THEN 'EJER' ELSE MIN(doctor.role) END AS role,
        CASE WHEN BOOL_OR(area.place_code IS NOT NULL) THEN 'yes' ELSE 'no' END AS is_listed
    FROM doctor_in_geography AS doctor
    LEFT JOIN underserved_place AS area
        ON area.place_code = doctor.place_code
        AND area.year = doctor.year
    WHERE doctor.year = $year
    GROUP BY doctor.geo_level, doctor.geo_code, doctor.geo_version, doctor.person_id
)

SELECT
    geo_level,
    geo_code,
    geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COUNT(*) AS numerator
FROM doctor
GROUP BY geo_level, geo_code, geo_version
UNION ALL
SELECT geo_level, geo_code, geo_version, 'ownership', ownership, COUNT(*)
FROM doctor
GROUP BY geo_level, geo_code, geo_version, ownership
UNION ALL
SELECT geo_level, geo_code, geo_version, 'role', role, COUNT(*)
FROM doctor
GROUP BY geo_level, geo_code, geo_version, role
UNION ALL
SELECT geo_level, geo_code, geo_version, 'underserved', is_listed, COUNT(*)
FROM doctor
GROUP BY geo_level, geo_code, geo_version, is_listed
