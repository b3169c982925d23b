-- One row is a geography's practising doctors under 65 years, those who own a practice, each counted once, and those of
-- them in a quality cluster.
SELECT
    member.geo_level,
    member.geo_code,
    member.geo_version,
    COUNT(DISTINCT CASE WHEN cluster.person_id IS NOT NULL THEN doctor.person_id END) AS numerator,
    COUNT(DISTINCT doctor.person_id) AS denominator
FROM active_doctor AS doctor
INNER JOIN geography_member AS member
    ON member.place_code = doctor.place_code
    AND member.year = doctor.year
INNER JOIN taerskel AS old
    ON old.taerskel = 'aeldre_laege_fra_aar'
LEFT JOIN cluster_member AS cluster
    ON cluster.person_id = doctor.person_id
    AND cluster.year = doctor.year
WHERE doctor.year = $year AND doctor.role = 'EJER' AND doctor.age < old.vaerdi
GROUP BY member.geo_level, member.geo_code, member.geo_version
