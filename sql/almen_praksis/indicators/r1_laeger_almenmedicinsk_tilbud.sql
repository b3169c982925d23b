-- One row is a geography's doctors in general practice, each counted once, whatever the form of the clinic.
SELECT
    member.geo_level,
    member.geo_code,
    member.geo_version,
    COUNT(DISTINCT doctor.person_id) AS numerator
FROM active_doctor AS doctor
INNER JOIN geography_member AS member
    ON member.place_code = doctor.place_code
WHERE doctor.year = $year
GROUP BY member.geo_level, member.geo_code, member.geo_version
