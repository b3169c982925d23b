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
    CASE
        WHEN GROUPING(ownership) = 0 THEN 'ownership'
        WHEN GROUPING(role) = 0 THEN 'role'
        WHEN GROUPING(is_listed) = 0 THEN 'underserved'
        ELSE 'all'
    END AS breakdown_dim,
    COALESCE(ownership, role, is_listed, 'all') AS breakdown_value,
    COUNT(*) AS numerator
FROM doctor
GROUP BY GROUPING SETS (
    (geo_level, geo_code, geo_version),
    (geo_level, geo_code, geo_version, ownership),
    (geo_level, geo_code, geo_version, role),
    (geo_level, geo_code, geo_version, is_listed)
)
