-- One row is a geography's practising doctors under 65 years, those who own a practice, each counted once, and those of
-- them in a quality cluster.
SELECT
    doctor.geo_level,
    doctor.geo_code,
    doctor.geo_version,
    COUNT(DISTINCT membership.person_id) AS numerator,
    COUNT(DISTINCT doctor.person_id) AS denominator
FROM doctor_in_geography AS doctor
INNER JOIN taerskel AS old
    ON old.taerskel = 'aeldre_laege_fra_aar'
LEFT JOIN cluster_member AS membership
    ON membership.person_id = doctor.person_id
    AND membership.year = doctor.year
WHERE doctor.year = $year AND doctor.role = 'EJER' AND doctor.age < old.vaerdi
GROUP BY doctor.geo_level, doctor.geo_code, doctor.geo_version
