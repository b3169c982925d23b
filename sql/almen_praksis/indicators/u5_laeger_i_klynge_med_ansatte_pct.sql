-- One row is a geography's doctors in general practice, owners and employed, each counted once, and those of them in a
-- quality cluster.
SELECT
    doctor.geo_level,
    doctor.geo_code,
    doctor.geo_version,
    COUNT(DISTINCT membership.person_id) AS numerator,
    COUNT(DISTINCT doctor.person_id) AS denominator
FROM doctor_in_geography AS doctor
LEFT JOIN cluster_member AS membership
    ON membership.person_id = doctor.person_id
    AND membership.year = doctor.year
WHERE doctor.year = $year
GROUP BY doctor.geo_level, doctor.geo_code, doctor.geo_version
