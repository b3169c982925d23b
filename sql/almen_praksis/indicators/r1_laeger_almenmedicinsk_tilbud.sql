-- One row is a geography's doctors in general practice, each counted once, whatever the form of the clinic; once more
-- by who owns the clinic, and by whether the doctor owns it.
WITH doctor AS (
    SELECT member.geo_level, member.geo_code, member.geo_version, doctor.person_id, doctor.ownership, doctor.role
    FROM active_doctor AS doctor
    INNER JOIN geography_member AS member
        ON member.place_code = doctor.place_code
        AND member.year = doctor.year
    WHERE doctor.year = $year
)

SELECT
    geo_level,
    geo_code,
    geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COUNT(DISTINCT person_id) AS numerator
FROM doctor
GROUP BY geo_level, geo_code, geo_version
UNION ALL
SELECT geo_level, geo_code, geo_version, 'ownership', ownership, COUNT(DISTINCT person_id)
FROM doctor
WHERE ownership IS NOT NULL
GROUP BY geo_level, geo_code, geo_version, ownership
UNION ALL
SELECT geo_level, geo_code, geo_version, 'role', role, COUNT(DISTINCT person_id)
FROM doctor
GROUP BY geo_level, geo_code, geo_version, role
