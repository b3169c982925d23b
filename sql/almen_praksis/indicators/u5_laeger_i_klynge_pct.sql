-- One row is a geography's practising doctors, those who own a practice, each counted once, and those of them in a
-- quality cluster; once more with the employed doctors, and those of 65 and over alone.
WITH doctor AS (
    SELECT
        member.geo_level,
        member.geo_code,
        member.geo_version,
        doctor.person_id,
        doctor.role = 'EJER' AS is_owner,
        doctor.age >= old.vaerdi AS is_old,
        CASE WHEN cluster.person_id IS NOT NULL THEN doctor.person_id END AS in_cluster
    FROM active_doctor AS doctor
    INNER JOIN geography_member AS member
        ON member.place_code = doctor.place_code
        AND member.year = doctor.year
    INNER JOIN taerskel AS old
        ON old.taerskel = 'aeldre_laege_fra_aar'
    LEFT JOIN cluster_member AS cluster
        ON cluster.person_id = doctor.person_id
        AND cluster.year = doctor.year
    WHERE doctor.year = $year
)

SELECT
    geo_level,
    geo_code,
    geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COUNT(DISTINCT in_cluster) AS numerator,
    COUNT(DISTINCT person_id) AS denominator
FROM doctor
WHERE is_owner
GROUP BY geo_level, geo_code, geo_version
UNION ALL
SELECT geo_level, geo_code, geo_version, 'doctors', 'employed_too', COUNT(DISTINCT in_cluster), COUNT(DISTINCT person_id)
FROM doctor
GROUP BY geo_level, geo_code, geo_version
UNION ALL
SELECT geo_level, geo_code, geo_version, 'doctors', '65_and_over', COUNT(DISTINCT in_cluster), COUNT(DISTINCT person_id)
FROM doctor
WHERE is_owner AND is_old
GROUP BY geo_level, geo_code, geo_version
