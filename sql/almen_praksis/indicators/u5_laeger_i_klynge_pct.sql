-- One row is a geography's practising doctors, those who own a practice, each counted once, and those of them in a
-- quality cluster; once more with the employed doctors, and those of 65 and over alone.
WITH doctor AS (
    SELECT
        doctor.geo_level,
        doctor.geo_code,
        doctor.geo_version,
        doctor.person_id,
        doctor.role = 'EJER' AS is_owner,
        doctor.age >= old.vaerdi AS is_old,
        membership.person_id AS in_cluster
    FROM doctor_in_geography AS doctor
    INNER JOIN taerskel AS old
        ON old.taerskel = 'aeldre_laege_fra_aar'
    LEFT JOIN cluster_member AS membership
        ON membership.person_id = doctor.person_id
        AND membership.year = doctor.year
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
