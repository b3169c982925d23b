-- One row is a geography's practising doctors, those who own a practice, each counted once, and those of them in a
-- practice that used the quality tool in the year; once more
-- by where it was used, in the practice itself or in the cluster.
WITH doctor AS (
    SELECT DISTINCT member.geo_level, member.geo_code, member.geo_version, doctor.person_id, doctor.ydernr
    FROM active_doctor AS doctor
    INNER JOIN geography_member AS member
        ON member.place_code = doctor.place_code
        AND member.year = doctor.year
    WHERE doctor.year = $year AND doctor.role = 'EJER'
),

used AS (
    SELECT ydernr, element
    FROM tool_use
    WHERE year = $year AND tool = 'KVALITETSVAERKTOEJ' AND was_opened
)

SELECT
    doctor.geo_level,
    doctor.geo_code,
    doctor.geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COUNT(DISTINCT CASE WHEN used.ydernr IS NOT NULL THEN doctor.person_id END) AS numerator,
    COUNT(DISTINCT doctor.person_id) AS denominator
FROM doctor
LEFT JOIN used
    ON used.ydernr = doctor.ydernr
GROUP BY doctor.geo_level, doctor.geo_code, doctor.geo_version
UNION ALL
SELECT
    doctor.geo_level,
    doctor.geo_code,
    doctor.geo_version,
    'element',
    tool.element,
    COUNT(DISTINCT CASE WHEN used.ydernr IS NOT NULL THEN doctor.person_id END),
    COUNT(DISTINCT doctor.person_id)
FROM doctor
INNER JOIN digitalt_vaerktoej AS tool
    ON tool.vaerktoej = 'KVALITETSVAERKTOEJ'
LEFT JOIN used
    ON used.ydernr = doctor.ydernr
    AND used.element = tool.element
GROUP BY doctor.geo_level, doctor.geo_code, doctor.geo_version, tool.element
